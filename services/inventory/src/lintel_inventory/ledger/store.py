"""Rows to books and back: one lock in key order at the beginning of a batch, one statement at its end."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from lintel_chassis.db.statements import columns_of
from lintel_contracts.inventory_incidents import StockDiscrepancyFound
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.ledger.domain.books import Books, Incident, LedgerEvents, books_of
from lintel_inventory.ledger.domain.lock_set import LockSet
from lintel_inventory.ledger.domain.movement import Movement, MovementKind
from lintel_inventory.ledger.domain.position import Position, StockKey
from lintel_inventory.ledger.domain.reservation import OrderKey, PickKind, Reservation, ReservationStatus
from lintel_inventory.ledger.rows import add_movement, save_position, save_reservation
from lintel_inventory.ledger.tables import movements, picks, reservation_lines, reservations, stock_positions

_OF_ORDERS = "JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, order_id) USING (store_code, order_id)"
_OF_PRODUCTS = "JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, sku) USING (store_code, sku)"

# Reservations are locked before positions, each in key order, so that two batches never wait for each other.
_LOCK_RESERVATIONS = f"""
SELECT {columns_of(reservations)} FROM reservations {_OF_ORDERS}
ORDER BY store_code, order_id FOR UPDATE OF reservations
"""  # noqa: S608 - constants
# Under the locks of their reservations: read by statements of their own, which see what the lock waited for.
_LINES = f"""
SELECT {columns_of(reservation_lines, "store_code", "order_id", "sku", "quantity")} FROM reservation_lines {_OF_ORDERS}
ORDER BY store_code, order_id, sku
"""  # noqa: S608 - constants
_PICKS = f"""
SELECT {columns_of(picks, "store_code", "order_id", "line_id", "kind", "sku", "quantity")} FROM picks {_OF_ORDERS}
"""  # noqa: S608 - constants
_LOCK_POSITIONS = f"""
SELECT {columns_of(stock_positions)} FROM stock_positions {_OF_PRODUCTS}
ORDER BY store_code, sku FOR UPDATE OF stock_positions
"""  # noqa: S608 - constants
# In key order. Whoever makes the same position at the same moment waits here, and then finds it made.
_MAKE_POSITIONS = """
INSERT INTO stock_positions
    (store_code, sku, on_hand, unsellable, reserved, safety_stock, sequence, updated_at)
SELECT store_code, sku, 0, 0, 0, 0, 0, clock_timestamp()
FROM unnest($1::text[], $2::text[]) AS missing (store_code, sku)
ON CONFLICT DO NOTHING
"""
# Under the locks of their positions, which every writer of these movements takes first.
_MOVEMENTS = f"""
SELECT {columns_of(movements)} FROM movements
JOIN unnest($1::text[], $2::text[]) AS wanted (store_code, id) USING (store_code, id)
"""  # noqa: S608 - constants
# Sees the batch's own reservations: what it wrote has been flushed by then.
_AT_RISK = """
SELECT wanted.store_code, wanted.sku,
       array_agg(risk.order_id ORDER BY risk.reserved_at DESC, risk.order_id DESC) AS orders
