"""What becomes of stock promised to an order when the order, or its picking, goes on.

Every order of arrival is a named outcome.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_contracts.inventory_reservations import ShortLine
from lintel_contracts.orders_orders import OrderCancelled, OrderCompleted, OrderExpired, OrderPlaced, OrderRejected
from lintel_contracts.pickup_pickups import LineShortPicked, LineSubstituted
from lintel_inventory.ledger.domain.books import Books, LedgerEvents
from lintel_inventory.ledger.domain.demand import demand
from lintel_inventory.ledger.domain.lock_set import LockSet
from lintel_inventory.ledger.domain.movement import Movement, MovementKind, issue_movement_id
from lintel_inventory.ledger.domain.reservation import (
    OrderKey,
    PickKey,
    PickKind,
    Reservation,
    ReservationStatus,
    closed_before_opening,
    opened,
)

Ending = OrderRejected | OrderCancelled | OrderExpired
Fact = OrderPlaced | Ending | OrderCompleted | LineShortPicked | LineSubstituted


def locks_for(fact: Fact) -> LockSet:
    """What it may touch."""
    store = fact.store_code
    locks = LockSet(orders={(store, fact.order_id)})
    match fact:
        case OrderPlaced():
            locks.promised = {(store, line.sku) for line in fact.lines}
        case OrderCompleted():
            locks.moved = {(store, line.sku) for line in fact.lines if line.quantity > 0}
        case LineShortPicked():
            locks.moved = {(store, fact.sku)}
        case LineSubstituted():
            locks.moved = {(store, fact.substitute_sku)}
        case OrderRejected() | OrderCancelled() | OrderExpired():
            pass
        case _:
            assert_never(fact)
    return locks


def react(books: Books, fact: Fact) -> LedgerEvents:
    """Decide one fact against the books as the facts before it left them."""
    match fact:
        case OrderPlaced():
            return _place(books, fact)
        case OrderRejected() | OrderCancelled() | OrderExpired():
            return _release(books, fact)
        case OrderCompleted():
            return _complete(books, fact)
        case LineShortPicked():
            return _pick_short(books, fact)
        case LineSubstituted():
            return _substitute(books, fact)
        case _:
            assert_never(fact)


def _place(books: Books, order: OrderPlaced) -> LedgerEvents:
    if (order.store_code, order.order_id) in books.reservations:
        return ()  # it comes again, or after its end
    store, demanded = order.store_code, demand(order.lines)
    short = tuple(
        ShortLine(sku=sku, requested=quantity, available=max(0, available))
        for sku, quantity in demanded.items()
        if quantity > (available := books.available((store, sku)))
    )
    if not short:
        for sku, quantity in demanded.items():
            books.promise((store, sku), quantity)
    reservation, event = opened(store, order.order_id, demanded, short, books.at)
    books.settle(reservation)
    return (event,)


def _release(books: Books, end: Ending) -> LedgerEvents:
    reservation = books.reservations.get((end.store_code, end.order_id))
    if reservation is None:
        books.settle(closed_before_opening(end.store_code, end.order_id, books.at))
        return ()
    match reservation.status:
        case ReservationStatus.ACTIVE:
            for sku, quantity in reservation.lines.items():
                books.promise((end.store_code, sku), -quantity)
            ended, event = reservation.released(books.at)
            books.settle(ended)
            return (event,)
        case ReservationStatus.REJECTED | ReservationStatus.RELEASED | ReservationStatus.ISSUED:
            return ()  # nothing is held for it
        case _:
            assert_never(reservation.status)


def _complete(books: Books, end: OrderCompleted) -> LedgerEvents:
    reservation = books.reservations.get((end.store_code, end.order_id))
    if reservation is None:
        # Nobody knows of it, but its goods have left the store: that is a fact, as a sale is.
        reservation = closed_before_opening(end.store_code, end.order_id, books.at)
    elif reservation.status is not ReservationStatus.ACTIVE:
        return ()  # it comes again, or ended before
    handed = demand(end.lines)
    events: LedgerEvents = ()
    for sku in {**reservation.lines, **handed}:
        held, left = reservation.lines.get(sku, 0), handed.get(sku, 0)
        if left:
            events += books.book(_issue(end, sku, left, books.at), DiscrepancyCause.SALE, giving_back=held)
        elif held:
            books.promise((end.store_code, sku), -held)
    ended, event = reservation.issued(handed, books.at)
    books.settle(ended)
    return (*events, event)


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


def _pick_short(books: Books, pick: LineShortPicked) -> LedgerEvents:
    """What was not on the shelf is no longer promised; the books keep it until somebody counts."""
    reservation = _active(books.reservations, pick)
    if reservation is None:
        return ()
    key: PickKey = (pick.line_id, PickKind.SHORT, pick.sku)
    missing = max(0, pick.ordered - pick.picked)
    more = missing - reservation.picks.get(key, 0)
    if not more:
        return ()
    held = reservation.lines.get(pick.sku, 0)
    left = max(0, held - more)
    books.promise((pick.store_code, pick.sku), left - held)
    books.settle(reservation.picked(key, missing, pick.sku, left))
    if more < 0:
        return ()
    document = f"{pick.order_id}/{pick.line_id}"
    return (books.incident((pick.store_code, pick.sku), DiscrepancyCause.SHORT_PICK, document),)


def _substitute(books: Books, pick: LineSubstituted) -> LedgerEvents:
    """The substitute is in the picker's hand already: it is promised as a fact, even into the negative."""
    reservation = _active(books.reservations, pick)
    if reservation is None:
        return ()
    sku = pick.substitute_sku
    key: PickKey = (pick.line_id, PickKind.SUBSTITUTE, sku)
    held = reservation.lines.get(sku, 0)
    total = max(0, held + pick.quantity - reservation.picks.get(key, 0))
    before = books.position((pick.store_code, sku))
    books.promise(before.key, total - held)
    books.settle(reservation.picked(key, pick.quantity, sku, total))
    return books.shortfall(before, DiscrepancyCause.SHORT_PICK, f"{pick.order_id}/{pick.line_id}")


def _active(
    reservations: Mapping[OrderKey, Reservation], pick: LineShortPicked | LineSubstituted
) -> Reservation | None:
    """The order's reservation while it holds something; picking that comes after its end changes nothing."""
    reservation = reservations.get((pick.store_code, pick.order_id))
    return reservation if reservation and reservation.status is ReservationStatus.ACTIVE else None
