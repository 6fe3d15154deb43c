"""Apache Kafka from jars and a wheel with Java."""

import hashlib
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from lintel_local import jars
from lintel_local.cluster import Cluster
from lintel_local.kafka import Kafka
from lintel_local.paths import JARS

pytestmark = pytest.mark.integration


def test_an_acknowledged_record_is_there_after_kill_9(tmp_path: Path) -> None:
    """The same address and the same data, so that clients only have to connect again."""
    broker = Kafka(tmp_path)
    broker.start()
    try:
        create_topic(broker.bootstrap, "kept")
        producer = Producer({"bootstrap.servers": broker.bootstrap})
        producer.produce("kept", b"fact")
        assert producer.flush(10) == 0
        bootstrap = broker.bootstrap
        broker.kill()
        assert broker.pid is None
        broker.start()
        assert read_one(bootstrap, "kept") == b"fact"
    finally:
        broker.stop()


def test_a_damaged_jar_is_fetched_again(tmp_path: Path) -> None:
    """An interrupted download leaves half a file; a wrong one must not run."""
    jars.classpath()
    repository = tmp_path / "jars"
    for jar in JARS.rglob("*.jar"):
        link = repository / jar.relative_to(JARS)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(jar)
    damaged = next(repository.rglob("slf4j-simple-*.jar"))
    sound = hashlib.sha256(damaged.read_bytes()).digest()
    damaged.unlink()
    damaged.write_bytes(b"half a jar")
    jars.classpath(repository=repository)
    assert hashlib.sha256(damaged.read_bytes()).digest() == sound


def test_any_one_of_three_brokers_may_be_away(tmp_path: Path) -> None:
    """Two have the record, so it is acknowledged; the third has it too once it is back."""
    cluster = Cluster(tmp_path)
    try:
        cluster.start()
        create_topic(cluster.bootstrap, "kept", copies=3)
        producer = Producer({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
        cluster.kill(2)
        producer.produce("kept", b"fact")
        assert producer.flush(60) == 0
        cluster.start()
        cluster.kill(1)
        assert read_one(cluster.bootstrap, "kept") == b"fact"
    finally:
        cluster.kill()


def create_topic(bootstrap: str, name: str, copies: int = 1) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(name, 1, copies)])[name].result(10)


def read_one(bootstrap: str, topic: str) -> bytes | None:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "nobody joins it", "log_level": 0})
    consumer.assign([TopicPartition(topic, 0, 0)])
    try:
        record = consumer.poll(60)
        assert record
        assert not record.error()
        return record.value()
    finally:
        consumer.close()
