"""The routes that find products, and the tree of their categories."""

from fastapi import Response

from lintel_catalog.callers import Anybody
from lintel_catalog.entries.as_sold import PriceContext
from lintel_catalog.representation import JSON
from lintel_catalog.search import categories, queries
from lintel_catalog.search.parameters import Search
from lintel_catalog.search.schemas import CategoriesView, ProductsPage
from lintel_chassis.http.pagination import PagingDep
from lintel_chassis.http.routes import Router

router = Router(tags=["catalog"])


@router.get("/v1/products", response_model=ProductsPage)
async def find_products(search: Search, call: Anybody, paging: PagingDep) -> Response:
    """Withdrawn products are left out."""
    context = PriceContext(search.filter.channel, search.store_code, call.at)
    found = await queries.find_products(call.unit, search.filter, search.sort, context, paging)
    return Response(found, media_type=JSON)


@router.get("/v1/categories")
async def show_categories(call: Anybody) -> CategoriesView:
    return CategoriesView(items=await categories.category_tree(call.unit))
