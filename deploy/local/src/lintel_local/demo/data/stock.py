"""How much to stock, so that a set share of the demo's baskets must be rejected, and which ones their races decide."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence

from lintel_local.demo.data.model import Basket, Stock, StockKey

REJECTED_SHARE = 0.2
"""Of the baskets of each store; in the middle of the 10 to 30 % that the races leave room for."""
PLENTY = 40


def stock_for(baskets: Iterable[Basket], everywhere: Iterable[str], seed: int = 84) -> dict[StockKey, int]:
    """Pieces of each position: what the baskets of a store want, less a piece here and there; plenty of the rest.

    The same ones every time for the same seed.
    """
    by_store: dict[str, list[Basket]] = defaultdict(list)
    for basket in baskets:
        by_store[basket.store_code].append(basket)
    chance = random.Random(seed)  # noqa: S311 - a shelf, not a secret
    skus = tuple(everywhere)
    stock: dict[StockKey, int] = {}
    for store in sorted(by_store):
        stock |= {(store, sku): PLENTY for sku in skus}
        stock |= _scarce(by_store[store], chance)
    return stock


def _scarce(baskets: Sequence[Basket], chance: random.Random) -> dict[StockKey, int]:
    """Take a piece away from one position after another until enough baskets would find less than they want."""
    stock = total_demand(baskets)
    keys = sorted(stock)
    chance.shuffle(keys)
    for key in keys:
        if len(rejected(baskets, stock)) >= REJECTED_SHARE * len(baskets):
            break
        stock[key] -= 1
    return stock


def total_demand(baskets: Iterable[Basket]) -> dict[StockKey, int]:
    total: dict[StockKey, int] = {}
    for basket in baskets:
        for key, quantity in basket.demand().items():
            total[key] = total.get(key, 0) + quantity
    return total


def rejected(baskets: Iterable[Basket], stock: Stock) -> list[Basket]:
    """Those that go without if all come one after another, each taking all of its lines or none."""
    left = dict(stock)
    empty_handed = []
    for basket in baskets:
        demand = basket.demand()
        if any(left.get(key, 0) < quantity for key, quantity in demand.items()):
            empty_handed.append(basket)
        else:
            for key, quantity in demand.items():
                left[key] -= quantity
    return empty_handed
