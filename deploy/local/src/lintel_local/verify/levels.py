"""The log's state of each stock position, and whether it is the owner's row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from lintel_local.verify.log import Event, Record
from lintel_local.verify.report import Result

TOPIC = "inventory.stock"
_ROWS = """
SELECT store_code || '|' || sku AS place, sequence, on_hand, unsellable, reserved, safety_stock
FROM stock_positions WHERE sequence > 0 ORDER BY 1
"""
_QUANTITIES = ("on_hand", "unsellable", "reserved", "safety_stock")


@dataclass(slots=True)
class Levels:
    """The newest that was told of each place: the event's sequence, then its quantities."""

    told: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def take(self, records: Iterable[Record]) -> None:
        """As its readers do: what is no event is passed over, an older one changes nothing."""
        for record in records:
            if record.topic == TOPIC and (event := Event.parse(record)):
                told = (event.sequence, *(event.data.get(name) for name in _QUANTITIES))
                self.told[record.key] = max(told, self.told.get(record.key, told), key=lambda one: str(one[0]))

    async def result(self, connection: asyncpg.Connection) -> Result:
        """A row that has moved on since is told of in a moment; the identity holds both sequences."""
        wrong, kept = {}, set()
        async for place, sequence, *quantities in connection.cursor(_ROWS, prefetch=10_000):
            kept.add(place)
            number, *told = self.told.get(place, ("nothing",))
            if told != quantities:
                wrong[f"{place} {sequence} {number}"] = f"{place} is {quantities}, its last event says {told}"
        for place in self.told.keys() - kept:
            wrong[place] = f"{place} is on the log and has no row"
        return Result("positions unlike their last event", len(kept), wrong)
