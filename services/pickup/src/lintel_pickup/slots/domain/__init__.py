"""A store's grid of slots, its book of bookings, and what it can promise; no I/O and no clock."""
