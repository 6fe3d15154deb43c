"""A service's database is lost and put back from an older backup, and everything is as if it had not been."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lintel_local.backups import backup, restore
from lintel_local.errors import LocalError
from lintel_local.services import ALL
from tests.system.running import System, until
from tests.system.shop import Order, Shop

pytestmark = pytest.mark.e2e

SERVICES = {service.name: service for service in ALL}
WITHOUT = {
    "catalog": "details,past-prices,lists",
    "inventory": "movements,counts,sales",
    "orders": "contacts,external,owners,taxes,answers",
    "pickup": "picking,counter,codes,policies",
    "geo-offers": "addresses",
}
"""What the log does not hold of each, as docs/runbooks/restore.md has it."""


@dataclass
class Scene:
    """A store, a product, and orders at every point of their lives."""

    shop: Shop
    store: str
    sku: str
    orders: list[Order]
    products: list[str]

    async def seen(self) -> dict[str, Any]:
        """All that a person sees of it, but for what docs/runbooks/restore.md says is lost."""
        found: dict[str, Any] = {}
        for order in self.orders:
            shown = await self.shop.order(order["id"])
            pickup = await self.shop.pickup(order)
            if shown["status"] == "rejected":
                shown["fulfilment"].pop("slot")  # whether it was booked before the order ended is nobody's business
            if pickup["status"] == "cancelled":
                pickup.pop("ended_at")  # when pickup heard of the end
            pickup.pop("staging_location", None)
            found |= _named(f"order {order['id']}", shown) | _named(f"pickup {order['id']}", pickup)
        for sku in self.products:
            product = (await self.shop.client.get(f"/v1/products/{sku}")).json()
            position = await self.shop.position(self.store, sku)
            found |= _named(f"product {sku}", product)
            found |= _named(f"stock of {sku}", {name: position[name] for name in _QUANTITIES})
        return found | _named("store", (await self.shop.client.get(f"/v1/stores/{self.store}")).json())


def _named(what: str, shown: dict[str, Any]) -> dict[str, Any]:
    return {f"{what}: {name}": value for name, value in shown.items()}


_QUANTITIES = ("on_hand", "unsellable", "reserved", "safety_stock", "available")


async def _opened(shop: Shop) -> Scene:
    store = await shop.open_store()
    sku = await shop.stock(store, 50)
    orders = [await shop.confirmed(store, sku, 2, payment=_IN_STORE) for _ in range(4)]
    return Scene(shop, store, sku, orders, [sku])


_IN_STORE = {"method": "pay_in_store"}


async def _goes_on(scene: Scene) -> None:
    """What happens after the backup, to orders that it knows and to orders that it does not."""
    shop, store, sku = scene.shop, scene.store, scene.sku
    scene.orders += [await shop.confirmed(store, sku, 3, payment=_IN_STORE) for _ in range(4)]
    for lives_on, order in zip(2 * _LIVES, scene.orders, strict=True):
        await lives_on(shop, order)
    scene.products.append(await shop.stock(store, 5, "2.25"))
    renamed = {"name": "Renamed", "category": ["TEST"], "price": {"amount": "3.75", "currency": "USD"}}
    put = await shop.client.put(f"/v1/products/{sku}", json=renamed, headers=shop.auth("merchandiser"))
    assert put.is_success, put.text
    await shop.describe(store, name="Renamed", services=["pickup", "returns"])
    await shop.receive(store, sku, 7)
    assert (await shop.sell(store, sku, 4)).status_code == 201
    short = await shop.place(store, sku, 1000, wait_s=20)
    assert short.json()["status"] == "rejected"
    scene.orders.append(short.json())


async def _hand_over(shop: Shop, order: Order) -> None:
    await shop.make_ready(order)
    amount = order["total"]["amount"]
    sku = order["lines"][0]["sku"]
    assert (await shop.sell(order["store_code"], sku, 1, amount, order_id=order["id"])).status_code == 201
    code = {"code": await shop.code(order["id"])}

    async def handed_over() -> bool:
        return (await shop.work(order, "hand-over", code)).status_code == 200

    await until(handed_over)


async def _pick_short(shop: Shop, order: Order) -> None:
    await shop.code(order["id"])
    assert (await shop.work(order, "start")).is_success
    picks = {"lines": [{"line_id": "1", "picked": 1}]}
    assert (await shop.work(order, "pick", picks)).is_success
    assert (await shop.work(order, "ready", {"staging_location": "A1"})).is_success


async def _cancel(shop: Shop, order: Order) -> None:
    assert (await shop.cancel(order["id"])).is_success


async def _wait(shop: Shop, order: Order) -> None:
    await shop.code(order["id"])


_LIVES = (_hand_over, _pick_short, _cancel, _wait)


@pytest.mark.parametrize("name", SERVICES)
async def test_a_restored_service_knows_what_the_log_knows(system: System, tmp_path: Path, name: str) -> None:
    """Nothing is lost or there twice: the books add up, and everybody sees what they saw."""
    scene = await _opened(system.shop)
    await system.quiet()
    file, epoch = tmp_path / "backup", await _epoch(system, name)
    await asyncio.to_thread(backup, system.stack, SERVICES[name], file)
    await _goes_on(scene)
    await system.quiet()
    before = await scene.seen()
    with pytest.raises(LocalError, match="Go on by"):
        await asyncio.to_thread(restore, system.stack, SERVICES[name], file, "")
    assert await scene.seen() == before
    await asyncio.to_thread(restore, system.stack, SERVICES[name], file, WITHOUT[name])
    await system.quiet()
    after = await scene.seen()
    assert {what: value for what, value in after.items() if before.get(what) != value} == {}
    assert before.keys() == after.keys()
    report = await system.verify(whole_log=True)
    assert report.wrong == 0, str(report)
    assert await _epoch(system, name) == epoch + 1
    await scene.shop.confirmed(scene.store, scene.sku)


async def _epoch(system: System, name: str) -> int:
    [row] = await system.rows(name, "SELECT epoch FROM backbone")
    return int(row["epoch"])
