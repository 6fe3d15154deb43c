"""The routes of orders."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, cast

from fastapi import Header, Query, Response

from lintel_chassis.auth.caller import Caller
from lintel_chassis.http.call import Call, PreferredWait
from lintel_chassis.http.idempotency import Idempotency
from lintel_chassis.http.pagination import Page, PagingDep
from lintel_chassis.http.routes import Router
from lintel_chassis.http.sse import StreamEvent, event_stream
from lintel_contracts.values import Moment, StoreCode
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_orders.callers import JSON, Anybody, Canceller, Counter, Shopper
from lintel_orders.orders import queries
from lintel_orders.orders.cancel import cancel_order
from lintel_orders.orders.domain import Status
from lintel_orders.orders.follow import Followers
from lintel_orders.orders.place import place_order
from lintel_orders.orders.rendering import render
from lintel_orders.orders.schemas import CancelInput, ContactView, OrderView, PlaceOrderInput
from lintel_orders.settings import settings_of

router = Router(tags=["orders"])


def followers_of(call: Call) -> Followers:
    return cast("Followers", call.state.followers)


@router.post("/v1/orders", status_code=201, response_model=OrderView, idempotency=Idempotency.REQUIRED)
async def place(body: PlaceOrderInput, call: Shopper, wait_s: PreferredWait) -> Response:
    """Accept an order; `Prefer: wait=10` answers when it leaves `placed`, or the wait ends."""
    caller, rates = call.caller, settings_of(call).tax_rates
    order, placement = await place_order(call.unit, caller, body.request(), rates, call.at)
    location = {"Location": f"/v1/orders/{order.id}"}

    async def follow() -> Response:
        await followers_of(call).reached(call.units, order.id, Status.CONFIRMED, wait_s)
        async with call.units(call.unit.context) as later:
            shown = await queries.show_order(later, caller, order.id)
        return Response(shown, 201, {**location, "Preference-Applied": f"wait={wait_s:.0f}"}, JSON)

    if wait_s:
        call.afterwards(follow)
    return Response(render(order, placement), 201, location, JSON)


@router.get("/v1/orders")
async def list_orders(
    call: Anybody,
    paging: PagingDep,
    number: Annotated[str | None, Query(max_length=32)] = None,
    customer_id: Annotated[str | None, Query(max_length=64)] = None,
    store_code: StoreCode | None = None,
    status: Status | None = None,
    placed_after: Moment | None = None,
    q: Annotated[str | None, Query(max_length=32)] = None,
) -> Page[OrderView]:
    return await queries.list_orders(
        call.unit,
        call.caller,
        number=number,
        customer_id=customer_id,
        store_code=store_code,
        status=status,
        placed_after=placed_after,
        q=q,
        paging=paging,
    )


@router.get("/v1/orders/{order_id}", response_model=OrderView)
async def show(
    order_id: str,
    call: Anybody,
    wait: Status | None = None,
    timeout_s: Annotated[float, Query(ge=0, le=30)] = 10,
) -> Response:
    """`?wait=confirmed` answers when the order is there, has gone past it, or the time is over."""
    shown = await queries.show_order(call.unit, call.caller, order_id)
    if wait is not None:
        await call.unit.commit()  # waits without a connection
        await followers_of(call).reached(call.units, order_id, wait, timeout_s)
        shown = await queries.show_order(call.unit, call.caller, order_id)
    return Response(shown, media_type=JSON)


_SEQUENCE = re.compile(r"[0-9]{1,18}")


@router.stream("/v1/orders/{order_id}/events")
async def stream(order_id: str, call: Anybody, last_event_id: Annotated[str | None, Header()] = None) -> Response:
    """The order again after every change of it; the id of an event is the order's sequence."""
    await queries.show_order(call.unit, call.caller, order_id)
    seen = int(last_event_id) if last_event_id and _SEQUENCE.fullmatch(last_event_id) else 0
    changes = _changes(call.units, call.caller, followers_of(call), order_id, seen)
    return event_stream(changes, call.runtime.stopping)


async def _changes(
    units: UnitFactory, caller: Caller, followers: Followers, order_id: str, seen: int
) -> AsyncIterator[StreamEvent]:
    async for sequence in followers.stream(units, order_id, seen):
        async with units(Context.unprompted()) as unit:
            shown = await queries.show_order(unit, caller, order_id)
        yield StreamEvent(str(sequence), "order", shown.decode())


@router.post("/v1/orders/{order_id}/cancel", response_model=OrderView)
async def cancel(order_id: str, body: CancelInput, call: Canceller) -> Response:
    """200 when the order ends at once, 202 `cancelling` while the store is asked."""
    del body  # the reason is asked for so that people think; who asked is what counts
    order = await cancel_order(call.unit, call.caller, order_id, call.at)
    await call.unit.flush()
    shown = await queries.show_order(call.unit, call.caller, order_id)
    return Response(shown, 202 if order.status is Status.CANCELLING else 200, media_type=JSON)


@router.get("/v1/orders/{order_id}/contact")
async def contact(order_id: str, call: Counter) -> ContactView:
    return await queries.show_contact(call.unit, call.caller, order_id)
