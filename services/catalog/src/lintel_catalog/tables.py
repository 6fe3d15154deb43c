"""The metadata that all tables of catalog's database are declared on; each slice declares its own."""

from sqlalchemy import MetaData

from lintel_chassis.db.tables import chassis_tables
from lintel_events.tables import backbone_tables

metadata = MetaData()
backbone_tables(metadata)
chassis_tables(metadata)
