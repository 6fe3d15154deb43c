"""Products: put, withdrawn and shown."""
