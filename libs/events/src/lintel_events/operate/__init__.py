"""What operators read and settle."""
