"""The routes of sessions and of who a customer is."""

from typing import Annotated, Any, cast

from lintel_chassis.http.access import public
from lintel_chassis.http.call import Call
from lintel_chassis.http.routes import Router
from lintel_orders.callers import Customer
from lintel_orders.customers import commands
from lintel_orders.customers.schemas import CustomerView, SessionView
from lintel_orders.customers.sessions import Sessions

router = Router(tags=["orders"])


def sessions_of(call: Call) -> Sessions:
    return cast("Sessions", call.state.sessions)


@router.post("/v1/sessions", status_code=201)
async def begin_session(call: Annotated[Call, public]) -> SessionView:
    return sessions_of(call).begin(call.at)


@router.get("/.well-known/jwks.json", include_in_schema=False)
async def jwks(call: Annotated[Call, public]) -> dict[str, Any]:
    return sessions_of(call).jwks


@router.put("/v1/customers/me")
async def recognise(call: Customer) -> CustomerView:
    """What the caller is called in events; services ask it with the customer's own token."""
    return CustomerView(pseudonym=await commands.pseudonym_of(call.unit, call.caller.subject))
