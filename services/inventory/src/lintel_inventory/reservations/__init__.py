"""Stock promised to orders, from their beginning to their end."""
