"""The routes of sales."""

from lintel_chassis.http.idempotency import Idempotency
from lintel_chassis.http.routes import Router
from lintel_contracts.values import Code
from lintel_orders.callers import Till
from lintel_orders.sales import queries
from lintel_orders.sales.commands import record_sale
from lintel_orders.sales.schemas import SaleInput, SaleOutcome, SaleView

router = Router(tags=["orders"])


@router.post("/v1/sales", status_code=201, idempotency=Idempotency.IGNORED)
async def sell(body: SaleInput, call: Till) -> SaleOutcome:
    """The sale's own id makes it count once."""
    at = call.at
    return SaleOutcome(id=body.id, status=await record_sale(call.unit, call.caller, body.received(at), at))


@router.get("/v1/sales/{sale_id}")
async def sale(sale_id: Code, call: Till) -> SaleView:
    return await queries.show_sale(call.unit, call.caller, sale_id)
