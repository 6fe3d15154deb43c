"""The life of a pickup and its lines; no I/O and no clock."""
