"""The query parameters of a search for products."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Query

from lintel_catalog.schemas import Gtin
from lintel_catalog.search.domain import ProductFilter, Sort
from lintel_catalog.search.schemas import QueryText
from lintel_contracts.values import Channel, Sku, StoreCode

_MOST_NAMED = 50

PriceBound = Annotated[Decimal, Query(ge=0, lt=10**15, decimal_places=4, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class ProductSearch:
    filter: ProductFilter
    sort: Sort | None
    store_code: str | None


async def _product_search(
    q: Annotated[QueryText | None, Query()] = None,
    category: Annotated[QueryText | None, Query(description="Such as `GROCERY > EGGS`; all below it too")] = None,
    brand: Annotated[list[QueryText], Query(max_length=_MOST_NAMED, description="Any of them")] = [],  # noqa: B006 - FastAPI copies it
    gtin: Gtin | None = None,
    channel: Channel | None = None,
    price_min: PriceBound | None = None,
    price_max: PriceBound | None = None,
    sort: Annotated[Sort | None, Query(description="By relevance when `q` is given, else by name")] = None,
    sku: Annotated[list[Sku], Query(max_length=_MOST_NAMED, description="Side by side, in this order")] = [],  # noqa: B006 - FastAPI copies it
    store_code: StoreCode | None = None,
) -> ProductSearch:
    brands, skus = tuple(brand), tuple(dict.fromkeys(sku))
    wanted = ProductFilter(q, category, brands, gtin, price_min, price_max, channel, skus)
    return ProductSearch(wanted, sort, store_code)


Search = Annotated[ProductSearch, Depends(_product_search)]
