"""What pickup decides: opening hours, slots, the life of a pickup, its code. Pure."""
