"""Who buys: guest sessions, pseudonyms and contact data."""
