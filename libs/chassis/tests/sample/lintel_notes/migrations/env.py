from sqlalchemy import BigInteger, Column, Identity, MetaData, Table, Text

from lintel_chassis.db.migrate import run
from lintel_chassis.db.tables import chassis_tables
from lintel_events.tables import backbone_tables

metadata = MetaData()
backbone_tables(metadata)
chassis_tables(metadata)
Table(
    "notes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("text", Text, nullable=False),
)

run(metadata)
