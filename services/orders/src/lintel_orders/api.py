"""The routes of orders."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import Header, Query, Request, Response

from lintel_chassis.auth.caller import Caller
from lintel_chassis.http.access import allow, public
from lintel_chassis.http.dependencies import Afterwards, At, PreferredWait, RuntimeDep, UnitDep, Units
from lintel_chassis.http.given import Given
from lintel_chassis.http.idempotency import Idempotency
from lintel_chassis.http.pagination import Page, PagingDep
from lintel_chassis.http.routes import Router
from lintel_chassis.http.sse import StreamEvent, event_stream
from lintel_contracts.values import Code, StoreCode
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_orders import customers, queries
from lintel_orders.commands.cancel import cancel_order
from lintel_orders.commands.erase import erase_customer
from lintel_orders.commands.place import place_order, quote
from lintel_orders.commands.sell import record_sale
from lintel_orders.domain.order import Status
from lintel_orders.follow import Followers
from lintel_orders.inputs import CancelInput, ErasureInput, PlaceOrderInput, QuoteInput, SaleInput
from lintel_orders.sessions import Sessions
from lintel_orders.settings import OrdersSettings
from lintel_orders.views import ContactView, CustomerView, OrderView, QuoteView, SaleOutcome, SaleView, SessionView

router = Router(tags=["orders"])

Customer = Annotated[Caller, allow("shopper", "guest")]
Shopper = Annotated[Caller, allow("shopper", "guest", "care")]
Buyer = Annotated[Caller, allow("shopper", "guest", "care", "pos")]
Anybody = Annotated[Caller, allow("shopper", "guest", "associate", "pos", "care")]
Desk = Annotated[Caller, allow("shopper", "guest", "associate", "care")]
Counter = Annotated[Caller, allow("associate", "care")]
Till = Annotated[Caller, allow("pos")]

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Here:
    """What one process of orders holds beside its runtime; at `app.state.here`."""

    settings: OrdersSettings
    sessions: Sessions
    followers: Followers


def _here(request: Request) -> Here:
    return cast("Here", request.app.state.here)


HereDep = Annotated[Here, Given(_here)]


@router.post("/v1/orders", status_code=201, response_model=OrderView, idempotency=Idempotency.REQUIRED)
async def place(
    body: PlaceOrderInput,
    unit: UnitDep,
    units: Units,
    caller: Shopper,
    here: HereDep,
    at: At,
    after: Afterwards,
    wait_s: PreferredWait,
) -> Response:
    """Accept an order; `Prefer: wait=10` answers when it leaves `placed`, or the wait ends."""
    placed = await place_order(unit, caller, body, here.settings.tax_rates, at)
    location = {"Location": f"/v1/orders/{placed.order_id}"}

    async def follow() -> Response:
        await here.followers.reached(units, placed.order_id, Status.CONFIRMED, wait_s)
        async with units(unit.context) as later:
            shown = await queries.show_order(later, caller, placed.order_id)
        return Response(shown, 201, {**location, "Preference-Applied": f"wait={wait_s:.0f}"}, _JSON)

    if wait_s:
        after.then(follow)
    return Response(placed.view, 201, location, _JSON)


@router.post("/v1/sessions", status_code=201, dependencies=[public])
async def begin_session(here: HereDep, at: At) -> SessionView:
    return here.sessions.begin(at)


@router.get("/.well-known/jwks.json", dependencies=[public], include_in_schema=False)
async def jwks(here: HereDep) -> dict[str, Any]:
    return here.sessions.jwks


@router.post("/v1/quotes", response_model=QuoteView)
async def give_quote(body: QuoteInput, unit: UnitDep, _: Buyer, here: HereDep, at: At) -> Response:
    return Response(await quote(unit, body, here.settings.tax_rates, at), media_type=_JSON)


@router.get("/v1/orders")
async def list_orders(
    unit: UnitDep,
    caller: Anybody,
    paging: PagingDep,
    number: Annotated[str | None, Query(max_length=32)] = None,
    customer_id: Annotated[str | None, Query(max_length=64)] = None,
    store_code: StoreCode | None = None,
    status: Status | None = None,
    placed_after: datetime | None = None,
    q: Annotated[str | None, Query(max_length=32)] = None,
) -> Page[OrderView]:
    return await queries.list_orders(
        unit,
        caller,
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
    unit: UnitDep,
    units: Units,
    caller: Anybody,
    here: HereDep,
    wait: Status | None = None,
    timeout_s: Annotated[float, Query(ge=0, le=30)] = 10,
) -> Response:
    """`?wait=confirmed` answers when the order is there, has gone past it, or the time is over."""
    shown = await queries.show_order(unit, caller, order_id)
    if wait is not None:
        await unit.commit()  # waits without a connection
        await here.followers.reached(units, order_id, wait, timeout_s)
        shown = await queries.show_order(unit, caller, order_id)
    return Response(shown, media_type=_JSON)


@router.stream("/v1/orders/{order_id}/events")
async def stream(
    order_id: str,
    unit: UnitDep,
    units: Units,
    caller: Anybody,
    here: HereDep,
    runtime: RuntimeDep,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """The order again after every change of it; the id of an event is the order's sequence."""
    await queries.show_order(unit, caller, order_id)
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else 0
    return event_stream(_changes(units, caller, here.followers, order_id, seen), runtime.stopping)


