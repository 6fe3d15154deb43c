"""What people and time do to pickups: load, decide, save."""
