"""The log's state of each stock position, and whether it is the owner's row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from lintel_local.verify.log import Event, Record
from lintel_local.verify.report import Result

TOPIC = "inventory.stock"
_ROWS = """
SELECT store_code || '|' || sku AS key, sequence, on_hand, unsellable, reserved, safety_stock
FROM stock_positions WHERE sequence > 0 ORDER BY 1
"""
_QUANTITIES = ("on_hand", "unsellable", "reserved", "safety_stock")


@dataclass(slots=True)
class Levels:
    """The newest event of each position: its sequence, then its quantities."""

    newest: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def take(self, records: Iterable[Record]) -> None:
        """As its readers do: what is no event is passed over, an older one changes nothing."""
        for record in records:
            if record.topic == TOPIC and (event := Event.parse(record)):
                level = (event.sequence, *(event.data.get(name) for name in _QUANTITIES))
                self.newest[record.key] = max(level, self.newest.get(record.key, level), key=_sequence)

    async def result(self, connection: asyncpg.Connection) -> Result:
        """A row that has moved on since is on the log in a moment; the identity holds both sequences."""
        wrong, kept = {}, set()
        async for key, sequence, *quantities in connection.cursor(_ROWS, prefetch=10_000):
            kept.add(key)
            number, *said = self.newest.get(key, ("nothing",))
            if said != quantities:
                wrong[f"{key} {sequence} {number}"] = f"{key} is {quantities}, its last event says {said}"
        for key in self.newest.keys() - kept:
            wrong[key] = f"{key} is on the log and has no row"
        return Result("positions unlike their last event", len(kept), wrong)


def _sequence(level: tuple[Any, ...]) -> str:
    return str(level[0])
