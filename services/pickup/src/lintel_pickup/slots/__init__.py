"""When stores take pickups, and how many they have taken."""
