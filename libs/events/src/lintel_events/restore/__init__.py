"""After a restore from a backup: a service takes up its own past from the log."""
