"""How stores run their pickups."""
