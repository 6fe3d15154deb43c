"""Everything that is loaded, worked out from the packages' data: the same every time."""

from dataclasses import dataclass

from lintel_local.demo.data.cities import stores
from lintel_local.demo.data.groceries import groceries
from lintel_local.demo.data.model import Basket, Product, Stock, StockKey, Store
from lintel_local.demo.data.stock import PLENTY, stock_for

KNOWN: StockKey = ("CINCINNATI", "CJ-1082185")
"""Bananas in Cincinnati: loaded last of all, so that who finds them finds everything, and never scarce."""


@dataclass(frozen=True, slots=True)
class Dataset:
    stores: tuple[Store, ...]
    products: tuple[Product, ...]
    """Best sellers first."""
    baskets: tuple[Basket, ...]
    stock: Stock


def dataset() -> Dataset:
    """Takes about three seconds: 1.5 million lines are read."""
    cities = stores()
    goods = groceries([store.store_code for store in cities])
    stock = stock_for(goods.baskets, goods.bestsellers) | {KNOWN: PLENTY}
    return Dataset(tuple(cities), goods.products, goods.baskets, stock)
