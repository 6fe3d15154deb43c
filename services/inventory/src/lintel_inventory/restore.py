"""After a restore: reservations, issues and positions as inventory's own events on the log have them.

The sales that the last levels had seen are booked with them, under the ids that reading them again will find; reading
orders and picking again does the rest.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter

from lintel_contracts.inventory_incidents import StockDiscrepancyFound
from lintel_contracts.inventory_reservations import (
    ReservationEvent,
    StockIssued,
    StockReleased,
    StockReservationRejected,
    StockReserved,
)
from lintel_contracts.inventory_stock import StockLevelChanged
from lintel_contracts.orders_sales import SaleRecorded
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration, number_of
from lintel_inventory.ledger.domain.books import Books
from lintel_inventory.ledger.domain.lock_set import LockSet
from lintel_inventory.ledger.domain.movement import Movement, issue_movement_id, sale_movement_id
from lintel_inventory.ledger.domain.position import StockKey
from lintel_inventory.ledger.domain.reservation import OrderKey
from lintel_inventory.ledger.history import LevelHistory
from lintel_inventory.ledger.rows import add_movement, save_position, save_reservation
from lintel_inventory.ledger.store import open_books
from lintel_inventory.movements.history import movements_seen
from lintel_inventory.movements.reactions import moving
from lintel_inventory.reservations.history import NumberedEvent, after, issued, lines_of

# Every line that is open, whichever unit opened it: nobody else works on the database meanwhile.
_PROMISED = """
SELECT l.store_code, l.sku, sum(l.quantity)::bigint AS quantity
FROM reservation_lines l JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, sku) USING (store_code, sku)
WHERE l.ended_at IS NULL GROUP BY l.store_code, l.sku
"""
_UNKNOWN = {
    "movements": (
        "Deliveries, counts and damage that stores stated after the backup: their sums are kept, as one movement a "
        "product with the reason `restore`; their ids are not, so that one sent again is booked again."
    ),
    "counts": "When a shelf was last counted.",
    "sales": (
        "Sales that inventory was slow to read just before the loss may be in a level that had not seen them: count "
        "what was sold in its last minute if it lagged."
    ),
}


@dataclass(slots=True)
class _LoggedEvents:
    """What the log has of a time that the tables do not know."""

    promises: dict[OrderKey, list[NumberedEvent]] = field(default_factory=lambda: defaultdict(list))
    levels: LevelHistory = field(default_factory=LevelHistory)
    sales: list[tuple[SaleRecorded, datetime]] = field(default_factory=list)
    """And when each was published."""

    @classmethod
    def of(cls, history: History) -> "_LoggedEvents":
        logged = cls()
        for delivery in sorted(history, key=number_of):
            match delivery.event:
                case ReservationEvent() as event:
                    numbered = NumberedEvent(event, number_of(delivery), delivery.time)
                    logged.promises[event.store_code, event.order_id].append(numbered)
                case StockLevelChanged() | StockDiscrepancyFound() as event:
                    logged.levels.add(event, number_of(delivery))
                case SaleRecorded() as event:
                    logged.sales.append((event, delivery.time))
        return logged

    def locks(self) -> LockSet:
        sold_lines = [(sale, line) for sale, _ in self.sales for line in moving(sale)]
        promised = [(key, fact.event) for key, facts in self.promises.items() for fact in facts]
        return LockSet(
            orders=set(self.promises),
            moved={
                *((store, sku) for (store, _), event in promised for sku in lines_of(event)),
                *self.levels.last,
                *((sale.store_code, line.sku) for sale, line in sold_lines),
            },
            movements={
                *((sale.store_code, sale_movement_id(sale.sale_id, line.line_id)) for sale, line in sold_lines),
                *(
                    (store, issue_movement_id(order_id, line.sku))
                    for (store, order_id), event in promised
                    if isinstance(event, StockIssued)
                    for line in event.lines
                ),
            },
        )


async def _take_up(unit: UnitOfWork, history: History) -> Mapping[str, int]:
    logged = _LoggedEvents.of(history)
    books = await open_books(unit, logged.locks())
    missing, done = _bring_up_reservations(books, logged)
    for order_key in books.settled:
        save_reservation(unit, books.reservations[order_key], books.at)
    await unit.flush()
    for key, promised in (await _promised(unit, books)).items():
        position, movements = logged.levels.corrected(books.position(key), missing[key], books.at)
        position = replace(position, reserved=promised)
        books.booked += movements
        if position.quantities != logged.levels.published(books.position(key)):
            position = replace(position, sequence=position.sequence + 1)
            unit.publish(position.level(books.at), sequence=position.sequence)
        books.put(position)
    for position in books.changed_positions():
        save_position(unit, position, books.at)
    for movement in books.booked:
        add_movement(unit, movement)
    done["positions brought up"] = len(books.changed_positions())
    done["movements booked"] = len(books.booked)
    return done


async def _promised(unit: UnitOfWork, books: Books) -> dict[StockKey, int]:
    """What open reservations hold of each position."""
    keys = sorted(books.positions)
    rows = await unit.fetch(_PROMISED, [store for store, _ in keys], [sku for _, sku in keys])
    return dict.fromkeys(keys, 0) | {(row["store_code"], row["sku"]): row["quantity"] for row in rows}


def _bring_up_reservations(books: Books, logged: _LoggedEvents) -> tuple[dict[StockKey, list[Movement]], Counter[str]]:
    """Bring them up to their last event; return the movements that the ledger lacks, by product."""
    missing: list[Movement] = []
    done = Counter[str]()
    for (store, order_id), facts in logged.promises.items():
        known = books.reservations.get((store, order_id))
        newer = [fact for fact in facts if fact.number > (known.sequence if known else 0)]
        for fact in newer:
            known = after(known, store, order_id, fact)
            missing += issued(fact, books.at)
        if newer and known:
            books.settle(known)
            done["reservations made again" if newer[0].number == 1 else "reservations brought up"] += 1
    missing += movements_seen(logged.levels, logged.sales, books.positions, books.at)
    ledger: dict[StockKey, list[Movement]] = defaultdict(list)
    for movement in missing:
        if (movement.store_code, movement.id) not in books.movements:
            ledger[movement.store_code, movement.sku].append(movement)
    return ledger, done


RESTORATION = Restoration(
    (
        StockReserved,
        StockReservationRejected,
        StockReleased,
        StockIssued,
        StockLevelChanged,
        StockDiscrepancyFound,
        SaleRecorded,
    ),
    _take_up,
    _UNKNOWN,
    group=attrgetter("store_code"),
)
