"""The tables the backbone keeps in every service's database."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, LargeBinary, MetaData, Table, Text, func
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
        Column("payload", LargeBinary, nullable=False),
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
