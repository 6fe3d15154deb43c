"""A consumer speaks for the partitions it has, and for no others."""

from aiokafka import TopicPartition
from prometheus_client import REGISTRY

from lintel_events.consumer.lag_gauge import LagGauge


def test_a_partition_given_up_is_not_spoken_for() -> None:
    """Its new holder does; the old lag would otherwise stand there for ever, and grow."""
    kept, lost = TopicPartition("toy", 0), TopicPartition("toy", 1)
    progress = LagGauge("speaks")
    progress.keep([kept, lost])
    for partition in (kept, lost):
        progress.reached(partition, 0)
        progress.has_left(partition, 1)

    progress.keep([kept])

    for name in ("lintel_consumer_lag_seconds", "lintel_consumer_lag_records"):
        values = [
            REGISTRY.get_sample_value(name, {"consumer_group": "speaks", "topic": "toy", "partition": number})
            for number in ("0", "1")
        ]
        assert values[0]
        assert values[1] is None
