"""What geo-offers knows by itself: stores, their hours, and distances on the globe."""
