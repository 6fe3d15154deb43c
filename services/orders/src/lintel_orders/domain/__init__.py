"""What an order is, what it may become, and what a basket costs. No I/O, no clock, no framework."""
