"""Price lists and the prices on them."""
