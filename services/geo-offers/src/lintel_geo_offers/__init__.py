"""Stores, places and what is available nearby."""
