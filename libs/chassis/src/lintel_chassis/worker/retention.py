"""Deletes what has been kept long enough, in small steps: idempotency keys after 24 hours, inbox rows after 30 days."""

from lintel_chassis.worker.periodic import Periodic
from lintel_events.database import Pool

_EVERY_S = 60.0
_STEP = 1_000

# Oldest rows lie first in the table, so a step finds its rows without reading the rest. Rows that another process
# is deleting are left to it.
_OLD_KEYS = """
DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < clock_timestamp() - interval '24 hours'
    LIMIT $1 FOR UPDATE SKIP LOCKED))
"""
_OLD_INBOX = """
DELETE FROM inbox WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox WHERE received_at < clock_timestamp() - interval '30 days'
    LIMIT $1 FOR UPDATE SKIP LOCKED))
"""


def retention(pool: Pool) -> Periodic:
    async def delete_a_step() -> bool:
        deleted = [await pool.execute(statement, _STEP) for statement in (_OLD_KEYS, _OLD_INBOX)]
        return f"DELETE {_STEP}" in deleted

    return Periodic("retention", _EVERY_S, delete_a_step)
