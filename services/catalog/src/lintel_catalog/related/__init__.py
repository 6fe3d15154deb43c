"""Products that belong beside another one."""
