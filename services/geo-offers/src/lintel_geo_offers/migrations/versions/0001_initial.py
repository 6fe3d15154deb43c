"""Stores, beside the backbone's and the chassis' tables."""

from alembic import op

from lintel_chassis.db.schema import create_chassis
from lintel_events.migrations import create_backbone

revision = "0001"
down_revision = None

# NaN is above every number in PostgreSQL, so that BETWEEN refuses it as it does the infinities.
_STORES = """
CREATE TABLE stores (
    store_code text PRIMARY KEY,
    name text NOT NULL,
    brand text,
    lat double precision NOT NULL CONSTRAINT stores_lat CHECK (lat BETWEEN -90 AND 90),
    lon double precision NOT NULL CONSTRAINT stores_lon CHECK (lon BETWEEN -180 AND 180),
    street text NOT NULL,
    city text NOT NULL,
    region text,
    postal_code text NOT NULL,
    country text NOT NULL,
    timezone text NOT NULL,
    currency text NOT NULL,
    opening_hours text NOT NULL,
    services text[] NOT NULL,
    status text NOT NULL,
    sequence bigint NOT NULL
)
"""
_COMMENTS = {
    "timezone": "IANA name",
    "opening_hours": "OpenStreetMap syntax, in the store''s own time zone",
    "sequence": "events published of this store",
}


def upgrade() -> None:
    """The extensions are trusted: who owns the database may make them where a superuser has not yet."""
    op.execute("CREATE EXTENSION IF NOT EXISTS cube")
    op.execute("CREATE EXTENSION IF NOT EXISTS earthdistance")
    create_backbone(op)
    create_chassis(op)
    op.execute(_STORES)
    op.execute("CREATE INDEX stores_place ON stores USING gist (ll_to_earth(lat, lon))")
    for column, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN stores.{column} IS '{comment}'")
