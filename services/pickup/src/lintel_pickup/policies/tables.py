"""The table of policies."""

from sqlalchemy import Column, Integer, Interval, Table, Text

from lintel_pickup.tables import metadata

policies = Table(
    "policies",
    metadata,
    Column("store_code", Text, primary_key=True),
    Column("slot_length", Interval, nullable=False),
    Column("slot_capacity", Integer, nullable=False),
    Column("lead_time", Interval, nullable=False),
    Column("hold_for", Interval, nullable=False),
    Column("remind_after", Interval, nullable=False),
)
