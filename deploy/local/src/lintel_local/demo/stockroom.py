"""Everything the demo is stocked with, worked out from the data: the same every time."""

from dataclasses import dataclass

from lintel_local.demo.assortment import Basket, Place, Product
from lintel_local.demo.groceries import groceries
from lintel_local.demo.places import Store, stores
from lintel_local.demo.stocking import PLENTY, Stock, stock_for

KNOWN: Place = ("CINCINNATI", "CJ-1082185")
"""Bananas in Cincinnati: loaded last of all, so that who finds them finds everything, and never scarce."""


@dataclass(frozen=True, slots=True)
class Stockroom:
    stores: tuple[Store, ...]
    products: tuple[Product, ...]
    """Best sellers first."""
    baskets: tuple[Basket, ...]
    stock: Stock


def stockroom() -> Stockroom:
    """Takes about three seconds: 1.5 million lines are read."""
    cities = stores()
    goods = groceries([store.store_code for store in cities])
    stock = stock_for(goods.baskets, goods.bestsellers) | {KNOWN: PLENTY}
    return Stockroom(tuple(cities), goods.products, goods.baskets, stock)
