"""The routes of movements."""

from lintel_chassis.http.bulk import BulkInput, BulkOutcomes, outcomes
from lintel_chassis.http.idempotency import Idempotency
from lintel_chassis.http.routes import Router
from lintel_contracts.errors import DomainError
from lintel_inventory.callers import Associate
from lintel_inventory.movements import commands
from lintel_inventory.movements.commands import Recorded
from lintel_inventory.movements.schemas import MovementInput, MovementView

router = Router(tags=["inventory"])


@router.post("/v1/movements", status_code=201, idempotency=Idempotency.BODY_ID)
async def record_movement(movement: MovementInput, call: Associate) -> MovementView:
    """Book what happened to the shelf. The same id again gives the original answer, for good."""
    return MovementView.of(await commands.record_movement(call.unit, call.caller, movement.stated()))


@router.post("/v1/movements/batch", status_code=200)
async def record_movement_batch(body: BulkInput[MovementInput], call: Associate) -> BulkOutcomes:
    """Each movement is `accepted`, `duplicate` or `rejected` by itself; all that are accepted commit together."""
    stated = [item.stated() for item in body.readable()]
    recorded = await commands.record_movements(call.unit, call.caller, stated)
    results = ((each.id, _status(result)) for each, result in zip(stated, recorded, strict=True))
    return outcomes(body, results, call.runtime.problems)


def _status(result: Recorded | DomainError) -> str | DomainError:
    if isinstance(result, Recorded):
        return "duplicate" if result.duplicate else "accepted"
    return result
