"""The routes of quotes."""

from fastapi import Response

from lintel_chassis.http.routes import Router
from lintel_orders.callers import JSON, Buyer
from lintel_orders.pricing import queries
from lintel_orders.pricing.rendering import content_of
from lintel_orders.pricing.schemas import QuoteInput, QuoteView
from lintel_orders.settings import settings_of

router = Router(tags=["orders"])


@router.post("/v1/quotes", response_model=QuoteView)
async def give_quote(body: QuoteInput, call: Buyer) -> Response:
    rates = settings_of(call).tax_rates
    quote = await queries.quote(
        call.unit, body.store_code, body.wanted_lines(), body.channel, body.claims, rates, call.at
    )
    return Response(content_of(quote), media_type=JSON)
