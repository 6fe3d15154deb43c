"""Products, categories and prices."""
