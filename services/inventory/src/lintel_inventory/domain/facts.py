"""What orders, tills and pickers tell, and what it does to the books. Every order of arrival is a named outcome."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, assert_never

from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_contracts.inventory_reservations import ShortLine
from lintel_contracts.orders_orders import OrderCancelled, OrderCompleted, OrderExpired, OrderPlaced, OrderRejected
from lintel_contracts.orders_sales import SaleLine, SaleRecorded
from lintel_contracts.pickup_pickups import LineShortPicked, LineSubstituted
from lintel_inventory.domain.books import Books
from lintel_inventory.domain.movement import Movement, MovementKind, issue_movement_id, sale_movement_id
from lintel_inventory.domain.position import Place
from lintel_inventory.domain.reservation import (
    OrderPlace,
    PickKey,
    PickKind,
    Reservation,
    ReservationStatus,
    closed_unheard,
    opened,
)

Ending = OrderRejected | OrderCancelled | OrderExpired
Fact = OrderPlaced | Ending | OrderCompleted | SaleRecorded | LineShortPicked | LineSubstituted


class _Line(Protocol):
    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> int: ...


def demand(lines: Iterable[_Line]) -> dict[str, int]:
    """Quantities summed by sku: two lines of one product want their sum, not each the same stock."""
    wanted: dict[str, int] = {}
    for line in lines:
        if line.quantity > 0:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    return wanted


@dataclass(slots=True)
class Needs:
    """The rows a batch of facts may touch, beside the lines of the reservations it names."""

    orders: set[OrderPlace] = field(default_factory=set)
    promised: set[Place] = field(default_factory=set)
    moved: set[Place] = field(default_factory=set)
    """These get a position when there is none: a fact from the store asks no leave."""
    movements: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Needs":
        needs = cls()
        for fact in facts:
            needs._add(fact)
        return needs

    def _add(self, fact: Fact) -> None:
        store = fact.store_code
        if isinstance(fact, SaleRecorded):
            lines = moving(fact)
            self.movements.update((store, sale_movement_id(fact.sale_id, line.line_id)) for line in lines)
            self.moved.update((store, line.sku) for line in lines)
            return
        self.orders.add((store, fact.order_id))
        match fact:
            case OrderPlaced():
                self.promised.update((store, line.sku) for line in fact.lines)
            case OrderCompleted():
                self.moved.update((store, line.sku) for line in fact.lines if line.quantity > 0)
            case LineShortPicked():
                self.moved.add((store, fact.sku))
            case LineSubstituted():
                self.moved.add((store, fact.substitute_sku))
            case OrderRejected() | OrderCancelled() | OrderExpired():
                return
            case _:
                assert_never(fact)


def apply(books: Books, fact: Fact) -> None:
    """Decide one fact against the books as the facts before it left them."""
    match fact:
        case OrderPlaced():
            _place(books, fact)
        case OrderRejected() | OrderCancelled() | OrderExpired():
            _release(books, fact)
        case OrderCompleted():
            _complete(books, fact)
        case SaleRecorded():
            _sell(books, fact)
        case LineShortPicked():
            _pick_short(books, fact)
        case LineSubstituted():
            _substitute(books, fact)
        case _:
            assert_never(fact)


def _place(books: Books, order: OrderPlaced) -> None:
    if (order.store_code, order.order_id) in books.reservations:
        return  # told again, or its end was heard first
    store, wanted = order.store_code, demand(order.lines)
    short = tuple(
        ShortLine(sku=sku, requested=quantity, available=max(0, available))
        for sku, quantity in wanted.items()
        if quantity > (available := books.available((store, sku)))
    )
    if not short:
        for sku, quantity in wanted.items():
            books.promise((store, sku), quantity)
    books.settle(*opened(store, order.order_id, wanted, short, books.at))


def _release(books: Books, end: Ending) -> None:
    reservation = books.reservations.get((end.store_code, end.order_id))
    if reservation is None:
        books.settle(closed_unheard(end.store_code, end.order_id, books.at))
        return
    match reservation.status:
        case ReservationStatus.ACTIVE:
            for sku, quantity in reservation.lines.items():
                books.promise((end.store_code, sku), -quantity)
            books.settle(*reservation.released(books.at))
        case ReservationStatus.REJECTED | ReservationStatus.RELEASED | ReservationStatus.ISSUED:
            return  # nothing is held for it
        case _:
            assert_never(reservation.status)


def _complete(books: Books, end: OrderCompleted) -> None:
    reservation = books.reservations.get((end.store_code, end.order_id))
    if reservation is None:
        # Never heard of, but its goods have left the store: that is a fact, as a sale is.
        reservation = closed_unheard(end.store_code, end.order_id, books.at)
    elif reservation.status is not ReservationStatus.ACTIVE:
        return  # told again, or ended before
    handed = demand(end.lines)
    for sku in {**reservation.lines, **handed}:
        held, left = reservation.lines.get(sku, 0), handed.get(sku, 0)
        if left:
            books.book(_issue(end, sku, left, books.at), DiscrepancyCause.SALE, giving_back=held)
        elif held:
            books.promise((end.store_code, sku), -held)
    books.settle(*reservation.issued(handed, books.at))


def _issue(end: OrderCompleted, sku: str, quantity: int, at: datetime) -> Movement:
    return Movement(
        store_code=end.store_code,
        id=issue_movement_id(end.order_id, sku),
        sku=sku,
        kind=MovementKind.SALE,
        quantity=quantity,
        on_hand_delta=-quantity,
        unsellable_delta=0,
        reason="order handed over",
        document=end.order_id,
        occurred_at=end.completed_at,
        recorded_at=at,
    )


def moving(sale: SaleRecorded) -> list[SaleLine]:
    """The lines that move stock: those of an order move it when the order is completed."""
    return [] if sale.order_id else [line for line in sale.lines if line.order_line_id is None]


def _sell(books: Books, sale: SaleRecorded) -> None:
    for line in moving(sale):
        movement = sold(sale, line, books.at)
        if (movement.store_code, movement.id) not in books.movements:
            books.book(movement, DiscrepancyCause.SALE)


def sold(sale: SaleRecorded, line: SaleLine, at: datetime) -> Movement:
    returned = line.returns_sale_id is not None
    return Movement(
        store_code=sale.store_code,
        id=sale_movement_id(sale.sale_id, line.line_id),
        sku=line.sku,
        kind=MovementKind.RETURN if returned else MovementKind.SALE,
        quantity=line.quantity,
        on_hand_delta=line.quantity if returned else -line.quantity,
        unsellable_delta=0,
        reason="returned at the till" if returned else "sold at the till",
        document=sale.sale_id,
        occurred_at=sale.occurred_at,
        recorded_at=at,
    )


def _pick_short(books: Books, pick: LineShortPicked) -> None:
    """What was not on the shelf is no longer promised; the books keep it until somebody counts."""
    reservation = _active(books.reservations, pick)
    if reservation is None:
        return
    key: PickKey = (pick.line_id, PickKind.SHORT, pick.sku)
    missing = max(0, pick.ordered - pick.picked)
    more = missing - reservation.picks.get(key, 0)
    if not more:
        return
    held = reservation.lines.get(pick.sku, 0)
    left = max(0, held - more)
    books.promise((pick.store_code, pick.sku), left - held)
    books.settle(reservation.picked(key, missing, pick.sku, left))
    if more > 0:
        document = f"{pick.order_id}/{pick.line_id}"
        books.open_incident((pick.store_code, pick.sku), DiscrepancyCause.SHORT_PICK, document)


def _substitute(books: Books, pick: LineSubstituted) -> None:
    """The substitute is in the picker's hand already: it is promised as a fact, even into the negative."""
    reservation = _active(books.reservations, pick)
    if reservation is None:
        return
    sku = pick.substitute_sku
    key: PickKey = (pick.line_id, PickKind.SUBSTITUTE, sku)
    held = reservation.lines.get(sku, 0)
    total = max(0, held + pick.quantity - reservation.picks.get(key, 0))
    before = books.position((pick.store_code, sku))
    books.promise(before.place, total - held)
    books.settle(reservation.picked(key, pick.quantity, sku, total))
    books.watch(before, DiscrepancyCause.SHORT_PICK, f"{pick.order_id}/{pick.line_id}")


def _active(
    reservations: Mapping[OrderPlace, Reservation], pick: LineShortPicked | LineSubstituted
) -> Reservation | None:
    """The order's reservation while it holds something; picking told after its end changes nothing."""
    reservation = reservations.get((pick.store_code, pick.order_id))
    return reservation if reservation and reservation.status is ReservationStatus.ACTIVE else None
