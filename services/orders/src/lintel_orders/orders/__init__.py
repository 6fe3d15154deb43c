"""Orders, from placed to their end, and the saga that confirms them."""
