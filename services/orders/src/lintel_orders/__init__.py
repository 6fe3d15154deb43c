"""Sessions, quotes, orders, payments and POS sales."""
