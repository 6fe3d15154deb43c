"""The store's work: picking an order and staging it."""
