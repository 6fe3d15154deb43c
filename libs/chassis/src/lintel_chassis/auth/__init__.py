"""Who calls: bearer tokens, their keys, tickets of streams."""
