"""Orders, contacts and sales, beside the backbone's and the chassis' tables."""

from alembic import op

from lintel_chassis.schema import create_chassis
from lintel_events.migrations import create_backbone

revision = "0001"
down_revision = None

_ORDERS = """
CREATE TABLE orders (
    id text PRIMARY KEY,
    number text NOT NULL UNIQUE,
    owner text NOT NULL,
    channel text NOT NULL,
    store_code text NOT NULL,
    external_source text,
    external_id text,
    content jsonb NOT NULL,
    currency text NOT NULL,
    total numeric NOT NULL,
    paid numeric NOT NULL,
    payment_method text NOT NULL,
    payment_status text NOT NULL,
    status text NOT NULL,
    status_reason text,
    stock_reserved boolean NOT NULL,
    slot_id text,
    slot_starts_at timestamptz,
    slot_ends_at timestamptz,
    placed_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    ready_at timestamptz,
    collect_by timestamptz,
    ended_at timestamptz,
    progress jsonb,
    sequence bigint NOT NULL
) WITH (fillfactor = 80)
"""
_COMMENTS = """
COMMENT ON COLUMN orders.owner IS 'opaque id of the shopper or visitor';
COMMENT ON COLUMN orders.content IS 'what was ordered: lines and sums; never changes';
COMMENT ON COLUMN orders.slot_id IS 'as asked for, then as booked';
COMMENT ON COLUMN orders.progress IS 'by line: picked, handed over, substituted';
COMMENT ON COLUMN orders.sequence IS 'events published with this order as their key'
"""
_CONTACTS = """
CREATE TABLE contacts (
    order_id text PRIMARY KEY,
    name text,
    email text,
    phone text,
    locale text,
    pickup_person text
)
"""
_SALES = """
CREATE TABLE sales (
    id text PRIMARY KEY,
    store_code text NOT NULL,
    register text NOT NULL,
    business_day date NOT NULL,
    seq integer NOT NULL,
    content jsonb NOT NULL,
    received_at timestamptz NOT NULL
)
"""


def upgrade() -> None:
    create_backbone(op)
    create_chassis(op)
    op.execute(_ORDERS)
    op.execute("CREATE INDEX orders_owner ON orders (owner, id)")
    op.execute("CREATE INDEX orders_store ON orders (store_code, id)")
    op.execute("CREATE UNIQUE INDEX orders_external ON orders (external_source, external_id)")
    for comment in _COMMENTS.split(";"):
        op.execute(comment)
    op.execute(_CONTACTS)
    op.execute("COMMENT ON TABLE contacts IS 'the only personal data of the system'")
    op.execute(_SALES)
    op.execute("COMMENT ON COLUMN sales.content IS 'as the till sent it'")
    op.execute("CREATE INDEX sales_register ON sales (store_code, register, business_day, seq)")
