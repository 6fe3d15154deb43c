"""What every Lintel service would otherwise copy."""
