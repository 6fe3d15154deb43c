"""An order read back from its own events is the order that lived."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lintel_contracts.errors import Conflict
from lintel_contracts.orders_orders import EndReason, HandedOverLine, OrderLine, OrderPlaced, PaymentMethod
from lintel_contracts.pickup_pickups import PickupReady, PickupSlotBooked
from lintel_contracts.values import Channel, Money, UnitOfMeasure, Window
from lintel_orders.orders import saga
from lintel_orders.orders.domain import Order, Status, Transition
from lintel_orders.orders.history import OwnFact, after, opened, with_pickup_fact

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)
PRICE = Money.of("3.00", "USD")
SLOT = Window(starts_at=AT, ends_at=AT + timedelta(minutes=30))
LINES = (HandedOverLine(line_id="1", sku="A", quantity=2),)
LATER = AT + timedelta(days=3)


def placed(method: PaymentMethod) -> OrderPlaced:
    line = OrderLine(
        line_id="1", sku="A", name="A", unit=UnitOfMeasure.EACH, price_per=1, quantity=2, unit_price=PRICE, total=PRICE
    )
    return OrderPlaced(
        order_id="o1",
        store_code="S1",
        number="1",
        owner="shopper",
        channel=Channel.WEB,
        lines=(line,),
        total=PRICE,
        prices_include_tax=True,
        payment_method=method,
        placed_at=AT,
    )


def cancelled(order: Order, at: datetime) -> Transition:
    try:
        return order.cancel(EndReason.CARE, at)
    except Conflict:
        return order, ()


STEPS: dict[str, Callable[[Order, datetime], Transition]] = {
    "reserve": saga.reserve,
    "out of stock": lambda order, at: saga.reject(order, EndReason.OUT_OF_STOCK, at),
    "book": lambda order, at: saga.book(order, "slot", SLOT, at),
    "ready": lambda order, at: order.become_ready(LINES, at, LATER),
    "hand over": lambda order, at: order.complete(LINES, at),
    "let go": lambda order, at: order.end_cancelled(EndReason.STORE, at),
    "no show": lambda order, at: order.expire(at),
    "cancel": cancelled,
    "pay": lambda order, at: order.pay(Money.of("2.00", "USD"), "sale", at),
}
# Stock and slot of an unconfirmed order are answers of others, which are read again.
ANSWERED: dict[str, object] = {"answers": frozenset(), "slot": None, "slot_id": None}


@given(st.sampled_from([PaymentMethod.PAY_IN_STORE, PaymentMethod.EXTERNAL]), st.lists(st.sampled_from(list(STEPS))))
def test_an_order_read_back_from_its_facts_is_the_one_that_lived(method: PaymentMethod, steps: list[str]) -> None:
    """Whoever reads the table cannot tell that it was lost."""
    order, facts = opened(placed(method)), list[OwnFact]()
    for number, step in enumerate(steps):
        order, events = STEPS[step](order, AT + timedelta(minutes=number))
        facts += [event for event in events if isinstance(event, OwnFact)]
    again = opened(placed(method))
    for fact in facts:
        again = after(again, fact)
    if order.ready_at:
        again = with_pickup_fact(again, PickupReady(
            order_id="o1", store_code="S1", lines=LINES, ready_at=order.ready_at, collect_by=LATER
        ))  # fmt: skip
    again = with_pickup_fact(again, PickupSlotBooked(order_id="o1", store_code="S1", slot_id="slot", slot=SLOT))
    assert comparable(again) == comparable(order)


def comparable(order: Order) -> dict[str, object]:
    names = ("status", "status_reason", "paid", "payment_status", "confirmed_at", "ready_at", "collect_by", "ended_at")
    values = {name: getattr(order, name) for name in (*names, "progress")}
    return values | (ANSWERED if order.confirmed_at is None else {name: getattr(order, name) for name in ANSWERED})


def test_a_slot_that_an_undecided_order_was_given_is_not_taken_from_hearsay() -> None:
    """It is answered again, and then confirms the order."""
    booked = PickupSlotBooked(order_id="o1", store_code="S1", slot_id="slot", slot=SLOT)
    order = with_pickup_fact(opened(placed(PaymentMethod.EXTERNAL)), booked)
    assert (order.status, order.slot, order.slot_id) == (Status.PLACED, None, None)
