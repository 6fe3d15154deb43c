"""The tables of bookings, and the copies of stores that a store's grid follows from."""

from sqlalchemy import CheckConstraint, Column, DateTime, Integer, Table, Text

from lintel_pickup.tables import metadata

booking_locks = Table(
    "booking_locks",
    metadata,
    Column("store_code", Text, primary_key=True),
    comment="who holds a store's row, and nobody else, changes what is booked of its slots",
)

slots = Table(
    "slots",
    metadata,
    Column("store_code", Text, primary_key=True),
    Column("starts_at", DateTime(timezone=True), primary_key=True),
    Column("booked", Integer, nullable=False),
    CheckConstraint("booked >= 0", name="slots_booked"),
    comment="slots that have been booked; the grid itself follows from hours and policy",
)

mirror = metadata.tables["mirror"]
