"""Reads of sales."""

import orjson
from sqlalchemy import bindparam, select

from lintel_chassis.auth.caller import Caller
from lintel_chassis.db.statements import compiled
from lintel_contracts.errors import NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.sales.schemas import SaleView
from lintel_orders.sales.tables import sales

_SHOWN = compiled(select(sales.c.content, sales.c.received_at).where(sales.c.id == bindparam("sale_id")))


async def show_sale(unit: UnitOfWork, caller: Caller, sale_id: str) -> SaleView:
    """Raise NotFound for a sale of another store."""
    row = await unit.fetchrow(*_SHOWN(sale_id=sale_id))
    content = orjson.loads(row["content"]) if row else {}
    if row is None or not caller.may_act_at(content["store_code"]):
        raise NotFound("sale_not_found", "There is no such sale.")
    return SaleView.model_validate(content | {"received_at": row["received_at"]})