FROM unnest($1::text[], $2::text[]) AS wanted (store_code, sku)
CROSS JOIN LATERAL (
    SELECT l.order_id, l.reserved_at FROM reservation_lines l
    WHERE l.store_code = wanted.store_code AND l.sku = wanted.sku AND l.ended_at IS NULL AND l.quantity > 0
    ORDER BY l.reserved_at DESC, l.order_id DESC LIMIT 500
) AS risk
GROUP BY wanted.store_code, wanted.sku
"""


class OpenLedger:
    """Books that this unit has locked: save after each fact, close after the last one."""

    def __init__(self, unit: UnitOfWork, books: Books) -> None:
        self.books = books
        self._unit = unit
        self._causes: dict[StockKey, Context] = {}
        self._incidents: list[tuple[Incident, Context]] = []

    def save(self, events: LedgerEvents, cause: Context | None = None) -> None:
        """Publish what a fact led to; of positions and incidents it is remembered as the cause."""
        cause = cause or self._unit.context
        for key in self.books.touched:
            self._causes[key] = cause
        self.books.touched.clear()
        for event in events:
            if isinstance(event, Incident):
                self._incidents.append((event, cause))
            else:
                sequence = self.books.reservations[event.store_code, event.order_id].sequence
                self._unit.publish(event, sequence=sequence, cause=cause)

    async def close(self) -> None:
        """Write what changed; publish each position once, in its last state, and the incidents after the levels."""
        unit, books = self._unit, self.books
        following = books.number_events(incident for incident, _ in self._incidents)
        for position in books.changed_positions():
            save_position(unit, position, books.at)
        for movement in books.booked:
            add_movement(unit, movement)
        for key in books.settled:
            save_reservation(unit, books.reservations[key], books.at)
        for position in books.levels():
            sequence, cause = following[position.key], self._causes[position.key]
            unit.publish(position.level(books.at), sequence=sequence, cause=cause)
            following[position.key] += 1
        if self._incidents:
            await unit.flush()
            await self._publish_incidents(following)

    async def _publish_incidents(self, sequences: dict[StockKey, int]) -> None:
        at_risk = await _orders_at_risk(self._unit, {incident.key for incident, _ in self._incidents})
        for incident, cause in self._incidents:
            found = StockDiscrepancyFound(
                store_code=incident.key[0],
                sku=incident.key[1],
                cause=incident.cause,
                document=incident.document,
                available=incident.available,
                orders_at_risk=at_risk.get(incident.key, ()),
                found_at=self.books.at,
            )
            self._unit.publish(found, sequence=sequences[incident.key], cause=cause)
            sequences[incident.key] += 1


async def open_ledger(unit: UnitOfWork, locks: LockSet) -> OpenLedger:
    return OpenLedger(unit, await open_books(unit, locks))


async def open_books(unit: UnitOfWork, locks: LockSet) -> Books:
    """Lock and read all that a batch of facts may touch; `at` is the database's clock under the locks."""
    promised_to = await _lock_reservations(unit, locks.orders)
    promised = {(reservation.store_code, sku) for reservation in promised_to for sku in reservation.lines}
    positions = await _lock_positions(unit, locks.promised | promised, locks.moved)
    books = books_of(await unit.fetchval("SELECT clock_timestamp()"), positions, promised_to)
    if locks.movements:
        rows = await unit.fetch(_MOVEMENTS, *_columns(sorted(locks.movements)))
        books.movements |= {(row["store_code"], row["id"]): _movement(dict(row)) for row in rows}
    return books


async def _orders_at_risk(unit: UnitOfWork, keys: Collection[StockKey]) -> dict[StockKey, tuple[str, ...]]:
    rows = await unit.fetch(_AT_RISK, *_columns(sorted(keys)))
    return {(row["store_code"], row["sku"]): tuple(row["orders"]) for row in rows}


async def _lock_reservations(unit: UnitOfWork, orders: Collection[OrderKey]) -> list[Reservation]:
    if not orders:
        return []
    rows = await unit.lock(_LOCK_RESERVATIONS, *_columns(sorted(orders)))
    active = [(row["store_code"], row["order_id"]) for row in rows if row["status"] == ReservationStatus.ACTIVE]
    lines: dict[OrderKey, dict[str, int]] = {key: {} for key in active}
    noted: dict[OrderKey, dict[tuple[str, PickKind, str], int]] = {key: {} for key in active}
    if active:
        for line in await unit.fetch(_LINES, *_columns(active)):
            lines[line["store_code"], line["order_id"]][line["sku"]] = line["quantity"]
        for pick in await unit.fetch(_PICKS, *_columns(active)):
            pick_key = pick["line_id"], PickKind(pick["kind"]), pick["sku"]
            noted[pick["store_code"], pick["order_id"]][pick_key] = pick["quantity"]
    return [
        Reservation(
            row["store_code"],
            row["order_id"],
            ReservationStatus(row["status"]),
            row["opened_at"],
            row["sequence"],
            lines.get((row["store_code"], row["order_id"]), {}),
            noted.get((row["store_code"], row["order_id"]), {}),
            row["ended_at"],
        )
        for row in rows
    ]


async def _lock_positions(unit: UnitOfWork, keys: set[StockKey], moved: set[StockKey]) -> list[Position]:
    """Lock them all; `moved` are made when they are missing."""
    if not (ordered := sorted(keys | moved)):
        return []
    rows = await unit.lock(_LOCK_POSITIONS, *_columns(ordered))
    if missing := sorted(moved - {(row["store_code"], row["sku"]) for row in rows}):
        unit.write(_MAKE_POSITIONS, *_columns(missing))
        await unit.flush()
        rows += await unit.lock(_LOCK_POSITIONS, *_columns(missing))
    return [_position(dict(row)) for row in rows]


def _position(row: dict[str, Any]) -> Position:
    del row["updated_at"]
    return Position(**row)


def _movement(row: Mapping[str, Any]) -> Movement:
    return Movement(**{**row, "kind": MovementKind(row["kind"])})


def _columns(pairs: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    pairs = list(pairs)
    return [first for first, _ in pairs], [second for _, second in pairs]
