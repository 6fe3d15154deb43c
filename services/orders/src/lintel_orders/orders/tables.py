"""Orders: what changes of them, beside what was ordered."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from lintel_orders.tables import metadata

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column(
        "owner",
        Text,
        ForeignKey("customers.pseudonym", name="orders_owner_customer", ondelete="SET NULL"),
        comment="pseudonym; null once forgotten",
    ),
    Column("channel", Text, nullable=False),
    Column("store_code", Text, nullable=False),
    Column("external_source", Text),
    Column("external_id", Text),
    Column("content", JSON, nullable=False, comment="what was ordered: lines and sums; never changes"),
    Column("currency", Text, nullable=False),
    Column("total", Numeric, nullable=False),
    Column("paid", Numeric, nullable=False),
    Column("payment_method", Text, nullable=False),
    Column("payment_status", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("status_reason", Text),
    Column("stock_reserved", Boolean, nullable=False),
    Column("slot_id", Text, comment="as asked for, then as booked"),
    Column("slot_starts_at", DateTime(timezone=True)),
    Column("slot_ends_at", DateTime(timezone=True)),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("ready_at", DateTime(timezone=True)),
    Column("collect_by", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("progress", JSONB, comment="by line: picked, handed over, substituted"),
    Column("sequence", BigInteger, nullable=False, comment="events published with this order as their key"),
    Index("orders_owner", "owner", "id"),
    Index("orders_store", "store_code", "id"),
    Index(
        "orders_external",
        "external_source",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    ),
)
