"""A pickup's life, whatever is tried in whatever order."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lintel_contracts.errors import Conflict, Invalid
from lintel_contracts.orders_orders import EndReason, PaymentMethod
from lintel_contracts.pickup_pickups import ArrivalMethod, PickupEvent
from lintel_contracts.values import Window
from lintel_pickup.counter.code import handover_code, new_nonce
from lintel_pickup.pickups.domain.lines import Substitute
from lintel_pickup.pickups.domain.pickup import ATTEMPTS, ENDS, Arrival, Pick, Status, Transition, WrongCode
from lintel_pickup.pickups.history import OwnFact, after
from lintel_pickup.pickups.opening import answered, opened
from lintel_pickup.testing import START, line, placed

ORDERED = {"1": 2, "2": 5}
END_EVENTS = {"PickupHandedOver", "PickupCancelled", "PickupExpired"}


class PickupLife(RuleBasedStateMachine):
    """Tries every transition at any time; what is refused leaves no trace."""

    @initialize(method=st.sampled_from(PaymentMethod))
    def place(self, method: PaymentMethod) -> None:
        order = placed("o1", line("1", "EGGS", 2), line("2", "MILK", 5), method=method)
        slot = Window(starts_at=START, ends_at=START + timedelta(minutes=30))
        self.now = START
        self.paid = False
        self.pickup, events = answered(order, slot, START)
        self.again = opened(order)
        self.published = [type(event).__name__ for event in events]
        self.read_back(events)

    def take(self, step: Transition) -> None:
        self.pickup, events = step
        self.read_back(events)
        self.published += [type(event).__name__ for event in events]

    def read_back(self, events: Iterable[PickupEvent]) -> None:
        for event in events:
            assert isinstance(event, OwnFact)
            self.again = after(self.again, event, "another nonce", self.now)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def confirm(self) -> None:
        self.take((self.pickup.confirm("nonce"), ()))

    @rule()
    def pay(self) -> None:
        self.paid = True
        self.pickup = replace(self.pickup, paid=True)

    @rule()
    def start(self) -> None:
        self._try(lambda: self.take(self.pickup.start(self.now)))

    @rule(
        line_id=st.sampled_from(["1", "2", "9"]),
        picked=st.integers(0, 6),
        substitute=st.none() | st.builds(Substitute, st.sampled_from(["A", "B"]), st.integers(1, 4)),
    )
    def pick(self, line_id: str, picked: int, substitute: Substitute | None) -> None:
        self._try(lambda: self.take(self.pickup.pick([Pick(line_id, picked, substitute)])))

    @rule()
    def ready(self) -> None:
        self._try(lambda: self.take(self.pickup.ready("A", timedelta(days=1), self.now)))

    @rule(method=st.sampled_from(ArrivalMethod))
    def arrive(self, method: ArrivalMethod) -> None:
        self._try(lambda: self.take(self.pickup.arrive(Arrival(method, self.now))))

    @rule(fits=st.booleans(), override=st.none() | st.just("known"))
    def hand_over(self, fits: bool, override: str | None) -> None:  # noqa: FBT001 - Hypothesis passes by name
        self._try(lambda: self._hand_over(fits=fits, override=override))

    @rule(days=st.integers(-1, 20))
    def extend(self, days: int) -> None:
        self._try(lambda: self.take((self.pickup.extend(self.now + timedelta(days=days), self.now), ())))

    @rule()
    def cancel(self) -> None:
        self.take(self.pickup.cancel(EndReason.SHOPPER, self.now))

    @rule()
    def expire(self) -> None:
        self.take(self.pickup.expire(self.now))

    @invariant()
    def it_ends_once_and_says_so(self) -> None:
        ends = [name for name in self.published if name in END_EVENTS]
        assert len(ends) == (self.pickup.status in ENDS)
        assert not ends or self.published[-1] == ends[0]

    @invariant()
    def what_waits_has_been_looked_for_and_has_a_moment_to_be_collected_by(self) -> None:
        if self.pickup.status in {Status.READY, Status.ARRIVED, Status.HANDED_OVER, Status.EXPIRED}:
            assert all(line.picked is not None for line in self.pickup.lines)
            assert self.pickup.collect_by is not None
            assert self.pickup.staging_location

    @invariant()
    def nothing_unpaid_was_handed_over(self) -> None:
        if self.pickup.status is Status.HANDED_OVER and self.pickup.payment_method is PaymentMethod.PAY_IN_STORE:
            assert self.paid

    @invariant()
    def no_more_leaves_than_was_ordered(self) -> None:
        for picked in self.pickup.lines:
            substituted = picked.substitute.quantity if picked.substitute else 0
            assert (picked.picked or 0) + substituted <= ORDERED[picked.line_id]

    @invariant()
    def each_thing_that_happens_once_is_published_once(self) -> None:
        for name in ("PickingStarted", "PickupReady", "CustomerArrived"):
            assert self.published.count(name) <= 1
        assert self.pickup.attempts <= ATTEMPTS

    @invariant()
    def read_back_from_its_events_it_is_the_same(self) -> None:
        """But for its confirmation, which is read again, and for what no event has."""
        if self.pickup.status is not Status.SCHEDULED:
            assert self.again.status is self.pickup.status
        for name in ("status_reason", "slot", "ready_at", "ended_at"):
            assert getattr(self.again, name) == getattr(self.pickup, name)
        assert [line.substitute for line in self.again.lines] == [line.substitute for line in self.pickup.lines]
        if self.pickup.ready_at:
            assert self.again.lines == self.pickup.lines
        if self.pickup.status in {Status.PICKING, Status.READY, Status.ARRIVED}:
            assert self.again.nonce is not None

    def _hand_over(self, *, fits: bool, override: str | None) -> None:
        outcome = self.pickup.hand_over(self.now, by="anna", code_fits=fits, override_reason=override)
        if isinstance(outcome, WrongCode):
            assert not fits
            assert outcome.attempts_left >= 0
            self.pickup = outcome.pickup
        else:
            assert fits or override
            self.take(outcome)

    def _try(self, command: Callable[[], None]) -> None:
        before = self.pickup
        try:
            command()
        except (Conflict, Invalid):
            assert self.pickup == before


TestPickupLife = PickupLife.TestCase


def test_a_code_belongs_to_one_order_and_one_server() -> None:
    """Whoever reads the database, without the server's key, cannot make it."""
    codes = {
        handover_code(key, order, nonce) for key in (b"a", b"b") for order in ("o1", "o2") for nonce in ("n1", "n2")
    }

    assert len(codes) == 8
    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert new_nonce() != new_nonce()
