"""The route of related products."""

from typing import Annotated

from fastapi import Path, Query, Response

from lintel_catalog.callers import Anybody
from lintel_catalog.entries.as_sold import PriceContext
from lintel_catalog.related import queries
from lintel_catalog.related.schemas import RelatedView
from lintel_catalog.representation import JSON
from lintel_chassis.http.routes import Router
from lintel_contracts.values import Channel, Sku, StoreCode

router = Router(tags=["catalog"])

_MOST = 50


@router.get("/v1/products/{sku}/related", response_model=RelatedView)
async def show_related(
    sku: Annotated[Sku, Path()],
    call: Anybody,
    channel: Channel | None = None,
    store_code: StoreCode | None = None,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 12,
) -> Response:
    """Of the same category, nearest in price first."""
    context = PriceContext(channel, store_code, call.at)
    return Response(await queries.related_products(call.unit, sku, context, limit), media_type=JSON)
