"""A visitor without an account orders."""

import pytest

from tests.system.shop import Shop

pytestmark = pytest.mark.e2e


async def test_a_guests_order_is_the_guests_own(shop: Shop) -> None:
    """The visitor who placed it follows it with the same session; another visitor does not even see it."""
    store = await shop.open_store()
    sku = await shop.stock(store, 1)
    guest, other = await shop.guest(), await shop.guest()
    order = await shop.confirmed(store, sku, buyer=guest)
    own = await shop.client.get(f"/v1/orders/{order['id']}", headers=guest)
    foreign = await shop.client.get(f"/v1/orders/{order['id']}", headers=other)
    assert (own.status_code, foreign.status_code) == (200, 404)
    assert await shop.code(order["id"], guest)
