"""What stores state about their shelves, singly and in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass

from lintel_chassis.auth.caller import Caller
from lintel_contracts.errors import DomainError, Invalid, NotFound
from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.ledger.domain.lock_set import LockSet
from lintel_inventory.ledger.domain.movement import Movement
from lintel_inventory.ledger.store import OpenLedger, open_ledger
from lintel_inventory.movements.domain import StatedKind, StatedMovement, book_stated


@dataclass(frozen=True, slots=True)
class Recorded:
    """A movement in the ledger, and whether it had been there before."""

    movement: Movement
    duplicate: bool


async def record_movements(
    unit: UnitOfWork, caller: Caller, stated: Sequence[StatedMovement]
) -> list[Recorded | DomainError]:
    """Book what can be booked, in order; each has an outcome of its own."""
    own = [each for each in stated if caller.may_act_at(each.store_code)]
    locks = LockSet(
        moved={(each.store_code, each.sku) for each in own},
        movements={(each.store_code, each.id) for each in own},
    )
    ledger = await open_ledger(unit, locks)
    outcomes = [_record(ledger, each) if caller.may_act_at(each.store_code) else _foreign_store() for each in stated]
    await ledger.close()
    return outcomes


async def record_movement(unit: UnitOfWork, caller: Caller, stated: StatedMovement) -> Movement:
    """Raise NotFound for a foreign store, Invalid or Conflict when it cannot be booked."""
    (outcome,) = await record_movements(unit, caller, [stated])
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome.movement


def _foreign_store() -> NotFound:
    return NotFound("not_found", "There is no such store, or it is not yours.", "/store_code")


def _record(ledger: OpenLedger, stated: StatedMovement) -> Recorded | DomainError:
    books = ledger.books
    known = books.movements.get((stated.store_code, stated.id))
    if known is not None and known.fingerprint == stated.fingerprint():
        return Recorded(known, duplicate=True)
    if known is not None:
        return Invalid("idempotency_key_reused", "Another movement has this id.", "/id")
    before = books.position((stated.store_code, stated.sku))
    try:
        after, movement = book_stated(before, stated, books.at)
    except DomainError as refusal:
        return refusal
    cause = DiscrepancyCause.COUNT if stated.kind is StatedKind.COUNT else DiscrepancyCause.ADJUSTMENT
    ledger.save(books.enter(before, after, movement, cause))
    return Recorded(movement, duplicate=False)
