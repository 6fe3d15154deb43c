"""What a basket costs, and the quotes that say so."""
