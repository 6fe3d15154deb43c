"""Six thousand products, each with its price."""

from typing import Any

from lintel_local.demo.chapter import Chapter
from lintel_local.demo.client import FrontDoor
from lintel_local.demo.data.dataset import Dataset
from lintel_local.demo.data.model import CURRENCY, Product
from lintel_local.demo.progress import Report, in_batches


async def _load(front: FrontDoor, data: Dataset, report: Report) -> None:
    merchandiser = front.client("merchandiser", "demo-merchandiser")
    products = [_body(product) for product in data.products]
    await in_batches("products and prices", merchandiser, "/v1/products/batch", products, report)


def _body(product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name,
        "brand": product.brand,
        "category": list(product.category),
        "price": {"amount": str(product.price), "currency": CURRENCY},
        **({"restrictions": {"min_age": product.min_age}} if product.min_age else {}),
    }


CHAPTER = Chapter(load=_load)
