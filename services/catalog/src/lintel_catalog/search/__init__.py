"""Finding products, and the tree of their categories."""
