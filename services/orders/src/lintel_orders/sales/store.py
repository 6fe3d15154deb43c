"""Sales are inserted once and never change."""

from collections.abc import Iterable

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from lintel_chassis.db.statements import compiled, inserting
from lintel_contracts.orders_sales import SaleRecorded
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.sales.tables import sales

_ADD = inserting(sales)
_KNOWN = compiled(select(sales.c.id).where(sales.c.id == any_(bindparam("sale_ids", type_=ARRAY(Text)))))


async def known(unit: UnitOfWork, sale_ids: Iterable[str]) -> set[str]:
    """Those that are here."""
    return {row["id"] for row in await unit.fetch(*_KNOWN(sale_ids=list(sale_ids)))}


def save(unit: UnitOfWork, sale: SaleRecorded, owner: str | None, content: str) -> None:
    """Insert a new sale and publish it."""
    add(unit, sale, owner, content)
    unit.publish(sale, sequence=1)


def add(unit: UnitOfWork, sale: SaleRecorded, owner: str | None, content: str) -> None:
    """Insert a sale that was published before."""
    row = {
        "id": sale.sale_id,
        "store_code": sale.store_code,
        "register": sale.register_id,
        "business_day": sale.business_day,
        "seq": sale.seq,
        "owner": owner,
        "content": content,
        "received_at": sale.received_at,
    }
    unit.write_row(_ADD, row)
