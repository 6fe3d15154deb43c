"""What a store or ops change themselves: movements and policy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lintel_contracts.errors import DomainError, Invalid
from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.domain.books import Books
from lintel_inventory.domain.entry import Entry, EntryKind, entered
from lintel_inventory.domain.facts import Needs
from lintel_inventory.domain.movement import Movement
from lintel_inventory.domain.position import Place, Position
from lintel_inventory.repository import close_books, open_books


@dataclass(frozen=True, slots=True)
class Recorded:
    """A movement in the ledger, and whether it had been there before."""

    movement: Movement
    duplicate: bool


async def record_movements(unit: UnitOfWork, entries: Sequence[Entry]) -> list[Recorded | DomainError]:
    """Book what can be booked, in order; each entry has an outcome of its own."""
    needs = Needs(
        moved={(entry.store_code, entry.sku) for entry in entries},
        movements={(entry.store_code, entry.id) for entry in entries},
    )
    books = await open_books(unit, needs)
    found = [_outcome(books, entry) for entry in entries]
    await close_books(unit, books, [unit.context])
    return found


async def record_movement(unit: UnitOfWork, entry: Entry) -> Movement:
    """Raise Invalid or Conflict when it cannot be booked."""
    (outcome,) = await record_movements(unit, [entry])
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome.movement


async def set_safety_stock(unit: UnitOfWork, place: Place, safety_stock: int) -> Position:
    """Keep that much of a product back in a store. What is promised stays promised."""
    books = await open_books(unit, Needs(moved={place}))
    books.put(replace(books.position(place), safety_stock=safety_stock))
    await close_books(unit, books, [unit.context])
    return books.position(place)


def _outcome(books: Books, entry: Entry) -> Recorded | DomainError:
    known = books.movements.get((entry.store_code, entry.id))
    if known is not None and known.fingerprint == entry.fingerprint():
        return Recorded(known, duplicate=True)
    if known is not None:
        return Invalid("idempotency_key_reused", "Another movement has this id.", "/id")
    before = books.position((entry.store_code, entry.sku))
    try:
        after, movement = entered(before, entry, books.at)
    except DomainError as refusal:
        return refusal
    cause = DiscrepancyCause.COUNT if entry.kind is EntryKind.COUNT else DiscrepancyCause.ADJUSTMENT
    books.enter(before, after, movement, cause)
    return Recorded(movement, duplicate=False)
