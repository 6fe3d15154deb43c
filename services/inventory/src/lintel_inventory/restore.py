"""After a restore: reservations, issues and positions as inventory's own events on the log tell them.

The sales that the last levels had seen are booked with them, under the ids that hearing them again will find; hearing
orders and picking again does the rest.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
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
from lintel_inventory.domain.books import Books
from lintel_inventory.domain.facts import Needs, moving
from lintel_inventory.domain.movement import Movement, issue_movement_id, sale_movement_id
from lintel_inventory.domain.past import Numbered, Past, corrected, issued, retold, sold_before
from lintel_inventory.domain.position import Place
from lintel_inventory.repository import open_books
from lintel_inventory.saving import save_movements, save_positions, save_reservations

# Every line that is open, whichever unit opened it: nobody else works on the database meanwhile.
_PROMISED = """
SELECT l.store_code, l.sku, sum(l.quantity)::bigint AS quantity
FROM reservation_lines l JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, sku) USING (store_code, sku)
WHERE l.ended_at IS NULL GROUP BY l.store_code, l.sku
"""
_LOST = (
    "Deliveries, counts and damage that stores stated after the backup: their sums are kept, as one movement a product "
    "with the reason `restore`; their ids are not, so that one sent again is booked again. When a shelf was last "
    "counted. Sales that inventory was slow to hear just before the loss may be in a level that had not seen them: "
    "count what was sold in its last minute if it lagged."
)


async def _take_up(unit: UnitOfWork, told: History) -> Mapping[str, int]:
    past = _past(told)
    books = await open_books(unit, _needs(past))
    ledger, done = _settle(books, past)
    save_reservations(unit, [books.reservations[place] for place in sorted(books.changed_reservations)], books.at)
    await unit.flush()
    for place, promised in (await _promised(unit, books)).items():
        position, movements = corrected(books.position(place), past, ledger[place], books.at)
        position = replace(position, reserved=promised)
        books.booked += movements
        if position.quantities != past.published(books.position(place)):
            position = replace(position, sequence=position.sequence + 1)
            unit.publish(position.level(books.at), sequence=position.sequence)
        books.put(position)
    save_positions(unit, books.changed_positions(), books.at)
    save_movements(unit, books.booked)
    done["positions brought up"] = len(books.changed_positions())
    done["movements booked"] = len(books.booked)
    return done


async def _promised(unit: UnitOfWork, books: Books) -> dict[Place, int]:
    """What open reservations hold of each position."""
    places = sorted(books.positions)
    rows = await unit.fetch(_PROMISED, [store for store, _ in places], [sku for _, sku in places])
    return dict.fromkeys(places, 0) | {(row["store_code"], row["sku"]): row["quantity"] for row in rows}


def _past(told: History) -> Past:
    past = Past()
    for delivery in sorted(told, key=number_of):
        match delivery.event:
            case ReservationEvent() as event:
                found = past.promises[event.store_code, event.order_id]
                found.append(Numbered(event, number_of(delivery), delivery.time))
            case StockLevelChanged() | StockDiscrepancyFound() as event:
                place, number = (event.store_code, event.sku), number_of(delivery)
                past.last[place] = number
                if isinstance(event, StockLevelChanged):
                    past.levels[place] = (number, event)
            case SaleRecorded() as event:
                past.sales.append((event, delivery.time))
    return past


def _needs(past: Past) -> Needs:
    sold = {
        (sale.store_code, sale_movement_id(sale.sale_id, line.line_id))
        for sale, _ in past.sales
        for line in moving(sale)
    }
    left = {
        (store, issue_movement_id(order_id, line.sku))
        for (store, order_id), life in past.promises.items()
        for one in life
        if isinstance(one.event, StockIssued)
        for line in one.event.lines
    }
    return Needs(orders=set(past.promises), moved=past.places(), movements=sold | left)


def _settle(books: Books, past: Past) -> tuple[dict[Place, list[Movement]], Counter[str]]:
    """Bring reservations up to their last event; the movements that the ledger lacks, by place."""
    missing: list[Movement] = []
    done = Counter[str]()
    for (store, order_id), life in past.promises.items():
        known = books.reservations.get((store, order_id))
        newer = [one for one in life if one.number > (known.sequence if known else 0)]
        for one in newer:
            known = retold(known, store, order_id, one)
            missing += issued(one, books.at)
        if newer and known:
            books.settle(known)
            done["reservations made again" if newer[0].number == 1 else "reservations brought up"] += 1
    missing += sold_before(past, books.positions, books.at)
    ledger: dict[Place, list[Movement]] = defaultdict(list)
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
    _LOST,
    group=attrgetter("store_code"),
)
