"""The ground floor: positions, movements and promises, locked in one order and written at once."""
