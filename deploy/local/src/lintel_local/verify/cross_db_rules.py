"""Rules that hold between databases: what is live in each, compared as sets in memory.

Only what is live is read, which is bounded by what stores can hold and not by how many orders there have ever been.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import asyncpg

from lintel_local.verify.report import Result

_ORDERS = """
SELECT id, status, sequence FROM orders WHERE status IN ('placed', 'confirmed', 'ready', 'cancelling')
"""
_STOCK = "SELECT order_id, status, sequence FROM reservations WHERE status = 'active'"
_PICKUPS = """
SELECT order_id, CASE WHEN slot_starts_at IS NULL THEN 'slotless' ELSE status END, sequence
FROM pickups WHERE status IN ('booked', 'scheduled', 'picking', 'ready', 'arrived')
"""
_WAITING = "SELECT id::text, topic || ' ' || key FROM outbox ORDER BY id LIMIT 10000"
LIVE = {"orders": _ORDERS, "inventory": _STOCK, "pickup": _PICKUPS}


@dataclass(slots=True)
class Live:
    """Status and sequence by order id, of each service; and by service what its outbox holds, by row id."""

    of: dict[str, Mapping[str, tuple[str, int]]] = field(default_factory=dict)
    waiting: dict[str, Mapping[str, str]] = field(default_factory=dict)

    async def read(self, service: str, connection: asyncpg.Connection) -> None:
        if service in LIVE:
            rows = await connection.fetch(LIVE[service])
            self.of[service] = {order_id: (status, sequence) for order_id, status, sequence in rows}
        self.waiting[service] = {row[0]: row[1] for row in await connection.fetch(_WAITING)}

    def results(self) -> Iterator[Result]:
        orders, stock, pickups = self.of["orders"], self.of["inventory"], self.of["pickup"]
        decided = {order_id: state for order_id, state in orders.items() if state[0] != "placed"}
        slots = {order_id: state for order_id, state in pickups.items() if state[0] != "slotless"}
        yield _missing("stock held for no live order", stock, orders, "holds stock and is not live")
        yield _missing("slots held for no live order", slots, orders, "has a pickup and is not live")
        yield _missing("confirmed orders without stock", decided, stock, "has no reservation")
        yield _missing("confirmed orders without a pickup", decided, slots, "has no pickup")
        yield Result(
            "events waiting in an outbox",
            len(self.waiting),
            {f"{name} {row}": f"{name}: {event}" for name, rows in self.waiting.items() for row, event in rows.items()},
        )


def _missing(check: str, have: Mapping[str, tuple[str, int]], want: Mapping[str, tuple[str, int]], said: str) -> Result:
    """Those of `have` that are not in `want`; one that moves on meanwhile was in flight."""
    wrong = {
        f"{order_id} {sequence}": f"order {order_id} ({status}) {said}"
        for order_id, (status, sequence) in have.items()
        if order_id not in want
    }
    return Result(check, len(have), wrong)
