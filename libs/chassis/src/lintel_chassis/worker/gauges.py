"""Reads gauges from the database every few seconds, so that asking /metrics costs it nothing."""

from collections.abc import Sequence

from lintel_chassis.metrics import DEADLINES_OVERDUE, DEADLINES_OVERDUE_FOR, DEADLINES_WAITING
from lintel_chassis.worker.periodic import Periodic
from lintel_events.database import Pool
from lintel_events.sql_gauges import MIRRORS, OUTBOX, PARKED, SqlGauges

_EVERY_S = 10.0

# Those that are due, which are few, by their moments: `now()`, as no index is searched for a clock that moves on.
DEADLINES = SqlGauges(
    """
    SELECT kind, waiting, overdue, overdue_for
    FROM (SELECT kind, count(*) AS waiting FROM deadlines GROUP BY kind) AS kinds, LATERAL (
        SELECT count(*) AS overdue, coalesce(extract(epoch FROM clock_timestamp() - min(due_at)), 0) AS overdue_for
        FROM deadlines WHERE kind = kinds.kind AND due_at <= now()) AS due
    """,
    {"waiting": DEADLINES_WAITING, "overdue": DEADLINES_OVERDUE, "overdue_for": DEADLINES_OVERDUE_FOR},
)
OF_EVERY_SERVICE = (OUTBOX, MIRRORS, PARKED, DEADLINES)


def gauges(pool: Pool, own: Sequence[SqlGauges]) -> Periodic:
    """Each service's own beside those of every service; without the database they are unknown."""
    shown = (*OF_EVERY_SERVICE, *own)

    async def read() -> bool:
        try:
            for group in shown:
                group.show(await pool.fetch(group.sql))
        except Exception:
            for group in shown:
                group.forget()
            raise
        return False

    return Periodic("gauges", _EVERY_S, read)
