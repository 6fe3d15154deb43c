"""Stock positions, movements and reservations."""
