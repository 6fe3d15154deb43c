"""Stores: where they are, when they are open, what they offer, and which of them are near."""
