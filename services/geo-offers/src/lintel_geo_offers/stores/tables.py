"""The table of stores, and the copies of stock that are searched with it."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Double, Index, Table, Text, func
from sqlalchemy.dialects.postgresql import ARRAY

from lintel_geo_offers.tables import metadata

stores = Table(
    "stores",
    metadata,
    Column("store_code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("brand", Text),
    Column("lat", Double, nullable=False),
    Column("lon", Double, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("region", Text),
    Column("postal_code", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("timezone", Text, nullable=False, comment="IANA name"),
    Column("currency", Text, nullable=False),
    Column("opening_hours", Text, nullable=False, comment="OpenStreetMap syntax, in the store's own time zone"),
    Column("services", ARRAY(Text), nullable=False),
    Column("status", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False, comment="events published of this store"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="stores_lat"),
    CheckConstraint("lon BETWEEN -180 AND 180", name="stores_lon"),
)

Index("stores_place", func.ll_to_earth(stores.c.lat, stores.c.lon), postgresql_using="gist")

mirror = metadata.tables["mirror"]
