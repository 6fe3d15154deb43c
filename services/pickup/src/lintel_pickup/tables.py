"""The metadata that all tables of pickup's database are declared on; each slice declares its own.

Every key that is unique contains the store, so that the tables can be spread by store.
"""

from sqlalchemy import MetaData

from lintel_chassis.db.tables import chassis_tables
from lintel_events.tables import backbone_tables

metadata = MetaData()
backbone_tables(metadata)
chassis_tables(metadata)
