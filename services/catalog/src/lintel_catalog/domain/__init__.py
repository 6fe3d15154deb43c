"""What the catalog knows of products and prices, without I/O, clock or framework."""
