"""The routes of single products."""

from typing import Annotated

from fastapi import Path, Response

from lintel_catalog.callers import MAX_BULK_BODY, Anybody, Merchandiser
from lintel_catalog.entries.as_sold import PriceContext
from lintel_catalog.products import commands, queries
from lintel_catalog.products.schemas import ProductInput, ProductItem, ProductView
from lintel_chassis.http.bulk import BulkInput, BulkOutcomes, outcomes
from lintel_chassis.http.etag import IfMatch
from lintel_chassis.http.routes import Router
from lintel_contracts.values import Channel, Sku, StoreCode

router = Router(tags=["catalog"])

OfProduct = Annotated[Sku, Path()]


@router.get("/v1/products/{sku}", response_model=ProductView)
async def show_product(
    sku: OfProduct, call: Anybody, channel: Channel | None = None, store_code: StoreCode | None = None
) -> Response:
    """A withdrawn product is shown too; its `status` says so."""
    context = PriceContext(channel, store_code, call.at)
    return (await queries.show_product(call.unit, sku, context)).response()


@router.put(
    "/v1/products/{sku}",
    response_model=ProductView,
    responses={201: {"model": ProductView, "description": "It is new"}},
)
async def put_product(sku: OfProduct, described: ProductInput, call: Merchandiser, expected: IfMatch) -> Response:
    """201 when it is new. A withdrawn product is sold again."""
    done = await commands.put_product(call.unit, described.offer(sku), expected, call.at)
    await call.unit.flush()
    shown = await queries.show_product(call.unit, sku, PriceContext(None, None, call.at))
    return shown.response(done)


@router.delete("/v1/products/{sku}", status_code=204)
async def withdraw_product(sku: OfProduct, call: Merchandiser, expected: IfMatch) -> None:
    await commands.withdraw_product(call.unit, sku, expected, call.at)


@router.post("/v1/products/batch", max_body=MAX_BULK_BODY)
async def put_products(body: BulkInput[ProductItem], call: Merchandiser) -> BulkOutcomes:
    """Each product is `created`, `changed`, `unchanged` or `rejected` by itself; all others commit together."""
    offers = [item.offer(item.sku) for item in body.readable()]
    done = await commands.put_products(call.unit, offers, call.at)
    results = ((offer.sku, result) for offer, result in zip(offers, done, strict=True))
    return outcomes(body, results, call.runtime.problems)
