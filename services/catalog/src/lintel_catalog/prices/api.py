"""The routes of price lists and prices."""

from typing import Annotated

from fastapi import Path, Response

from lintel_catalog.callers import MAX_BULK_BODY, Merchandiser
from lintel_catalog.prices import commands, queries
from lintel_catalog.prices.schemas import (
    PriceInput,
    PriceItem,
    PriceListInput,
    PriceListView,
    PricesView,
    PriceView,
    PutPriceView,
)
from lintel_catalog.representation import status_of
from lintel_chassis.http.bulk import BulkInput, BulkOutcomes, outcomes
from lintel_chassis.http.etag import IfMatch, etag_of
from lintel_chassis.http.routes import Router
from lintel_contracts.values import Code, Sku

router = Router(tags=["catalog"])

OnList = Annotated[Code, Path()]
OfProduct = Annotated[Sku, Path()]


@router.put("/v1/price-lists/{price_list}", responses={201: {"model": PriceListView, "description": "It is new"}})
async def put_price_list(
    price_list: OnList, described: PriceListInput, call: Merchandiser, expected: IfMatch, response: Response
) -> PriceListView:
    """201 when it is new. `base` is always there: only `prices_include_tax` can be said of it."""
    done = await commands.put_price_list(call.unit, described.price_list(price_list), expected, call.at)
    await call.unit.flush()
    response.status_code = status_of(done)
    return await _shown(call, price_list, response)


@router.get("/v1/price-lists/{price_list}")
async def show_price_list(price_list: OnList, call: Merchandiser, response: Response) -> PriceListView:
    return await _shown(call, price_list, response)


@router.put("/v1/prices/{price_list}/{sku}", responses={201: {"model": PutPriceView, "description": "It is new"}})
async def put_price(
    price_list: OnList, sku: OfProduct, body: PriceInput, call: Merchandiser, response: Response
) -> PutPriceView:
    """201 when it is new; in place of the price on this list that begins at the same moment."""
    done = await commands.put_price(call.unit, sku, body.on(price_list), call.at)
    response.status_code = status_of(done)
    return PutPriceView(price_list=price_list, sku=sku, **dict(body))


@router.get("/v1/prices/{price_list}/{sku}")
async def show_prices(price_list: OnList, sku: OfProduct, call: Merchandiser) -> PricesView:
    """Of a product that is not there, or has none on the list: no items."""
    return PricesView(items=list(map(PriceView.of, await queries.prices_on(call.unit, price_list, sku))))


@router.post("/v1/prices/batch", max_body=MAX_BULK_BODY)
async def put_prices(body: BulkInput[PriceItem], call: Merchandiser) -> BulkOutcomes:
    """Each price is `created`, `changed`, `unchanged` or `rejected` by itself; all others commit together."""
    prices = [(item.sku, item.on(item.price_list)) for item in body.readable()]
    done = await commands.put_prices(call.unit, prices, call.at)
    results = ((f"{price.price_list}/{sku}", result) for (sku, price), result in zip(prices, done, strict=True))
    return outcomes(body, results, call.runtime.problems)


async def _shown(call: Merchandiser, code: str, response: Response) -> PriceListView:
    found = await queries.price_list(call.unit, code)
    response.headers["ETag"] = etag_of(found.version)
    return PriceListView.of(found)
