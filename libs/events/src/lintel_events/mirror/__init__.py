"""Copies of other services' state topics, and how they are put right."""
