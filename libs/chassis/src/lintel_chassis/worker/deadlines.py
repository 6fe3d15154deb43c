"""The one thing that keeps time: a row is written with the state change that starts it and fires once when due."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
import structlog

from lintel_chassis.db.errors import is_database_away
from lintel_chassis.metrics import DEADLINE_LATENESS, DEADLINES_FAILED, DEADLINES_FIRED
from lintel_chassis.worker.periodic import Periodic
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork

_log = structlog.get_logger(__name__)

_POLL_S = 0.2
_BATCH = 100
_PUT_OFF_S = 30
_NAME = re.compile(r"[A-Za-z0-9._-]+")

_SET = """
INSERT INTO deadlines (kind, key, due_at, context)
SELECT $1, d.key, d.due_at, d.context
FROM unnest($2::text[], $3::timestamptz[], $4::jsonb[]) AS d (key, due_at, context)
ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at, context = excluded.context
"""
_CLEAR = "DELETE FROM deadlines WHERE kind = $1 AND key = ANY($2::text[])"
# `now()`, as no index is searched for a clock that moves on.
_DUE_KINDS = "SELECT DISTINCT kind FROM deadlines WHERE due_at <= now() AND kind = ANY($1::text[])"
# Locks the due rows that nobody else holds, in the order of their moments, and deletes them: with the transition that
# follows in the same transaction each fires once. Rows of one kind are no other handler's, so the order cannot clash.
_TAKE = """
DELETE FROM deadlines WHERE kind = $1 AND key IN (
    SELECT key FROM deadlines WHERE kind = $1 AND due_at <= now() AND ({guard})
    AND ($3::text IS NULL OR key = $3)
    ORDER BY due_at, key LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING key, due_at, context::text AS context, clock_timestamp() AS at
"""
_DUE_KEYS = """
SELECT key FROM deadlines WHERE kind = $1 AND due_at <= now() AND ({guard}) ORDER BY due_at, key LIMIT $2
"""
_PUT_OFF = """
UPDATE deadlines SET due_at = clock_timestamp() + make_interval(secs => $3) WHERE kind = $1 AND key = $2
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that fires: `cause` is who set it, for `unit.publish(..., cause=due.cause)`."""

    key: str
    due_at: datetime
    cause: Context


Transitions = Callable[[UnitOfWork, Sequence[Due], datetime], Awaitable[None]]
"""Makes the transitions of a batch, `at` by the database's clock. A key whose state has moved on is left as it is."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A kind of deadline; `guard` is an SQL condition on the row (`due_at`, `key`) that must hold too."""

    kind: str
    handler: Transitions
    guard: str = "true"


def while_caught_up(consumer_group: str, *topics: str) -> str:
    """A guard: fire only while the group has seen the topics' ends after the deadline's moment.

    With the broker away, or a lag, what would have met the deadline may still be unread.
    """
    for name in (consumer_group, *topics):
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} names no topic or group")
    names = ", ".join(f"'{topic}'" for topic in topics)
    return (
        f"due_at <= (SELECT min(coalesce(o.caught_up_at, '-infinity')) FROM consumer_offsets o"  # noqa: S608 - names are checked
        f" WHERE o.consumer_group = '{consumer_group}' AND o.topic IN ({names}))"
    )


def set_deadline(unit: UnitOfWork, kind: str, key: str, due_at: datetime) -> None:
    """Start a deadline, or move it, together with what else the unit writes."""
    set_deadlines(unit, kind, {key: due_at})


def set_deadlines(
    unit: UnitOfWork, kind: str, due: Mapping[str, datetime], causes: Mapping[str, Context] | None = None
) -> None:
    """Start or move many of one kind, once a unit for each key; `causes` says who set each, else the unit did."""
    contexts = [(causes or {}).get(key, unit.context) for key in due]
    written = [orjson.dumps(asdict(context)).decode() for context in contexts]
    unit.write(_SET, kind, list(due), list(due.values()), written)


def clear_deadlines(unit: UnitOfWork, kind: str, keys: Iterable[str]) -> None:
    """Call deadlines off; those that are not there are no matter."""
    unit.write(_CLEAR, kind, list(keys))


class Deadlines(Periodic):
    """Fires what is due, as many processes as there are sharing the work."""

    def __init__(self, units: UnitFactory, deadlines: Iterable[Deadline]) -> None:
        super().__init__("deadlines", _POLL_S, self._fire_due)
        self._units = units
        self._deadlines = {deadline.kind: deadline for deadline in deadlines}
        for kind in self._deadlines:
            DEADLINES_FAILED.labels(kind)  # shown from 0 on: an increase is seen only of what was there before it

    async def _fire_due(self) -> bool:
        rows = await self._units.pool.fetch(_DUE_KINDS, list(self._deadlines))
        fired = [await self._fire(self._deadlines[row["kind"]]) for row in rows]
        return any(fired)

    async def _fire(self, deadline: Deadline) -> int:
        """One batch; should it fail, its members one by one, to find and put off the one at fault."""
        try:
            return len(await self._take_and_handle(deadline, _BATCH))
        except Exception as error:
            if is_database_away(error):
                raise
            _log.exception("a batch of deadlines failed", kind=deadline.kind)
        return await self._fire_singly(deadline)

    async def _fire_singly(self, deadline: Deadline) -> int:
        due = _DUE_KEYS.format(guard=deadline.guard)
        keys = [row["key"] for row in await self._units.pool.fetch(due, deadline.kind, _BATCH)]
        for key in keys:
            try:
                await self._take_and_handle(deadline, 1, key)
            except Exception as error:
                if is_database_away(error):
                    raise
                _log.exception("a deadline failed and is put off", kind=deadline.kind, key=key)
                DEADLINES_FAILED.labels(deadline.kind).inc()
                await self._units.pool.execute(_PUT_OFF, deadline.kind, key, _PUT_OFF_S)
        return len(keys)

    async def _take_and_handle(self, deadline: Deadline, limit: int, key: str | None = None) -> list[Due]:
        async with self._units(Context.unprompted()) as unit:
            rows = await unit.lock(_TAKE.format(guard=deadline.guard), deadline.kind, limit, key)
            due = [Due(row["key"], row["due_at"], Context(**orjson.loads(row["context"]))) for row in rows]
            if due:
                await deadline.handler(unit, due, rows[0]["at"])
            await unit.flush()
        for row in rows:
            DEADLINE_LATENESS.labels(deadline.kind).observe((row["at"] - row["due_at"]).total_seconds())
        DEADLINES_FIRED.labels(deadline.kind).inc(len(due))
        return due
