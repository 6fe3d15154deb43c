"""Copies of what orders sells from: products, prices and stores, as their owners publish them."""
