"""The books against every order of facts: a machine that knows nothing but sums."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lintel_contracts.errors import DomainError
from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_contracts.inventory_reservations import StockReserved
from lintel_contracts.pickup_pickups import LineShortPicked, LineSubstituted
from lintel_inventory.handlers import Fact, react
from lintel_inventory.ledger.domain.books import Books, LedgerEvents, books_of
from lintel_inventory.ledger.domain.reservation import ReservationStatus
from lintel_inventory.movements.domain import StatedKind, StatedMovement, book_stated
from lintel_inventory.testing import START, STORE, cancelled, completed, placed, sale, short_picked, substituted

SKUS = ("EGGS", "MILK")

orders = st.sampled_from([f"o{number}" for number in range(6)])
skus = st.sampled_from(SKUS)
quantities = st.integers(1, 5)
baskets = st.lists(st.tuples(skus, quantities), min_size=1, max_size=3)
ages = st.integers(0, 60).map(lambda minutes: timedelta(minutes=minutes))


class Ledger(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.books: Books = books_of(START, [])
        self.facts: list[Fact] = []
        self.stated = 0

    def happen(self, fact: Fact) -> LedgerEvents:
        self.books.at += timedelta(seconds=30)
        self.facts.append(fact)
        return react(self.books, fact)

    @rule(order=orders, basket=baskets)
    def place(self, order: str, basket: list[tuple[str, int]]) -> None:
        free = {sku: self.books.available((STORE, sku)) for sku in SKUS}
        if any(isinstance(event, StockReserved) for event in self.happen(placed(order, *basket))):
            for sku in {sku for sku, _ in basket}:
                assert sum(quantity for of, quantity in basket if of == sku) <= free[sku]

    @rule(order=orders)
    def cancel(self, order: str) -> None:
        self.happen(cancelled(order))

    @rule(order=orders, basket=baskets, age=ages)
    def complete(self, order: str, basket: list[tuple[str, int]], age: timedelta) -> None:
        self.happen(completed(order, *basket, at=self.books.at - age))

    @rule(order=orders, sku=skus, ordered=quantities, picked=st.integers(0, 5))
    def pick_short(self, order: str, sku: str, ordered: int, picked: int) -> None:
        self.happen(short_picked(order, sku, ordered=ordered, picked=picked, line_id=f"{order}-{sku}"))

    @rule(order=orders, sku=skus, substitute=skus, quantity=quantities)
    def substitute(self, order: str, sku: str, substitute: str, quantity: int) -> None:
        self.happen(substituted(order, sku, substitute, quantity, line_id=f"{order}-{sku}"))

    @rule(number=st.integers(1, 8), basket=baskets, age=ages, back=st.booleans())
    def sell(self, number: int, basket: list[tuple[str, int]], age: timedelta, *, back: bool) -> None:
        self.happen(sale(f"sale{number}", *basket, at=self.books.at - age, returns="sale0" if back else None))

    @rule(kind=st.sampled_from(StatedKind), sku=skus, quantity=st.integers(-5, 10), age=ages)
    def state(self, kind: StatedKind, sku: str, quantity: int, age: timedelta) -> None:
        before = self.books.position((STORE, sku))
        expected = before.on_hand if kind is StatedKind.COUNT else None
        self.stated += 1
        stated = StatedMovement(f"m{self.stated}", STORE, sku, kind, quantity, "test", expected, self.books.at - age)
        try:
            after, movement = book_stated(before, stated, self.books.at)
        except DomainError:
            return
        self.books.enter(before, after, movement, DiscrepancyCause.ADJUSTMENT)

    @rule()
    def everything_comes_again(self) -> None:
        positions, movements = dict(self.books.positions), len(self.books.booked)
        events: LedgerEvents = ()
        for fact in self.facts:
            if not isinstance(fact, (LineShortPicked, LineSubstituted)):
                events += react(self.books, fact)
        assert self.books.positions == positions
        assert (len(self.books.booked), events) == (movements, ())

    @invariant()
    def on_hand_and_unsellable_are_the_sums_of_their_deltas(self) -> None:
        for sku in SKUS:
            booked = [movement for movement in self.books.booked if movement.sku == sku]
            position = self.books.position((STORE, sku))
            assert position.on_hand == sum(movement.on_hand_delta for movement in booked)
            assert position.unsellable == sum(movement.unsellable_delta for movement in booked) >= 0

    @invariant()
    def reserved_is_the_sum_of_active_lines_and_never_negative(self) -> None:
        active = [
            reservation
            for reservation in self.books.reservations.values()
            if reservation.status is ReservationStatus.ACTIVE
        ]
        for sku in SKUS:
            reserved = self.books.position((STORE, sku)).reserved
            assert reserved == sum(reservation.lines.get(sku, 0) for reservation in active) >= 0

    @invariant()
    def each_movement_id_is_booked_once(self) -> None:
        assert len({movement.id for movement in self.books.booked}) == len(self.books.booked)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
