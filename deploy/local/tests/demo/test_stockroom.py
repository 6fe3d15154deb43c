"""What the demo is stocked with: real, whole, and the same every time."""

import pytest

from lintel_local.demo.stocking import rejected, stock_for, total_demand
from lintel_local.demo.stockroom import KNOWN, Stockroom, stockroom


@pytest.fixture(scope="module")
def room() -> Stockroom:
    return stockroom()


def test_there_are_enough_products_stores_and_baskets(room: Stockroom) -> None:
    """What the demo announces."""
    assert len(room.products) >= 5000
    assert len(room.stores) == 20
    assert len(room.baskets) >= 500
    assert len({basket.basket_id for basket in room.baskets}) == len(room.baskets)


def test_a_basket_names_only_products_that_are_loaded(room: Stockroom) -> None:
    """Orders refuses unknown products, and a basket must go in whole."""
    skus = {product.sku for product in room.products}
    assert {line.sku for basket in room.baskets for line in basket.lines} <= skus
    assert all(basket.lines for basket in room.baskets)


def test_every_product_has_a_price_a_name_and_a_category(room: Stockroom) -> None:
    """The data have gaps; what has them is not sold here."""
    assert all(product.price > 0 and product.name and product.category for product in room.products)
    assert all(0 < len(name) <= 100 and ">" not in name for product in room.products for name in product.category)


def test_the_known_product_is_in_the_known_store(room: Stockroom) -> None:
    """The tour and the demo's last lines name them."""
    store, sku = KNOWN
    assert store in {one.store_code for one in room.stores}
    assert sku in {product.sku for product in room.products}
    assert room.stock[KNOWN] > 0


def test_stores_have_the_time_zone_of_their_city(room: Stockroom) -> None:
    """Slots follow from it."""
    zones = {store.city: store.timezone for store in room.stores}
    assert (zones["Phoenix"], zones["Anchorage"]) == ("America/Phoenix", "America/Anchorage")


def test_a_fifth_of_the_baskets_of_each_store_is_told_no(room: Stockroom) -> None:
    """Whatever the order in which they come, it stays between a tenth and three tenths."""
    for order in (1, -1):
        assert 0.1 < len(rejected(room.baskets[::order], room.stock)) / len(room.baskets) < 0.3


def test_the_same_seed_stocks_the_same(room: Stockroom) -> None:
    """A rejection that somebody saw can be looked at again."""
    baskets = room.baskets[:100]
    assert stock_for(baskets, []) == stock_for(baskets, [])


def test_nothing_is_stocked_beyond_what_the_baskets_want(room: Stockroom) -> None:
    """Except what everybody buys anyway."""
    wanted = total_demand(room.baskets)
    stock = stock_for(room.baskets, [])
    assert stock.keys() == wanted.keys()
    assert all(stock[place] <= wanted[place] for place in stock)
