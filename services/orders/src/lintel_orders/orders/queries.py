"""Reads of orders: from rows straight to what is shown."""

from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, func, or_, select

from lintel_chassis.auth.caller import CARE, Caller
from lintel_chassis.db.statements import among, compiled, composed
from lintel_chassis.http.pagination import Page, Paging
from lintel_contracts.errors import NotFound
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.customers.tables import contacts, customers
from lintel_orders.orders.access import check_access
from lintel_orders.orders.domain import Status
from lintel_orders.orders.number import lowest_and_highest
from lintel_orders.orders.rendering import render
from lintel_orders.orders.schemas import ContactView, OrderView
from lintel_orders.orders.store import order_of, placement_of
from lintel_orders.orders.tables import orders


def _pseudonym_of(subject: Any) -> Any:
    return select(customers.c.pseudonym).where(customers.c.subject == subject).scalar_subquery()


_SHOWN = compiled(
    select(orders, _pseudonym_of(bindparam("subject")).label("caller_pseudonym")).where(
        orders.c.id == bindparam("order_id")
    )
)
_STATUSES = compiled(
    select(orders.c.id, orders.c.status, orders.c.sequence).where(
        orders.c.id == any_(bindparam("order_ids", type_=ARRAY(Text)))
    )
)
_CONTACT = compiled(
    select(
        orders.c.store_code,
        contacts.c.name,
        contacts.c.email,
        contacts.c.phone,
        contacts.c.locale,
        contacts.c.pickup_person,
    )
    .join_from(orders, contacts, contacts.c.order_id == orders.c.id, isouter=True)
    .where(orders.c.id == bindparam("order_id"))
)


async def show_order(unit: UnitOfWork, caller: Caller, order_id: str) -> bytes:
    """JSON of the shape OrderView. Raise NotFound."""
    row = await unit.fetchrow(*_SHOWN(order_id=order_id, subject=caller.subject))
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
    conditions: list[ColumnElement[bool]] = []
    if not caller.has(CARE):
        own = orders.c.owner == _pseudonym_of(caller.subject)
        conditions.append(or_(own, among(orders.c.store_code, sorted(caller.store_codes))))
    if number is not None:
        conditions.append(orders.c.number == number)
    if customer_id is not None:
        conditions.append(orders.c.owner == _pseudonym_of(customer_id))
    if store_code is not None:
        conditions.append(orders.c.store_code == store_code)
    if status is not None:
        conditions.append(orders.c.status == status)
    if placed_after is not None:
        conditions.append(orders.c.placed_at > placed_after)
    if q is not None:
        # The range is for the index, which a beginning alone would not use while it is a parameter.
        conditions.append(orders.c.number.between(*lowest_and_highest(q.upper())))
        conditions.append(func.starts_with(orders.c.number, q.upper()))
    if (start := paging.start(str)) is not None:
        conditions.append(orders.c.id < start[0])
    found = select(orders).where(*conditions).order_by(orders.c.id.desc()).limit(paging.limit + 1)
    rows = await unit.fetch(*composed(found))
    return paging.page(rows, lambda row: [row["id"]], lambda row: OrderView.model_validate_json(_rendered(row)))


async def show_contact(unit: UnitOfWork, caller: Caller, order_id: str) -> ContactView:
    """Raise NotFound for an order that is not of the caller's store."""
    row = await unit.fetchrow(*_CONTACT(order_id=order_id))
    if row is None or not caller.may_act_at(row["store_code"]):
        raise NotFound("order_not_found", "There is no such order.")
    return ContactView.model_validate(dict(row))


async def statuses(unit: UnitOfWork, order_ids: list[str]) -> dict[str, tuple[Status, int]]:
    """Status and sequence of each."""
    rows = await unit.fetch(*_STATUSES(order_ids=order_ids))
    return {row["id"]: (Status(row["status"]), row["sequence"]) for row in rows}


def _rendered(row: asyncpg.Record) -> bytes:
    return render(order_of(row), placement_of(row))
