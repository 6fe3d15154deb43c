"""What operators look at and settle."""
