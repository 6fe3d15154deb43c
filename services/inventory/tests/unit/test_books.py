"""The books against every order of facts: a machine that knows nothing but sums."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lintel_contracts.errors import DomainError
from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_contracts.inventory_reservations import StockReserved
from lintel_contracts.pickup_pickups import LineShortPicked, LineSubstituted
from lintel_inventory.domain.books import Books, books_of
from lintel_inventory.domain.entry import Entry, EntryKind, entered
from lintel_inventory.domain.facts import Fact, apply
from lintel_inventory.domain.reservation import ReservationStatus
from lintel_inventory.testing.facts import START, STORE, cancelled, completed, placed, sale, short_picked, substituted

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
        self.told: list[Fact] = []
        self.entries = 0

    def tell(self, fact: Fact) -> None:
        self.books.at += timedelta(seconds=30)
        self.told.append(fact)
        apply(self.books, fact)

    @rule(order=orders, basket=baskets)
    def place(self, order: str, basket: list[tuple[str, int]]) -> None:
        free = {sku: self.books.available((STORE, sku)) for sku in SKUS}
        before = len(self.books.announcements)
        self.tell(placed(order, *basket))
        if any(isinstance(one.event, StockReserved) for one in self.books.announcements[before:]):
            for sku in {sku for sku, _ in basket}:
                assert sum(quantity for of, quantity in basket if of == sku) <= free[sku]

    @rule(order=orders)
    def cancel(self, order: str) -> None:
        self.tell(cancelled(order))

    @rule(order=orders, basket=baskets, age=ages)
    def complete(self, order: str, basket: list[tuple[str, int]], age: timedelta) -> None:
        self.tell(completed(order, *basket, at=self.books.at - age))

    @rule(order=orders, sku=skus, ordered=quantities, picked=st.integers(0, 5))
    def pick_short(self, order: str, sku: str, ordered: int, picked: int) -> None:
        self.tell(short_picked(order, sku, ordered=ordered, picked=picked, line_id=f"{order}-{sku}"))

    @rule(order=orders, sku=skus, substitute=skus, quantity=quantities)
    def substitute(self, order: str, sku: str, substitute: str, quantity: int) -> None:
        self.tell(substituted(order, sku, substitute, quantity, line_id=f"{order}-{sku}"))

    @rule(number=st.integers(1, 8), basket=baskets, age=ages, back=st.booleans())
    def sell(self, number: int, basket: list[tuple[str, int]], age: timedelta, *, back: bool) -> None:
        self.tell(sale(f"sale{number}", *basket, at=self.books.at - age, returns="sale0" if back else None))

    @rule(kind=st.sampled_from(EntryKind), sku=skus, quantity=st.integers(-5, 10), age=ages)
    def enter(self, kind: EntryKind, sku: str, quantity: int, age: timedelta) -> None:
        before = self.books.position((STORE, sku))
        expected = before.on_hand if kind is EntryKind.COUNT else None
        self.entries += 1
        entry = Entry(f"m{self.entries}", STORE, sku, kind, quantity, "test", expected, self.books.at - age)
        try:
            after, movement = entered(before, entry, self.books.at)
        except DomainError:
            return
        self.books.enter(before, after, movement, DiscrepancyCause.ADJUSTMENT)

    @rule()
    def tell_everything_again(self) -> None:
        positions, movements = dict(self.books.positions), len(self.books.booked)
        announced = len(self.books.announcements)
        for fact in self.told:
            if not isinstance(fact, (LineShortPicked, LineSubstituted)):
                apply(self.books, fact)
        assert self.books.positions == positions
        assert (len(self.books.booked), len(self.books.announcements)) == (movements, announced)

    @invariant()
    def on_hand_and_unsellable_are_the_sums_of_their_deltas(self) -> None:
        for sku in SKUS:
            booked = [one for one in self.books.booked if one.sku == sku]
            position = self.books.position((STORE, sku))
            assert position.on_hand == sum(one.on_hand_delta for one in booked)
            assert position.unsellable == sum(one.unsellable_delta for one in booked) >= 0

    @invariant()
    def reserved_is_the_sum_of_active_lines_and_never_negative(self) -> None:
        active = [one for one in self.books.reservations.values() if one.status is ReservationStatus.ACTIVE]
        for sku in SKUS:
            reserved = self.books.position((STORE, sku)).reserved
            assert reserved == sum(one.lines.get(sku, 0) for one in active) >= 0

    @invariant()
    def each_movement_id_is_booked_once(self) -> None:
        assert len({one.id for one in self.books.booked}) == len(self.books.booked)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
