"""The tables the backbone keeps in every service's database."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

_NOW = func.clock_timestamp()


def backbone_tables(metadata: MetaData) -> None:
    """Declare them on the service's metadata, so that migrations can be compared with it."""
    Table(
        "backbone",
        metadata,
        Column("epoch", Integer, primary_key=True, comment="raised when this database is restored from a backup"),
    )
    Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("key", Text, nullable=False),
        Column("event_id", UUID, nullable=False),
        Column("headers", Text, nullable=False),
        Column("payload", LargeBinary, comment="null for a tombstone"),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
        comment="events committed here and not yet acknowledged by Kafka",
    )
    Table(
        "inbox",
        metadata,
        Column("consumer_group", Text, primary_key=True),
        Column("event_id", UUID, primary_key=True),
        Column("received_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
        Index("inbox_received_at", "received_at"),
        comment="events applied here, so that none is applied twice",
    )
    Table(
        "consumer_offsets",
        metadata,
        Column("consumer_group", Text, primary_key=True),
        Column("topic", Text, primary_key=True),
        Column("partition", Integer, primary_key=True),
        Column("next_offset", BigInteger, nullable=False),
        Column("caught_up_at", DateTime(timezone=True), comment="when the consumer last saw the end of the partition"),
        comment="how far each partition is applied; the truth, whatever Kafka thinks",
    )
    Table(
        "mirror",
        metadata,
        Column("topic", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("sequence", Text, nullable=False),
        Column("state", JSONB, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False, comment="when the owner changed it"),
        comment="copies of other services' state topics",
    )
    _parking_tables(metadata)


def _parking_tables(metadata: MetaData) -> None:
    key = ("consumer_group", "topic", "key")
    Table(
        "parked_keys",
        metadata,
        *(Column(name, Text, primary_key=True) for name in key),
        Column("parked_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
        Column("replay_requested_at", DateTime(timezone=True), comment="the consumer is to apply what is parked"),
        comment="keys whose events wait; who applies or parks them holds the row",
    )
    Table(
        "inbox_parked",
        metadata,
        *(Column(name, Text, primary_key=True) for name in key),
        Column("partition", Integer, primary_key=True),
        Column("record_offset", BigInteger, primary_key=True),
        Column("timestamp_ms", BigInteger, nullable=False),
        Column("headers", Text, nullable=False, comment="JSON list of names and values, these in base64"),
        Column("value", LargeBinary),
        Column("error", Text, comment="null for a record that only waits behind another"),
        Column("attempts", Integer, nullable=False),
        Column("parked_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
        ForeignKeyConstraint(key, [f"parked_keys.{name}" for name in key], name="inbox_parked_key"),
        comment="records of parked keys, whole, in order; not in the inbox yet",
    )
