"""What changes orders, a command a file."""
