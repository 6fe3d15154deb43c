"""The tables of the ledger. Every unique key contains store_code, so that they can be spread by store."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Index, Table, Text, text

from lintel_inventory.tables import metadata

stock_positions = Table(
    "stock_positions",
    metadata,
    Column("store_code", Text, primary_key=True),
    Column("sku", Text, primary_key=True),
    Column("on_hand", BigInteger, nullable=False),
    Column("unsellable", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("safety_stock", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False, comment="of the last event about this place"),
    Column("counted_at", DateTime(timezone=True), comment="when the last count looked at the shelf"),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("unsellable >= 0", name="stock_positions_unsellable"),
    CheckConstraint("reserved >= 0", name="stock_positions_reserved"),
    CheckConstraint("safety_stock >= 0", name="stock_positions_safety_stock"),
    Index("stock_positions_sku", "sku", "store_code"),
)

movements = Table(
    "movements",
    metadata,
    Column("store_code", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("sku", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False, comment="as its sender stated it"),
    Column("on_hand_delta", BigInteger, nullable=False),
    Column("unsellable_delta", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", Text),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("absorbed", Boolean, nullable=False, comment="a later count had seen its result: on_hand left alone"),
    Column("fingerprint", Text, comment="of what was sent under this id; NULL for what came through orders"),
    Index("movements_place", "store_code", "sku", "recorded_at"),
    comment="append-only: on_hand is the sum of on_hand_delta",
)

reservations = Table(
    "reservations",
    metadata,
    Column("store_code", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    comment="one row for each order heard of, for good",
)

reservation_lines = Table(
    "reservation_lines",
    metadata,
    Column("store_code", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("sku", Text, primary_key=True),
    Column("quantity", BigInteger, nullable=False, comment="promised; once ended, what last was"),
    Column("reserved_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("quantity >= 0", name="reservation_lines_quantity"),
    Index("reservation_lines_active", "store_code", "sku", "reserved_at", postgresql_where=text("ended_at IS NULL")),
    Index("reservation_lines_ended", "store_code", "sku", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    comment="reserved is the sum of quantity where ended_at is NULL",
)

picks = Table(
    "picks",
    metadata,
    Column("store_code", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("line_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("sku", Text, primary_key=True),
    Column("quantity", BigInteger, nullable=False, comment="missing of the line, or substituted for it"),
    Column("told_at", DateTime(timezone=True), nullable=False),
    comment="what picking told of an order's lines, so that telling it again changes nothing",
)
