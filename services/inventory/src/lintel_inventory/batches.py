"""Movements in bulk: an outcome each, and none spoils the others."""

from lintel_chassis.auth.caller import Caller
from lintel_chassis.http.batch import Batch, Outcome, Outcomes, Unreadable
from lintel_chassis.problems import Problems
from lintel_contracts.errors import DomainError, NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_inventory.commands import Recorded, record_movements
from lintel_inventory.views import MovementInput

_Decided = Recorded | DomainError | Unreadable


async def record_batch(unit: UnitOfWork, batch: Batch[MovementInput], caller: Caller, problems: Problems) -> Outcomes:
    """All that can be booked commit together; one that cannot says why."""
    refused = [_refused(item, caller) for item in batch.items]
    entries = [item.entry() for item in batch.items if not isinstance(item, Unreadable) and _is_own(item, caller)]
    booked = iter(await record_movements(unit, entries))
    decided = [(item.id, refusal or next(booked)) for item, refusal in zip(batch.items, refused, strict=True)]
    return Outcomes(items=[_outcome(index, identity, one, problems) for index, (identity, one) in enumerate(decided)])


def _is_own(item: MovementInput, caller: Caller) -> bool:
    return caller.may_act_at(item.store_code)


def _refused(item: MovementInput | Unreadable, caller: Caller) -> NotFound | Unreadable | None:
    """Why an item is not even tried."""
    if isinstance(item, Unreadable):
        return item
    return None if _is_own(item, caller) else NotFound("not_found", "There is no such store, or it is not yours.")


def _outcome(index: int, identity: str | None, decided: _Decided, problems: Problems) -> Outcome:
    match decided:
        case Recorded(duplicate=duplicate):
            return Outcome(index=index, id=identity, status="duplicate" if duplicate else "accepted")
        case Unreadable(problem=problem):
            return Outcome(index=index, id=identity, status="rejected", problem=problem)
        case DomainError():
            known = problems.types[decided.slug]
            problem = {
                "type": f"/problems/{decided.slug}",
                "title": known.title,
                "status": known.status,
                "detail": decided.detail,
                **decided.extra,
            }
            return Outcome(index=index, id=identity, status="rejected", problem=problem)
