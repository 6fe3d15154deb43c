"""The event backbone: outbox, relay, consumer, inbox, dead letters, topics."""
