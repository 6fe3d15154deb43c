"""The tables the chassis keeps in every service's database."""

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, SmallInteger, Table, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

_NOW = func.clock_timestamp()


def chassis_tables(metadata: MetaData) -> None:
    """Declare them on the service's metadata, so that migrations can be compared with it."""
    Table(
        "deadlines",
        metadata,
        Column("kind", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("context", JSONB, nullable=False, comment="who caused it, for the events it will give rise to"),
        Index("deadlines_due_at", "due_at"),
        comment="transitions that time alone will make",
    )
    Table(
        "idempotency_keys",
        metadata,
        Column("subject", Text, primary_key=True),
        Column("route", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False, comment="SHA-256 of path, query and body"),
        Column("status", SmallInteger, nullable=False),
        Column("headers", ARRAY(Text), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
        Index("idempotency_keys_created_at", "created_at", postgresql_using="brin"),
        comment="what each command answered, for 24 hours",
    )
