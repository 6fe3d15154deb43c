"""What the backbone counts."""

from prometheus_client import Counter, Gauge

RELAY_PASSES = Counter("lintel_relay_passes", "Relay passes that appended something to Kafka")
RELAY_EVENTS = Counter("lintel_relay_events", "Events appended to Kafka")
CONSUMER_EVENTS = Counter("lintel_consumer_events", "Events applied", ["consumer_group"])
CONSUMER_DUPLICATES = Counter("lintel_consumer_duplicates", "Events seen again and suppressed", ["consumer_group"])
CONSUMER_RETRIES = Counter("lintel_consumer_retries", "Batches tried again", ["consumer_group"])
CONSUMER_DEAD = Counter("lintel_consumer_dead", "Records sent to dead letters", ["consumer_group"])
CONSUMER_PARKED = Counter("lintel_consumer_parked", "Records parked with their keys", ["consumer_group"])
CONSUMER_PAUSED = Gauge("lintel_consumer_paused", "1 while the consumer waits for its handler", ["consumer_group"])
