"""What the demo is stocked with: real, whole, and the same every time."""

import pytest

from lintel_local.demo.data.dataset import KNOWN, Dataset, dataset
from lintel_local.demo.data.stock import rejected, stock_for, total_demand


@pytest.fixture(scope="module")
def data() -> Dataset:
    return dataset()


def test_there_are_enough_products_stores_and_baskets(data: Dataset) -> None:
    """What the demo announces."""
    assert len(data.products) >= 5000
    assert len(data.stores) == 20
    assert len(data.baskets) >= 500
    assert len({basket.basket_id for basket in data.baskets}) == len(data.baskets)


def test_a_basket_names_only_products_that_are_loaded(data: Dataset) -> None:
    """Orders refuses unknown products, and a basket must go in whole."""
    skus = {product.sku for product in data.products}
    assert {line.sku for basket in data.baskets for line in basket.lines} <= skus
    assert all(basket.lines for basket in data.baskets)


def test_every_product_has_a_price_a_name_and_a_category(data: Dataset) -> None:
    """The data have gaps; what has them is not sold here."""
    assert all(product.price > 0 and product.name and product.category for product in data.products)
    assert all(0 < len(name) <= 100 and ">" not in name for product in data.products for name in product.category)


def test_the_known_product_is_in_the_known_store(data: Dataset) -> None:
    """The tour and the demo's last lines name them."""
    store, sku = KNOWN
    assert store in {known.store_code for known in data.stores}
    assert sku in {product.sku for product in data.products}
    assert data.stock[KNOWN] > 0


def test_stores_have_the_time_zone_of_their_city(data: Dataset) -> None:
    """Slots follow from it."""
    zones = {store.city: store.timezone for store in data.stores}
    assert (zones["Phoenix"], zones["Anchorage"]) == ("America/Phoenix", "America/Anchorage")


def test_a_fifth_of_the_baskets_of_each_store_goes_without(data: Dataset) -> None:
    """Whatever the order in which they come, that stays between a tenth and three tenths."""
    for order in (1, -1):
        assert 0.1 < len(rejected(data.baskets[::order], data.stock)) / len(data.baskets) < 0.3


def test_the_same_seed_stocks_the_same(data: Dataset) -> None:
    """A rejection that somebody saw can be looked at again."""
    baskets = data.baskets[:100]
    assert stock_for(baskets, []) == stock_for(baskets, [])


def test_nothing_is_stocked_beyond_what_the_baskets_want(data: Dataset) -> None:
    """Except what everybody buys anyway."""
    wanted = total_demand(data.baskets)
    stock = stock_for(data.baskets, [])
    assert stock.keys() == wanted.keys()
    assert all(stock[place] <= wanted[place] for place in stock)
