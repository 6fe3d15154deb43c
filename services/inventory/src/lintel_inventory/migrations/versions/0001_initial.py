"""Positions, their ledger, and what is promised of them."""

from alembic import op

from lintel_chassis.db.schema import create_chassis
from lintel_events.migrations import create_backbone

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE stock_positions (
    store_code text NOT NULL,
    sku text NOT NULL,
    on_hand bigint NOT NULL,
    unsellable bigint NOT NULL CONSTRAINT stock_positions_unsellable CHECK (unsellable >= 0),
    reserved bigint NOT NULL CONSTRAINT stock_positions_reserved CHECK (reserved >= 0),
    safety_stock bigint NOT NULL CONSTRAINT stock_positions_safety_stock CHECK (safety_stock >= 0),
    sequence bigint NOT NULL,
    counted_at timestamptz,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (store_code, sku)
) WITH (fillfactor = 70);
CREATE INDEX stock_positions_sku ON stock_positions (sku, store_code);
COMMENT ON COLUMN stock_positions.sequence IS 'of the last event about this place';
COMMENT ON COLUMN stock_positions.counted_at IS 'when the last count looked at the shelf';

CREATE TABLE movements (
    store_code text NOT NULL,
    id text NOT NULL,
    sku text NOT NULL,
    kind text NOT NULL,
    quantity bigint NOT NULL,
    on_hand_delta bigint NOT NULL,
    unsellable_delta bigint NOT NULL,
    reason text NOT NULL,
    document text,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    absorbed boolean NOT NULL,
    fingerprint text,
    PRIMARY KEY (store_code, id)
);
CREATE INDEX movements_place ON movements (store_code, sku, recorded_at);
COMMENT ON TABLE movements IS 'append-only: on_hand is the sum of on_hand_delta';
COMMENT ON COLUMN movements.quantity IS 'as its sender stated it';
COMMENT ON COLUMN movements.absorbed IS 'a later count had seen its result: on_hand left alone';
COMMENT ON COLUMN movements.fingerprint IS 'of what was sent under this id; NULL for what came through orders';

CREATE TABLE reservations (
    store_code text NOT NULL,
    order_id text NOT NULL,
    status text NOT NULL,
    sequence bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (store_code, order_id)
);
COMMENT ON TABLE reservations IS 'one row for each order heard of, for good';

CREATE TABLE reservation_lines (
    store_code text NOT NULL,
    order_id text NOT NULL,
    sku text NOT NULL,
    quantity bigint NOT NULL CONSTRAINT reservation_lines_quantity CHECK (quantity >= 0),
    reserved_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (store_code, order_id, sku)
);
CREATE INDEX reservation_lines_active ON reservation_lines (store_code, sku, reserved_at) WHERE ended_at IS NULL;
CREATE INDEX reservation_lines_ended ON reservation_lines (store_code, sku, ended_at) WHERE ended_at IS NOT NULL;
COMMENT ON TABLE reservation_lines IS 'reserved is the sum of quantity where ended_at is NULL';
COMMENT ON COLUMN reservation_lines.quantity IS 'promised; once ended, what last was';

CREATE TABLE picks (
    store_code text NOT NULL,
    order_id text NOT NULL,
    line_id text NOT NULL,
    kind text NOT NULL,
    sku text NOT NULL,
    quantity bigint NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (store_code, order_id, line_id, kind, sku)
);
COMMENT ON TABLE picks IS 'what picking told of an order''s lines, so that telling it again changes nothing';
COMMENT ON COLUMN picks.quantity IS 'missing of the line, or substituted for it'
"""


def upgrade() -> None:
    create_backbone(op)
    create_chassis(op)
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
