"""The end of every command: what a locked pickup has become, and what it announces."""

from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup import repository
from lintel_pickup.domain.pickup import Pickup, Step
from lintel_pickup.repository import Changed


def keep(unit: UnitOfWork, step: Step) -> Pickup:
    pickup, events = step
    repository.save(unit, [Changed(pickup, [(event, None) for event in events])])
    return pickup
