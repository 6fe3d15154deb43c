"""The backbone's schema, step by step; a service's Alembic revisions call these and never change them."""

from typing import Protocol


class Operations(Protocol):
    """What is used of `alembic.op`."""

    def execute(self, sqltext: str) -> None: ...


_BACKBONE = """
CREATE TABLE backbone (epoch integer PRIMARY KEY);
COMMENT ON COLUMN backbone.epoch IS 'raised when this database is restored from a backup';
INSERT INTO backbone VALUES (1);

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    partition integer NOT NULL,
    key text NOT NULL,
    event_id uuid NOT NULL,
    headers text NOT NULL,
    payload bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000);
COMMENT ON TABLE outbox IS 'events committed here and not yet acknowledged by Kafka';

CREATE TABLE inbox (
    consumer_group text NOT NULL,
    event_id uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer_group, event_id)
);
CREATE INDEX inbox_received_at ON inbox (received_at);
COMMENT ON TABLE inbox IS 'events applied here, so that none is applied twice';

CREATE TABLE consumer_offsets (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    caught_up_at timestamptz,
    PRIMARY KEY (consumer_group, topic, partition)
);
COMMENT ON TABLE consumer_offsets IS 'how far each partition is applied; the truth, whatever Kafka thinks';
COMMENT ON COLUMN consumer_offsets.caught_up_at IS 'when the consumer last saw the end of the partition';

CREATE TABLE mirror (
    topic text NOT NULL,
    key text NOT NULL,
    sequence text NOT NULL,
    state jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (topic, key)
);
COMMENT ON TABLE mirror IS 'copies of other services'' state topics';
COMMENT ON COLUMN mirror.changed_at IS 'when the owner changed it';
"""

_PARKING = """
CREATE TABLE parked_keys (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    replay_requested_at timestamptz,
    PRIMARY KEY (consumer_group, topic, key)
);
COMMENT ON TABLE parked_keys IS 'keys whose events wait; who applies or parks them holds the row';
COMMENT ON COLUMN parked_keys.replay_requested_at IS 'the consumer is to apply what is parked';

CREATE TABLE inbox_parked (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    timestamp_ms bigint NOT NULL,
    headers text NOT NULL,
    value bytea,
    error text,
    attempts integer NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer_group, topic, key, partition, record_offset),
    CONSTRAINT inbox_parked_key FOREIGN KEY (consumer_group, topic, key) REFERENCES parked_keys
);
COMMENT ON TABLE inbox_parked IS 'records of parked keys, whole, in order; not in the inbox yet';
COMMENT ON COLUMN inbox_parked.headers IS 'JSON list of names and values, these in base64';
COMMENT ON COLUMN inbox_parked.error IS 'null for a record that only waits behind another';

ALTER TABLE outbox ALTER COLUMN payload DROP NOT NULL;
COMMENT ON COLUMN outbox.payload IS 'null for a tombstone';
"""


def create_backbone(op: Operations) -> None:
    """Revision one: backbone, outbox, inbox, consumer_offsets, mirror."""
    _execute_each(op, _BACKBONE)


def create_parking(op: Operations) -> None:
    """Revision two: parked_keys, inbox_parked, and tombstones in the outbox."""
    _execute_each(op, _PARKING)


def _execute_each(op: Operations, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            op.execute(statement)
