"""An order's life: whatever happens, in whatever order, it has one end and publishes it once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_contracts.errors import Conflict
from lintel_contracts.orders_orders import (
    EndReason,
    HandedOverLine,
    OrderCancelled,
    OrderCancelRequested,
    OrderCompleted,
    OrderConfirmed,
    OrderExpired,
    OrderReady,
    OrderRejected,
    PaymentMethod,
)
from lintel_contracts.orders_payments import PaymentCaptured
from lintel_contracts.values import Money, Window
from lintel_orders.orders import saga
from lintel_orders.orders.domain import ENDS, Order, Participant, PaymentStatus, Status, Transition

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)
SLOT = Window(starts_at=AT, ends_at=AT + timedelta(minutes=30))
LINES = (HandedOverLine(line_id="1", sku="A", quantity=2),)
ENDINGS = (OrderRejected, OrderCancelled, OrderExpired, OrderCompleted)


def placed_order() -> Order:
    return Order(
        id="o1",
        owner="shopper",
        store_code="S1",
        status=Status.PLACED,
        total=Money.of("3.00", "USD"),
        paid=Money.zero("USD"),
        payment_method=PaymentMethod.PAY_IN_STORE,
        payment_status=PaymentStatus.NONE,
        placed_at=AT,
    )


def confirmed_order() -> Order:
    order, _ = saga.reserve(placed_order(), AT)
    return saga.book(order, "slot", SLOT, AT)[0]


FACTS: dict[str, Callable[[Order], Transition]] = {
    "reserve": lambda order: saga.reserve(order, AT),
    "out of stock": lambda order: saga.reject(order, EndReason.OUT_OF_STOCK, AT),
    "book": lambda order: saga.book(order, "slot", SLOT, AT),
    "deadline": lambda order: saga.reject(order, EndReason.DEADLINE, AT),
    "ready": lambda order: order.become_ready(LINES, AT, AT + timedelta(days=3)),
    "hand over": lambda order: order.complete(LINES, AT),
    "store lets go": lambda order: order.end_cancelled(EndReason.SHOPPER, AT),
    "no show": lambda order: order.expire(AT),
    "pay": lambda order: order.pay(Money.of("3.00", "USD"), "sale", AT),
}


def cancel_if_it_can_be(order: Order) -> Transition:
    try:
        return order.cancel(EndReason.SHOPPER, AT)
    except Conflict:
        return order, ()


@given(st.lists(st.sampled_from([*FACTS, "cancel"]), max_size=25))
def test_an_order_has_exactly_one_end_and_announces_it_once(names: list[str]) -> None:
    """Participants let go, issue or refund on the strength of the ending: a second one would do it twice."""
    order, endings = placed_order(), []
    for name in names:
        before = order
        order, events = FACTS[name](order) if name in FACTS else cancel_if_it_can_be(order)
        endings += [event for event in events if isinstance(event, ENDINGS)]
        assert before.status not in ENDS or order.status is before.status
    assert len(endings) == (1 if order.status in ENDS else 0)
    assert (order.ended_at is not None) == (order.status in ENDS)


@given(st.lists(st.sampled_from([*FACTS, "cancel"]), max_size=25))
def test_an_order_is_confirmed_only_when_stock_and_slot_are_both_there(names: list[str]) -> None:
    """A promise the store cannot keep is what an order must never be."""
    order, confirmed = placed_order(), []
    for name in names:
        order, events = FACTS[name](order) if name in FACTS else cancel_if_it_can_be(order)
        confirmed += [event for event in events if isinstance(event, OrderConfirmed)]
    assert len(confirmed) <= 1
    if confirmed:
        assert Participant.STOCK in order.answers
        assert order.slot is not None


def test_the_two_answers_confirm_in_either_order() -> None:
    """Inventory and pickup answer on different topics, which promise no order."""
    stock_first = saga.book(saga.reserve(placed_order(), AT)[0], "slot", SLOT, AT)
    slot_first = saga.reserve(saga.book(placed_order(), "slot", SLOT, AT)[0], AT)
    assert stock_first == slot_first
    assert isinstance(stock_first[1][0], OrderConfirmed)


def test_a_late_answer_to_a_rejected_order_changes_nothing() -> None:
    """Whoever answered late hears of the end by itself, and lets go."""
    rejected, _ = saga.reject(placed_order(), EndReason.DEADLINE, AT)
    assert saga.reserve(rejected, AT) == (rejected, ())
    assert saga.book(rejected, "slot", SLOT, AT) == (rejected, ())


def test_before_confirmation_a_cancellation_ends_the_order_at_once() -> None:
    order, events = placed_order().cancel(EndReason.SHOPPER, AT)
    assert order.status is Status.CANCELLED
    assert [type(event) for event in events] == [OrderCancelled]


def test_after_confirmation_a_cancellation_asks_the_store() -> None:
    """The goods may be leaving just now: only pickup knows."""
    order, events = confirmed_order().cancel(EndReason.SHOPPER, AT)
    assert order.status is Status.CANCELLING
    assert [type(event) for event in events] == [OrderCancelRequested]


def test_a_hand_over_wins_against_a_cancellation_that_was_only_asked_for() -> None:
    cancelling, _ = confirmed_order().cancel(EndReason.SHOPPER, AT)
    completed, events = cancelling.complete(LINES, AT)
    assert completed.status is Status.COMPLETED
    assert completed.status_reason is None
    assert [type(event) for event in events] == [OrderCompleted]


def test_cancelling_twice_asks_once() -> None:
    cancelling, _ = confirmed_order().cancel(EndReason.SHOPPER, AT)
    assert cancelling.cancel(EndReason.CARE, AT) == (cancelling, ())


def test_an_ended_order_cannot_be_cancelled() -> None:
    completed, _ = confirmed_order().complete(LINES, AT)
    with pytest.raises(Conflict, match="order_ended"):
        completed.cancel(EndReason.SHOPPER, AT)


def test_ready_says_until_when_and_what_was_picked() -> None:
    order, events = confirmed_order().become_ready(LINES, AT, AT + timedelta(days=3))
    assert order.status is Status.READY
    assert order.progress == {"1": {"picked": 2}}
    assert isinstance(events[0], OrderReady)
    assert events[0].collect_by == AT + timedelta(days=3)


def test_what_became_of_a_line_adds_up() -> None:
    """A line is short-picked first and handed over later; both are shown."""
    order = confirmed_order().note("1", picked=1)
    completed, _ = order.complete((HandedOverLine(line_id="1", sku="A", quantity=1),), AT)
    assert completed.progress == {"1": {"picked": 1, "handed_over": 1}}


def test_an_order_is_paid_when_all_of_it_is() -> None:
    part, (first,) = confirmed_order().pay(Money.of("1.00", "USD"), "sale-1", AT)
    whole, (second,) = part.pay(Money.of("2.00", "USD"), "sale-2", AT)
    assert (part.payment_status, whole.payment_status) == (PaymentStatus.NONE, PaymentStatus.CAPTURED)
    assert isinstance(first, PaymentCaptured)
    assert isinstance(second, PaymentCaptured)
    assert (first.paid_in_full, second.paid_in_full) == (False, True)
