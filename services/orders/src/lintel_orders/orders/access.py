"""Who may know of an order."""

from lintel_chassis.auth.caller import Caller
from lintel_contracts.errors import NotFound


def check_access(caller: Caller, owner: str | None, store_code: str) -> None:
    """Its owner, its store's associates and tills, customer care and ops. To others it does not exist."""
    if not (caller.owns(owner) or caller.may_act_at(store_code)):
        raise NotFound("order_not_found", "There is no such order.")
