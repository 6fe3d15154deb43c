"""Policies, slots, pickups and payments, beside the backbone's and the chassis' tables."""

from alembic import op

from lintel_chassis.db.schema import create_chassis
from lintel_events.migrations import create_backbone

revision = "0001"
down_revision = None

_TABLES = (
    """
    CREATE TABLE policies (
        store_code text PRIMARY KEY,
        slot_length interval NOT NULL,
        slot_capacity integer NOT NULL,
        lead_time interval NOT NULL,
        hold_for interval NOT NULL,
        remind_after interval NOT NULL
    )
    """,
    "CREATE TABLE booking_locks (store_code text PRIMARY KEY)",
    """
    CREATE TABLE slots (
        store_code text NOT NULL,
        starts_at timestamptz NOT NULL,
        booked integer NOT NULL CONSTRAINT slots_booked CHECK (booked >= 0),
        PRIMARY KEY (store_code, starts_at)
    ) WITH (fillfactor = 80)
    """,
    """
    CREATE TABLE pickups (
        order_id text NOT NULL,
        store_code text NOT NULL,
        status text NOT NULL,
        status_reason text,
        owner text,
        number text,
        payment_method text,
        slot_starts_at timestamptz,
        slot_ends_at timestamptz,
        lines jsonb NOT NULL,
        nonce text,
        attempts smallint NOT NULL,
        staging_location text,
        arrival jsonb,
        ready_at timestamptz,
        collect_by timestamptz,
        ended_at timestamptz,
        handed_over_by text,
        override_reason text,
        sequence bigint NOT NULL,
        PRIMARY KEY (order_id, store_code)
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX pickups_store ON pickups (store_code, slot_starts_at, order_id)",
    "CREATE TABLE payments (order_id text NOT NULL, store_code text NOT NULL, PRIMARY KEY (order_id, store_code))",
)
_COMMENTS = {
    "TABLE booking_locks": "who holds a store''s row, and nobody else, changes what is booked of its slots",
    "TABLE slots": "slots that have been booked; the grid itself follows from hours and policy",
    "COLUMN pickups.order_id": "first in the key: routes know nothing but the order",
    "COLUMN pickups.owner": "opaque id of the shopper or visitor",
    "COLUMN pickups.lines": "what was ordered, and what was picked of it",
    "COLUMN pickups.nonce": "of the hand-over code, which is stored nowhere",
    "COLUMN pickups.attempts": "wrong codes so far",
    "COLUMN pickups.handed_over_by": "opaque id of the associate or till",
    "COLUMN pickups.override_reason": "why it was handed over without its code",
    "COLUMN pickups.sequence": "events published with this order as their key",
    "TABLE payments": "orders that are paid, heard of before or after their pickup",
}


def upgrade() -> None:
    create_backbone(op)
    create_chassis(op)
    for statement in _TABLES:
        op.execute(statement)
    for place, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON {place} IS '{comment}'")
