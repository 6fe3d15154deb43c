"""Forgetting a customer who asks for it, and publishing it to all that keep their pseudonym."""

from datetime import datetime

from lintel_chassis.http.idempotency import Idempotency
from lintel_chassis.http.routes import Router
from lintel_chassis.worker.erasure import forget_aside
from lintel_contracts.errors import Conflict
from lintel_contracts.orders_customers import CustomerErased
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.callers import Care, Customer
from lintel_orders.customers import commands as customers
from lintel_orders.customers.schemas import ErasureInput
from lintel_orders.orders.domain import ENDS

router = Router(tags=["orders"])

# Whoever places an order for this customer waits here, or we for them: an order refers to its customer's row.
_LOCK = "SELECT pseudonym FROM customers WHERE subject = $1 FOR UPDATE"
_LIVE = "SELECT id FROM orders WHERE owner = $1 AND NOT status = ANY($2::text[]) ORDER BY id"
# Refusals may have been kept for somebody who never became a customer.
_FORGET_ANSWERS = "DELETE FROM idempotency_keys WHERE subject = $1"


async def erase_customer(unit: UnitOfWork, subject: str, at: datetime) -> None:
    """Raise Conflict, naming them, while orders of theirs are on their way. Nobody left to forget is no error."""
    rows = await unit.lock(_LOCK, subject)
    if not rows:
        unit.write(_FORGET_ANSWERS, subject)
        return
    pseudonym = rows[0]["pseudonym"]
    if live := [row["id"] for row in await unit.fetch(_LIVE, pseudonym, list(ENDS))]:
        raise Conflict("customer_has_live_orders", "End these orders first, or let them be collected.", orders=live)
    customers.forget(unit, [pseudonym])
    forget_aside(unit, [pseudonym], at)
    unit.publish(CustomerErased(customer=pseudonym, erased_at=at), sequence=1)


@router.delete("/v1/customers/me", status_code=204)
async def forget_me(call: Customer) -> None:
    """Contact data go, orders and sales stay as nobody's. 409 while an order is on its way."""
    await erase_customer(call.unit, call.caller.subject, call.at)


@router.post("/v1/customers/erasures", status_code=204, idempotency=Idempotency.IGNORED)
async def forget_customer(body: ErasureInput, call: Care) -> None:
    """The same for a customer who asks customer care. Again, or for somebody nobody knows, it changes nothing."""
    await erase_customer(call.unit, body.customer_id, call.at)
