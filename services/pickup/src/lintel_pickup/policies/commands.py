"""Putting a store's policy."""

from dataclasses import asdict

from lintel_chassis.db.statements import upserting
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.policies.domain import Policy
from lintel_pickup.policies.tables import policies

_PUT = upserting(policies)


def put_policy(unit: UnitOfWork, store_code: str, policy: Policy) -> None:
    """For bookings and pickups from now on; those that are there stand."""
    unit.write_row(_PUT, {"store_code": store_code, **asdict(policy)})
