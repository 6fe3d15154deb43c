"""The whole of Lintel on one machine without Docker."""
