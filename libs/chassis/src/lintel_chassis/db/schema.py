"""The chassis's schema, step by step; a service's Alembic revisions call these and never change them."""

from lintel_events.migrations import Operations

_CHASSIS = """
CREATE TABLE deadlines (
    kind text NOT NULL,
    key text NOT NULL,
    due_at timestamptz NOT NULL,
    context jsonb NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX deadlines_due_at ON deadlines (due_at);
COMMENT ON TABLE deadlines IS 'transitions that time alone will make';
COMMENT ON COLUMN deadlines.context IS 'who caused it, for the events it will give rise to';

CREATE TABLE idempotency_keys (
    subject text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint NOT NULL,
    headers text[] NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (subject, route, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys USING brin (created_at);
COMMENT ON TABLE idempotency_keys IS 'what each command answered, for 24 hours';
COMMENT ON COLUMN idempotency_keys.fingerprint IS 'SHA-256 of path, query and body';
"""


def create_chassis(op: Operations) -> None:
    """Revision one: deadlines, idempotency_keys."""
    for statement in _CHASSIS.split(";\n"):
        if statement.strip():
            op.execute(statement)
