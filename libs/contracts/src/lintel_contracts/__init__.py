"""The facts each Lintel service publishes, one module a topic."""
