"""What is in the stores, what may be promised, and why a number is what it is."""
