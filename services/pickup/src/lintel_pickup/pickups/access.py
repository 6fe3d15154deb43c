"""Who may know of a pickup: its owner, and its store. To all others it does not exist."""

from lintel_chassis.auth.caller import Caller
from lintel_contracts.errors import NotFound
from lintel_pickup.pickups.domain.pickup import Pickup


def check_store(caller: Caller, store_code: str) -> None:
    """Raise NotFound unless the caller acts at the store."""
    if not caller.may_act_at(store_code):
        raise NotFound("store_not_found", "There is no such store.")


def check_staff(caller: Caller, pickup: Pickup) -> None:
    """Raise NotFound unless the caller acts at its store."""
    if not caller.may_act_at(pickup.store_code):
        raise NotFound("pickup_not_found", "There is no such pickup.")


def check_owner(caller: Caller, pickup: Pickup) -> None:
    """Raise NotFound unless it is the caller's own."""
    if not caller.owns(pickup.owner):
        raise NotFound("pickup_not_found", "There is no such pickup.")


def check_either(caller: Caller, pickup: Pickup) -> None:
    """Raise NotFound for whoever is neither its owner nor of its store."""
    if not caller.owns(pickup.owner):
        check_staff(caller, pickup)
