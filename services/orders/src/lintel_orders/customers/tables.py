"""Who people are, and how to reach them."""

from sqlalchemy import Column, Table, Text

from lintel_orders.tables import metadata

customers = Table(
    "customers",
    metadata,
    Column("subject", Text, primary_key=True, comment="of tokens: who the person is to the retailer"),
    Column("pseudonym", Text, nullable=False, unique=True, comment="random; who the person is everywhere else"),
    comment="the only place that joins the two; deleting a row forgets the person",
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
