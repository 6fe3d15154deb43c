"""What an entry is; no I/O and no clock."""
