"""An order told again from its own events is the order that lived."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lintel_contracts.errors import Conflict
from lintel_contracts.orders_orders import EndReason, HandedOverLine, OrderLine, OrderPlaced, PaymentMethod
from lintel_contracts.pickup_pickups import PickupReady, PickupSlotBooked
from lintel_contracts.values import Channel, Money, UnitOfMeasure, Window
from lintel_orders.domain.order import Order, Status, Step
from lintel_orders.domain.retelling import OwnFact, begun, heard_again, retold

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


def cancelled(order: Order, at: datetime) -> Step:
    try:
        return order.cancel(EndReason.CARE, at)
    except Conflict:
        return order, ()


STEPS: dict[str, Callable[[Order, datetime], Step]] = {
    "reserve": lambda order, at: order.reserve(at),
    "out of stock": lambda order, at: order.reject(EndReason.OUT_OF_STOCK, at),
    "book": lambda order, at: order.book("slot", SLOT, at),
    "ready": lambda order, at: order.become_ready(LINES, at, LATER),
    "hand over": lambda order, at: order.complete(LINES, at),
    "let go": lambda order, at: order.end_cancelled(EndReason.STORE, at),
    "no show": lambda order, at: order.expire(at),
    "cancel": cancelled,
    "pay": lambda order, at: order.pay(Money.of("2.00", "USD"), "sale", at),
}
# Stock and slot of an unconfirmed order are answers of others, which are heard again.
ANSWERED = {"stock_reserved": False, "slot": None, "slot_id": None}


@given(st.sampled_from([PaymentMethod.PAY_IN_STORE, PaymentMethod.EXTERNAL]), st.lists(st.sampled_from(list(STEPS))))
def test_an_order_told_again_is_the_one_that_lived(method: PaymentMethod, steps: list[str]) -> None:
    """Whoever reads the table cannot tell that it was lost."""
    order, facts = begun(placed(method)), list[OwnFact]()
    for number, step in enumerate(steps):
        order, events = STEPS[step](order, AT + timedelta(minutes=number))
        facts += [event for event in events if isinstance(event, OwnFact)]
    again = begun(placed(method))
    for fact in facts:
        again = retold(again, fact)
    if order.ready_at:
        again = heard_again(again, PickupReady(
            order_id="o1", store_code="S1", lines=LINES, ready_at=order.ready_at, collect_by=LATER
        ))  # fmt: skip
    again = heard_again(again, PickupSlotBooked(order_id="o1", store_code="S1", slot_id="slot", slot=SLOT))
    assert comparable(again) == comparable(order)


def comparable(order: Order) -> dict[str, object]:
    names = ("status", "status_reason", "paid", "payment_status", "confirmed_at", "ready_at", "collect_by", "ended_at")
    told = {name: getattr(order, name) for name in (*names, "progress")}
    return told | (ANSWERED if order.confirmed_at is None else {name: getattr(order, name) for name in ANSWERED})


def test_a_slot_that_an_undecided_order_was_given_is_not_taken_from_hearsay() -> None:
    """It is answered again, and then confirms the order."""
    booked = PickupSlotBooked(order_id="o1", store_code="S1", slot_id="slot", slot=SLOT)
    order = heard_again(begun(placed(PaymentMethod.EXTERNAL)), booked)
    assert (order.status, order.slot, order.slot_id) == (Status.PLACED, None, None)
