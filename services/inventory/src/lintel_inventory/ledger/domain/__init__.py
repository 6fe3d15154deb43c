"""What the ledger is about; no I/O and no clock."""