async def _changes(
    units: UnitFactory, caller: Caller, followers: Followers, order_id: str, seen: int
) -> AsyncIterator[StreamEvent]:
    async for sequence in followers.stream(units, order_id, seen):
        async with units(Context.unprompted()) as unit:
            shown = await queries.show_order(unit, caller, order_id)
        yield StreamEvent(str(sequence), "order", shown.decode())


@router.post("/v1/orders/{order_id}/cancel", response_model=OrderView)
async def cancel(order_id: str, body: CancelInput, unit: UnitDep, caller: Desk, at: At) -> Response:
    """200 when the order ends at once, 202 `cancelling` while the store is asked."""
    del body  # the reason is asked for so that people think; who asked is what counts
    order = await cancel_order(unit, caller, order_id, at)
    await unit.flush()
    shown = await queries.show_order(unit, caller, order_id)
    return Response(shown, 202 if order.status is Status.CANCELLING else 200, media_type=_JSON)


@router.get("/v1/orders/{order_id}/contact")
async def contact(order_id: str, unit: UnitDep, caller: Counter) -> ContactView:
    return await queries.show_contact(unit, caller, order_id)


@router.post("/v1/sales", status_code=201, idempotency=Idempotency.IGNORED)
async def sell(body: SaleInput, unit: UnitDep, caller: Till, at: At) -> SaleOutcome:
    """The sale's own id makes it count once."""
    return await record_sale(unit, caller, body, at)


@router.get("/v1/sales/{sale_id}")
async def sale(sale_id: Code, unit: UnitDep, caller: Till) -> SaleView:
    return await queries.show_sale(unit, caller, sale_id)


@router.put("/v1/customers/me")
async def recognise(unit: UnitDep, caller: Customer) -> CustomerView:
    """What the caller is called in events; services ask it with the customer's own token."""
    return CustomerView(pseudonym=await customers.pseudonym_of(unit, caller.subject))


@router.delete("/v1/customers/me", status_code=204)
async def forget_me(unit: UnitDep, caller: Customer, at: At) -> None:
    """Contact data go, orders and sales stay as nobody's. 409 while an order is on its way."""
    await erase_customer(unit, caller.subject, at)


@router.post("/v1/customers/erasures", status_code=204, dependencies=[allow("care")], idempotency=Idempotency.IGNORED)
async def forget_customer(body: ErasureInput, unit: UnitDep, at: At) -> None:
    """The same for a customer who asks customer care. Again, or for somebody never heard of, it changes nothing."""
    await erase_customer(unit, body.customer_id, at)
