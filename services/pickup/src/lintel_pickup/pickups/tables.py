"""The tables of pickups and of what is paid."""

from sqlalchemy import BigInteger, Column, DateTime, Index, SmallInteger, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from lintel_pickup.tables import metadata

pickups = Table(
    "pickups",
    metadata,
    Column("order_id", Text, primary_key=True, comment="first in the key: routes know nothing but the order"),
    Column("store_code", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("status_reason", Text),
    Column("owner", Text, comment="pseudonym; null once forgotten"),
    Column("number", Text),
    Column("payment_method", Text),
    Column("slot_starts_at", DateTime(timezone=True)),
    Column("slot_ends_at", DateTime(timezone=True)),
    Column("lines", JSONB, nullable=False, comment="what was ordered, and what was picked of it"),
    Column("nonce", Text, comment="of the hand-over code, which is stored nowhere"),
    Column("attempts", SmallInteger, nullable=False, comment="wrong codes so far"),
    Column("staging_location", Text),
    Column("arrival", JSONB),
    Column("ready_at", DateTime(timezone=True)),
    Column("collect_by", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("handed_over_by", Text, comment="opaque id of the associate or till"),
    Column("override_reason", Text, comment="why it was handed over without its code"),
    Column("sequence", BigInteger, nullable=False, comment="events published with this order as their key"),
    Index("pickups_store", "store_code", "slot_starts_at", "order_id"),
    Index("pickups_owner", "owner", postgresql_where=text("owner IS NOT NULL")),
)

payments = Table(
    "payments",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("store_code", Text, primary_key=True),
    comment="orders that are paid, heard of before or after their pickup",
)
