"""Slots, pickups, arrivals and hand-over."""
