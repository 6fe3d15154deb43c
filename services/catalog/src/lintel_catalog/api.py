"""The routes of catalog."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import BaseModel

from lintel_catalog import inputs, queries
from lintel_catalog.commands import prices, products
from lintel_catalog.commands.products import Done
from lintel_catalog.inputs import Gtin, PriceInput, PriceItem, PriceListInput, ProductInput, ProductItem
from lintel_catalog.outcomes import outcomes_of, readable
from lintel_catalog.queries import Shown, Sold
from lintel_catalog.search import Sort, Wanted, find_products
from lintel_catalog.views import (
    CategoriesView,
    PriceListView,
    PricesView,
    ProductsPage,
    ProductView,
    PutPriceView,
    RelatedView,
)
from lintel_chassis.http.access import allow, public
from lintel_chassis.http.batch import Batch, Outcomes
from lintel_chassis.http.dependencies import At, UnitDep
from lintel_chassis.http.etag import IfMatch
from lintel_chassis.http.pagination import PagingDep
from lintel_chassis.http.routes import Router
from lintel_contracts.values import Channel, Code, Sku, StoreCode

router = Router(tags=["catalog"])

_JSON = "application/json"
_MAX_BATCH_BODY = 8 * 1_048_576
_MOST_ASKED = 50

merchandiser = allow("merchandiser")


def _new(view: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    return {201: {"model": view, "description": "It is new"}}


async def _wanted(
    q: Annotated[inputs.Query | None, Query()] = None,
    category: Annotated[inputs.Query | None, Query(description="Such as `GROCERY > EGGS`; all below it too")] = None,
    brand: Annotated[list[inputs.Query], Query(max_length=_MOST_ASKED, description="Any of them")] = [],  # noqa: B006 - FastAPI copies it
    gtin: Gtin | None = None,
    channel: Channel | None = None,
    price_min: Annotated[Decimal | None, Query(ge=0, allow_inf_nan=False)] = None,
    price_max: Annotated[Decimal | None, Query(ge=0, allow_inf_nan=False)] = None,
    sort: Annotated[Sort | None, Query(description="By relevance when `q` is given, else by name")] = None,
    sku: Annotated[list[Sku], Query(max_length=_MOST_ASKED, description="Side by side, in this order")] = [],  # noqa: B006 - FastAPI copies it
) -> Wanted:
    skus = tuple(dict.fromkeys(sku))
    return Wanted(q, category, tuple(brand), gtin, price_min, price_max, channel, skus, sort)


@router.get("/v1/products", dependencies=[public], response_model=ProductsPage)
async def find(
    unit: UnitDep,
    wanted: Annotated[Wanted, Depends(_wanted)],
    paging: PagingDep,
    at: At,
    store_code: StoreCode | None = None,
) -> Response:
    """Withdrawn products are left out."""
    return Response(await find_products(unit, wanted, Sold(wanted.channel, store_code, at), paging), media_type=_JSON)


@router.get("/v1/products/{sku}", dependencies=[public], response_model=ProductView)
async def show(
    sku: Sku, unit: UnitDep, at: At, channel: Channel | None = None, store_code: StoreCode | None = None
) -> Response:
    """A withdrawn product is shown too; its `status` says so."""
    return _shown(await queries.show_product(unit, sku, Sold(channel, store_code, at)))


@router.get("/v1/products/{sku}/related", dependencies=[public], response_model=RelatedView)
async def related(
    sku: Sku,
    unit: UnitDep,
    at: At,
    channel: Channel | None = None,
    store_code: StoreCode | None = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_ASKED)] = 12,
) -> Response:
    """Of the same category, nearest in price first."""
    return Response(await queries.related_products(unit, sku, Sold(channel, store_code, at), limit), media_type=_JSON)


@router.put("/v1/products/{sku}", dependencies=[merchandiser], response_model=ProductView, responses=_new(ProductView))
async def put(sku: Sku, body: ProductInput, unit: UnitDep, expected: IfMatch, at: At) -> Response:
    """201 when it is new. A withdrawn product is sold again."""
    done = await products.put_product(unit, sku, body, expected, at)
    await unit.flush()
    return _shown(await queries.show_product(unit, sku, Sold(None, None, at)), done)


@router.delete("/v1/products/{sku}", dependencies=[merchandiser], status_code=204)
async def withdraw(sku: Sku, unit: UnitDep, expected: IfMatch, at: At) -> None:
    await products.withdraw_product(unit, sku, expected, at)


@router.post("/v1/products/batch", dependencies=[merchandiser], max_body=_MAX_BATCH_BODY)
async def put_many(body: Batch[ProductItem], unit: UnitDep, at: At) -> Outcomes:
    done = await products.put_products(unit, readable(body), at)
    return outcomes_of(body, done, lambda item: item.sku)


@router.get("/v1/categories", dependencies=[public])
async def categories(unit: UnitDep) -> CategoriesView:
    return CategoriesView(items=await queries.category_tree(unit))


@router.put(
    "/v1/price-lists/{price_list}",
    dependencies=[merchandiser],
    response_model=PriceListView,
    responses=_new(PriceListView),
)
async def put_price_list(price_list: Code, body: PriceListInput, unit: UnitDep, expected: IfMatch, at: At) -> Response:
    """201 when it is new. `base` is always there: only `prices_include_tax` can be told of it."""
    done = await prices.put_price_list(unit, price_list, body, expected, at)
    await unit.flush()
    return _shown(await queries.show_price_list(unit, price_list), done)


@router.get("/v1/price-lists/{price_list}", dependencies=[merchandiser], response_model=PriceListView)
async def show_price_list(price_list: Code, unit: UnitDep) -> Response:
    return _shown(await queries.show_price_list(unit, price_list))


@router.put("/v1/prices/{price_list}/{sku}", dependencies=[merchandiser], responses=_new(PutPriceView))
async def put_price(
    price_list: Code, sku: Sku, body: PriceInput, unit: UnitDep, response: Response, at: At
) -> PutPriceView:
    """201 when it is new; in place of the price on this list that begins at the same moment."""
    done = await prices.put_price(unit, price_list, sku, body, at)
    response.status_code = _status(done)
    return PutPriceView(price_list=price_list, sku=sku, **dict(body))


@router.get("/v1/prices/{price_list}/{sku}", dependencies=[merchandiser])
async def show_prices(price_list: Code, sku: Sku, unit: UnitDep) -> PricesView:
    return await queries.show_prices(unit, price_list, sku)


@router.post("/v1/prices/batch", dependencies=[merchandiser], max_body=_MAX_BATCH_BODY)
async def put_prices(body: Batch[PriceItem], unit: UnitDep, at: At) -> Outcomes:
    done = await prices.put_prices(unit, readable(body), at)
    return outcomes_of(body, done, lambda item: f"{item.price_list}/{item.sku}")


def _shown(shown: Shown, done: Done = Done.UNCHANGED) -> Response:
    return Response(shown.body, _status(done), {"ETag": shown.etag}, _JSON)


def _status(done: Done) -> int:
    return 201 if done is Done.CREATED else 200
