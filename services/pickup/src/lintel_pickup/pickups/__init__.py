"""Pickups: what a store does for an order, from its slot to its end."""
