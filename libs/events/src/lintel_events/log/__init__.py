"""The log: envelope, topics, dead letters, and reading it from its beginning."""
