"""Consuming: every event applied once, whatever is repeated, killed or away."""
