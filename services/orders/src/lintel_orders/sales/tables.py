"""Sales, as tills sent them."""

from sqlalchemy import JSON, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, text

from lintel_orders.tables import metadata

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
