"""Publishing: a unit of work writes events beside state, the relay appends them to Kafka."""
