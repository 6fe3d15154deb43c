"""Orders, contacts and sales, beside the backbone's and the chassis' tables."""

from alembic import op

from lintel_chassis.db.schema import create_chassis
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
    content json NOT NULL,
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
_COMMENTS = {
    "COLUMN orders.owner": "opaque id of the shopper or visitor",
    "COLUMN orders.content": "what was ordered: lines and sums; never changes",
    "COLUMN orders.slot_id": "as asked for, then as booked",
    "COLUMN orders.progress": "by line: picked, handed over, substituted",
    "COLUMN orders.sequence": "events published with this order as their key",
    "TABLE contacts": "the only personal data of the system",
    "COLUMN sales.content": "as the till sent it",
}
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
    content json NOT NULL,
    received_at timestamptz NOT NULL
)
"""


def upgrade() -> None:
    create_backbone(op)
    create_chassis(op)
    op.execute(_ORDERS)
    op.execute("CREATE INDEX orders_owner ON orders (owner, id)")
    op.execute("CREATE INDEX orders_store ON orders (store_code, id)")
    op.execute(
        "CREATE UNIQUE INDEX orders_external ON orders (external_source, external_id) WHERE external_id IS NOT NULL"
    )
    op.execute(_CONTACTS)
    op.execute(_SALES)
    op.execute("CREATE INDEX sales_register ON sales (store_code, register, business_day, seq)")
    for place, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON {place} IS '{comment}'")
