"""One store's bookings while a batch is decided: every order sees what the ones before it took."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from lintel_contracts.pickup_pickups import SlotRejectionReason
from lintel_contracts.values import Window
from lintel_pickup.policies.domain import Policy
from lintel_pickup.slots.domain.grid import BOOKABLE, Grid, slot_start


class SlotBook:
    """`grid` is None for a store that is unknown or closed: it keeps its pickups and takes no new ones.

    `booked` is how many orders each slot holds; a slot that is not in it holds none.
    """

    def __init__(
        self, store_code: str, grid: Grid | None, policy: Policy, booked: Mapping[datetime, int], at: datetime
    ) -> None:
        self.store_code = store_code
        self.policy = policy
        self.grid = grid
        self._booked = dict(booked)
        self._before = dict(booked)
        self._earliest = at + policy.lead_time
        self._at = at
        self._until = at + BOOKABLE
        self._ahead = self.offered()
        self._candidate = next(self._ahead, None)

    def book(self, wanted: str | None, placed_at: datetime) -> Window | SlotRejectionReason:
        """Take a place in the slot of this id, or without one in the earliest that is free."""
        if self.grid is None:
            return SlotRejectionReason.STORE_CLOSED
        start = self._first_free() if wanted is None else self._asked_for(wanted, placed_at)
        if isinstance(start, SlotRejectionReason):
            return start
        self._booked[start] = self._booked.get(start, 0) + 1
        return self.grid.window(start)

    def release(self, start: datetime) -> None:
        """Give a place back."""
        self._booked[start] = max(0, self._booked.get(start, 0) - 1)
        self._start_over()

    def free(self, start: datetime) -> int:
        """Never below 0: a capacity that was lowered leaves bookings as they stand."""
        return max(0, self.policy.slot_capacity - self._booked.get(start, 0))

    def offered(self) -> Iterator[datetime]:
        """The starts of all slots that can still be reached, full ones too."""
        return self.grid.ahead(self._earliest, self._until) if self.grid else iter(())

    def changed(self) -> dict[datetime, int]:
        """The new counts of those slots whose count is another than before."""
        return {start: count for start, count in self._booked.items() if count != self._before.get(start, 0)}

    def _asked_for(self, wanted: str, placed_at: datetime) -> datetime | SlotRejectionReason:
        """The lead time counts from the order: a slot is not lost because the order was read a little later."""
        start = slot_start(self.store_code, wanted)
        if start is None or self.grid is None or not self.grid.has(start):
            return SlotRejectionReason.STORE_CLOSED
        reachable = max(self._at, placed_at + self.policy.lead_time) <= start < self._until
        return start if reachable and self.free(start) else SlotRejectionReason.SLOT_FULL

    def _first_free(self) -> datetime | SlotRejectionReason:
        while self._candidate is not None and not self.free(self._candidate):
            self._candidate = next(self._ahead, None)
        if self._candidate is not None:
            return self._candidate
        return SlotRejectionReason.SLOT_FULL if next(self.offered(), None) else SlotRejectionReason.STORE_CLOSED

    def _start_over(self) -> None:
        """Begin again at the earliest slot; full ones are passed once, not once an order."""
        self._ahead = self.offered()
        self._candidate = next(self._ahead, None)
