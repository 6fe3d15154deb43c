"""What tills sell."""
