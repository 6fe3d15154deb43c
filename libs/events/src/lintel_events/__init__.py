"""The event backbone: outbox, relay, consumer, inbox, dead letters, topics.

A service publishes through a `Unit` (the outbox commits with the business change), a `Relay` appends what is
committed to Kafka, and a `Consumer` applies other services' events, each once, in one transaction a poll.
"""
