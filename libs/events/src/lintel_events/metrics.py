"""What the backbone counts and measures."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

OUTBOX_EVENTS = Gauge("lintel_outbox_events", "Events waiting in the outbox; 10,000 stands for that many or more")
OUTBOX_OLDEST = Gauge("lintel_outbox_oldest_seconds", "Age of the event that has waited longest; 0 when none waits")
RELAY_PASS_EVENTS = Histogram(
    "lintel_relay_pass_events", "Events appended to Kafka by one pass", buckets=(1, 5, 20, 100, 500, 1_000, 2_000)
)
RELAY_PASS_SECONDS = Histogram("lintel_relay_pass_seconds", "From reading the outbox to its delete", buckets=_SECONDS)

CONSUMER_EVENTS = Counter("lintel_consumer_events", "Events applied", ["consumer_group"])
CONSUMER_DUPLICATES = Counter("lintel_consumer_duplicates", "Events seen again and suppressed", ["consumer_group"])
CONSUMER_RETRIES = Counter("lintel_consumer_retries", "Batches tried again", ["consumer_group"])
CONSUMER_DEAD = Counter("lintel_consumer_dead", "Records sent to dead letters", ["consumer_group"])
CONSUMER_PARKED = Counter("lintel_consumer_parked", "Records parked with their keys", ["consumer_group"])
CONSUMER_LAG_RECORDS = Gauge(
    "lintel_consumer_lag_records",
    "Offsets between what is applied and the end, transaction markers included",
    ["consumer_group", "topic", "partition"],
)
CONSUMER_LAG_SECONDS = Gauge(
    "lintel_consumer_lag_seconds",
    "Age of the oldest record not yet applied, or time since the end was last seen",
    ["consumer_group", "topic", "partition"],
)
HANDLER_SECONDS = Histogram(
    "lintel_handler_seconds", "One handler's work on one poll", ["consumer_group", "topics"], buckets=_SECONDS
)
PARKED_KEYS = Gauge("lintel_parked_keys", "Keys whose events wait for somebody", ["consumer_group", "topic"])
PARKED_EVENTS = Gauge("lintel_parked_events", "Events of these keys", ["consumer_group", "topic"])
MIRROR_AGE = Gauge(
    "lintel_mirror_age_seconds", "Since the ends of a mirrored topic were all last seen", ["consumer_group", "topic"]
)


def count_from_zero(consumer_group: str) -> None:
    """Show a group's counters from its start: an increase is seen only of what was there before it."""
    for counter in (CONSUMER_EVENTS, CONSUMER_DUPLICATES, CONSUMER_RETRIES, CONSUMER_DEAD, CONSUMER_PARKED):
        counter.labels(consumer_group)
