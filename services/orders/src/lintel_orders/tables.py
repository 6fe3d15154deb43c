"""What orders keeps."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from lintel_chassis.db.tables import chassis_tables
from lintel_events.tables import backbone_tables

metadata = MetaData()
backbone_tables(metadata)
chassis_tables(metadata)

customers = Table(
    "customers",
    metadata,
    Column("subject", Text, primary_key=True, comment="of tokens: who the person is to the retailer"),
    Column("pseudonym", Text, nullable=False, unique=True, comment="random; who the person is everywhere else"),
    comment="the only place that joins the two; deleting a row forgets the person",
)

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

contacts = Table(
    "contacts",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("locale", Text),
    Column("pickup_person", Text),
    comment="with customers the only personal data of the system",
)

sales = Table(
    "sales",
    metadata,
    Column("id", Text, primary_key=True),
    Column("store_code", Text, nullable=False),
    Column("register", Text, nullable=False),
    Column("business_day", Date, nullable=False),
    Column("seq", Integer, nullable=False),
    Column(
        "owner",
        Text,
        ForeignKey("customers.pseudonym", name="sales_owner_customer", ondelete="SET NULL"),
        comment="pseudonym of the customer the till named; null for nobody, and once forgotten",
    ),
    Column("content", JSON, nullable=False, comment="as the till sent it, without whom it sold to"),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Index("sales_owner", "owner", postgresql_where=text("owner IS NOT NULL")),
    Index("sales_register", "store_code", "register", "business_day", "seq"),
)
