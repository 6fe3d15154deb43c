"""How much to stock, so that of the demo's baskets a set share must be told no, and which is told by their races."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from lintel_local.demo.assortment import Basket, Place

REJECTED_SHARE = 0.2
"""Of the baskets of each store; in the middle of the 10 to 30 % that the races leave room for."""
PLENTY = 40

Stock = dict[Place, int]


def stock_for(baskets: Iterable[Basket], everywhere: Iterable[str], seed: int = 84) -> Stock:
    """Pieces for each place: what the baskets of a store want, less a piece here and there; plenty of the rest.

    The same ones every time for the same seed.
    """
    by_store: dict[str, list[Basket]] = defaultdict(list)
    for basket in baskets:
        by_store[basket.store_code].append(basket)
    chance = random.Random(seed)  # noqa: S311 - a shelf, not a secret
    skus = tuple(everywhere)
    stock: Stock = {}
    for store in sorted(by_store):
        stock |= {(store, sku): PLENTY for sku in skus}
        stock |= _tight(by_store[store], chance)
    return stock


def _tight(baskets: Sequence[Basket], chance: random.Random) -> Stock:
    """Take a piece away from one place after another until enough baskets would find less than they want."""
    stock = total_demand(baskets)
    places = sorted(stock)
    chance.shuffle(places)
    for place in places:
        if len(rejected(baskets, stock)) >= REJECTED_SHARE * len(baskets):
            break
        stock[place] -= 1
    return stock


def total_demand(baskets: Iterable[Basket]) -> Stock:
    total: Stock = {}
    for basket in baskets:
        for place, quantity in basket.demand().items():
            total[place] = total.get(place, 0) + quantity
    return total


def rejected(baskets: Iterable[Basket], stock: Mapping[Place, int]) -> list[Basket]:
    """Who is told no if they come one after another, each taking all of its lines or none."""
    left = dict(stock)
    told_no = []
    for basket in baskets:
        wanted = basket.demand()
        if any(left.get(place, 0) < quantity for place, quantity in wanted.items()):
            told_no.append(basket)
        else:
            for place, quantity in wanted.items():
                left[place] -= quantity
    return told_no
