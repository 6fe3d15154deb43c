"""Reads: from rows straight to what is shown."""

from datetime import datetime

import asyncpg
import orjson

from lintel_chassis.auth.caller import CARE, Caller
from lintel_chassis.db.queries import Query
from lintel_chassis.http.pagination import Page, Paging
from lintel_contracts.errors import NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.access import check_access
from lintel_orders.domain.number import lowest_and_highest
from lintel_orders.domain.order import Status
from lintel_orders.rendering import render
from lintel_orders.repository import ORDER_COLUMNS, order_of
from lintel_orders.views import ContactView, OrderView, SaleView

_ORDERS = f"SELECT {ORDER_COLUMNS}, number, channel, content FROM orders"  # noqa: S608 - constants
_SHOWN = f"""
SELECT {ORDER_COLUMNS}, number, channel, content,
    (SELECT pseudonym FROM customers WHERE subject = $2) AS caller_pseudonym
FROM orders WHERE id = $1
"""  # noqa: S608 - constants
_OWNED = "owner = (SELECT pseudonym FROM customers WHERE subject = {})"
_STATUSES = "SELECT id, status, sequence FROM orders WHERE id = ANY($1::text[])"
_CONTACT = """
SELECT o.owner, o.store_code, c.name, c.email, c.phone, c.locale, c.pickup_person
FROM orders o LEFT JOIN contacts c ON c.order_id = o.id WHERE o.id = $1
"""
_SALE = "SELECT content, received_at FROM sales WHERE id = $1"


async def show_order(unit: UnitOfWork, caller: Caller, order_id: str) -> bytes:
    """JSON of the shape OrderView. Raise NotFound."""
    row = await unit.fetchrow(_SHOWN, order_id, caller.subject)
    if row is None:
        raise NotFound("order_not_found", "There is no such order.")
    check_access(caller.known_as(row["caller_pseudonym"]), row["owner"], row["store_code"])
    return _rendered(row)


async def list_orders(
    unit: UnitOfWork,
    caller: Caller,
    *,
    number: str | None,
    customer_id: str | None,
    store_code: str | None,
    status: Status | None,
    placed_after: datetime | None,
    q: str | None,
    paging: Paging,
) -> Page[OrderView]:
    """Newest first, of those the caller may see: `q` is a number or the beginning of one."""
    wanted = Query(_ORDERS)
    if not caller.has(CARE):
        wanted.where(f"{_OWNED} OR store_code = ANY({{}}::text[])", caller.subject, sorted(caller.store_codes))
    for condition, value in (
        ("number = {}", number),
        (_OWNED, customer_id),
        ("store_code = {}", store_code),
        ("status = {}", status),
        ("placed_at > {}", placed_after),
    ):
        if value is not None:
            wanted.where(condition, value)
    if q is not None:
        # The range is for the index, which a beginning alone would not use while it is a parameter.
        wanted.where("number BETWEEN {} AND {} AND starts_with(number, {})", *lowest_and_highest(q.upper()), q.upper())
    if paging.after is not None:
        wanted.where("id < {}", *paging.last(1))
    wanted.add("ORDER BY id DESC LIMIT {}", paging.limit + 1)
    rows = await unit.fetch(*wanted.statement())
    return paging.page(rows, lambda row: [row["id"]], lambda row: OrderView.model_validate_json(_rendered(row)))


async def show_contact(unit: UnitOfWork, caller: Caller, order_id: str) -> ContactView:
    """Raise NotFound for an order that is not of the caller's store."""
    row = await unit.fetchrow(_CONTACT, order_id)
    if row is None or not caller.may_act_at(row["store_code"]):
        raise NotFound("order_not_found", "There is no such order.")
    return ContactView.model_validate(dict(row))


async def show_sale(unit: UnitOfWork, caller: Caller, sale_id: str) -> SaleView:
    """Raise NotFound for a sale of another store."""
    row = await unit.fetchrow(_SALE, sale_id)
    content = orjson.loads(row["content"]) if row else {}
    if row is None or not caller.may_act_at(content["store_code"]):
        raise NotFound("sale_not_found", "There is no such sale.")
    return SaleView.model_validate(content | {"received_at": row["received_at"]})


async def statuses(unit: UnitOfWork, order_ids: list[str]) -> dict[str, tuple[Status, int]]:
    """Status and sequence of each."""
    return {row["id"]: (Status(row["status"]), row["sequence"]) for row in await unit.fetch(_STATUSES, order_ids)}


def _rendered(row: asyncpg.Record) -> bytes:
    return render(order_of(row), row["number"], row["channel"], row["content"])
