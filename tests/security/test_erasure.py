"""A person is forgotten by the whole system: in its books, its logs and whatever it tells afterwards."""

import asyncio
import json
import re
import sysconfig
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from lintel_events.log.topics import consumer_groups
from lintel_local.backups import backup, restore
from lintel_local.services import ALL
from tests.system.log import BROKEN
from tests.system.running import SERVICES, System, until
from tests.system.shop import Headers, Order, Shop, fresh

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Person:
    """Their subject, name, e-mail and phone: words that nobody else uses."""

    canary: str
    headers: Headers

    @property
    def contact(self) -> dict[str, str]:
        return {"name": f"Ada {self.canary}", "email": f"{self.canary}@example.test", "phone": self.canary}


@pytest.fixture(autouse=True)
async def _nothing_left_lying(system: System) -> AsyncIterator[None]:
    """The books are audited when all tests are done."""
    yield
    for group in consumer_groups():
        if await system.rows(group, "SELECT FROM parked_keys"):
            await _discard_parked(system, group)


async def _discard_parked(system: System, group: str) -> None:
    """As operators do."""
    command = Path(sysconfig.get_path("scripts")) / "lintel-events"
    database = system.stack.databases.url(f"lintel_{group.replace('-', '_')}")
    words = ("--kafka", system.stack.bootstrap, "parked", "discard", group, "--database", database, "--all", "--yes")
    process = await asyncio.create_subprocess_exec(str(command), *words, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0


@pytest.fixture
def person(shop: Shop) -> Person:
    canary = f"canary-{uuid4().hex}"
    return Person(canary, shop.auth("shopper", canary))


async def test_an_erased_person_is_nowhere_and_does_not_come_back(system: System, shop: Shop, person: Person) -> None:
    """Not even when every topic is read again from its beginning."""
    order = await _shop_through(system, shop, person)
    pseudonym = await _pseudonym(shop, person)
    letters = await _letters_naming(system, pseudonym)
    assert letters
    assert person.canary in await _databases_with(system, person.canary, "orders")

    await _forget(shop, person)
    await system.quiet()
    await until(lambda: _no_letter_names(system, pseudonym))
    await _nowhere(system, person)
    assert await _databases_with(system, pseudonym) == []
    assert (await shop.order(order["id"]))["total"] == order["total"]

    async with _all_read_again(system):
        pass
    await system.quiet()
    await _nowhere(system, person)
    assert not await system.rows("pickup", "SELECT 1 FROM pickups WHERE owner = $1", pseudonym)
    assert await _pseudonym(shop, person) != pseudonym


async def test_a_backup_from_before_brings_nobody_back(
    system: System, shop: Shop, person: Person, tmp_path: Path
) -> None:
    """It holds who they were; the log tells that they were forgotten since."""
    order = await _shop_through(system, shop, person)
    orders, file = next(service for service in ALL if service.name == "orders"), tmp_path / "backup"
    await asyncio.to_thread(backup, system.stack, orders, file)
    await _forget(shop, person)
    await system.quiet()
    await asyncio.to_thread(restore, system.stack, orders, file, "contacts,external,owners,taxes,answers")
    await system.quiet()
    await _nowhere(system, person)
    assert (await shop.order(order["id"]))["total"] == order["total"]


async def test_a_shopper_proves_at_the_store_what_is_theirs_after_orders_has_gone(
    system: System, shop: Shop, person: Person
) -> None:
    """Pickup knows shoppers by the pseudonym that orders told it; whom it has not met lately has to wait."""
    store = await shop.open_store()
    order = await shop.confirmed(store, await shop.stock(store, 1), buyer=person.headers)
    code = await shop.code(order["id"], person.headers)
    stranger = shop.auth("shopper", fresh("stranger"))
    async with system.without("orders"):
        path = f"/v1/pickups/{order['id']}/code"
        assert (await shop.client.get(path, headers=person.headers)).json()["code"] == code
        waiting = await shop.client.get(path, headers=stranger)
        assert (waiting.status_code, waiting.json()["type"]) == (503, "/problems/pseudonym_unavailable")
        assert (await shop.pickup(order))["status"] == "scheduled"
    assert (await shop.client.get(path, headers=stranger)).status_code == 404
    await shop.cancel(order["id"], person.headers)


async def _shop_through(system: System, shop: Shop, person: Person) -> Order:
    """An order collected, one cancelled, refusals, repetitions, a sale, and a record that nobody can read."""
    store = await shop.open_store()
    sku = await shop.stock(store, 5)
    order = await shop.confirmed(
        store, sku, buyer=person.headers, contact=person.contact, pickup_person=person.canary, key=person.canary[:40]
    )
    again = await shop.place(
        store, sku, buyer=person.headers, contact=person.contact, pickup_person=person.canary, key=person.canary[:40]
    )
    assert again.json()["id"] == order["id"]
    await shop.make_ready(order, person.headers)
    for _ in range(2):
        said = {"method": "bay", "bay": person.canary[:32], "note": person.canary}
        headers = person.headers | {"Idempotency-Key": "here"}
        assert (await shop.client.post(f"/v1/pickups/{order['id']}/arrive", json=said, headers=headers)).is_success
    assert (await shop.work(order, "hand-over", {"override_reason": f"I know {person.canary}"})).is_success
    assert (await shop.order(order["id"], wait="completed"))["status"] == "completed"
    cancelled = await shop.confirmed(store, sku, buyer=person.headers, contact=person.contact)
    assert (await shop.cancel(cancelled["id"], person.headers)).is_success
    assert (await shop.order(cancelled["id"], wait="cancelled"))["status"] == "cancelled"
    elsewhere = {"method": "link"}, person.headers | {"Idempotency-Key": "nowhere"}
    assert (
        await shop.client.post("/v1/pickups/nothing/arrive", json=elsewhere[0], headers=elsewhere[1])
    ).status_code == 404
    assert (await shop.sell(store, sku, customer_id=person.canary)).is_success
    await _break_a_record(system, await _pseudonym(shop, person))
    await system.quiet()
    return await shop.order(order["id"])


async def _break_a_record(system: System, pseudonym: str) -> None:
    """That names the person, as the log may: an order without an end of its JSON."""
    await system.log.append("orders.orders", fresh(BROKEN), f'{{"data": {{"owner": "{pseudonym}"'.encode())

    async def laid_aside() -> bool:
        return len(await _letters_naming(system, pseudonym)) >= 2

    await until(laid_aside)


async def _pseudonym(shop: Shop, person: Person) -> str:
    known = (await shop.client.put("/v1/customers/me", headers=person.headers)).json()
    return str(known["pseudonym"])


async def _forget(shop: Shop, person: Person) -> None:
    answers: list[httpx.Response] = []

    async def forgotten() -> bool:
        answers.append(await shop.client.delete("/v1/customers/me", headers=person.headers))
        return answers[-1].status_code == 204

    await until(forgotten)


async def _letters_naming(system: System, pseudonym: str) -> list[str]:
    """Keys of the open letters, of all groups, whose record names them."""
    newest = {}
    topics = [f"{group}.dead" for group in ("inventory", "orders", "pickup")]
    for record in await system.log.read(*topics):
        newest[record.topic, record.key] = record.value
    letters = [(key, json.loads(value)) for (_, key), value in newest.items() if value]
    return [key for key, letter in letters if pseudonym.encode() in b64decode(letter["value"] or "")]


async def _no_letter_names(system: System, pseudonym: str) -> bool:
    return not await _letters_naming(system, pseudonym)


async def _databases_with(system: System, canary: str, *services: str) -> list[str]:
    """The canary once for each row it stands in, as text or as bytes, with that row."""
    found = []
    for service in services or SERVICES:
        tables = await system.rows(service, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables:
            for (row,) in await system.rows(service, f'SELECT t::text FROM "{table}" t'):
                if canary in row or canary.encode().hex() in row:
                    found += [canary, f"{service}.{table}: {row}"]
    return found


async def _nowhere(system: System, person: Person) -> None:
    """In no row of the five databases, no line of any log and no record: not even in those of before."""
    canary = person.canary[:32]
    assert await _databases_with(system, canary) == []
    logs = sorted((system.stack.directory / "logs").iterdir())
    texts = await asyncio.to_thread(lambda: {log.name: log.read_bytes() for log in logs})
    sought = re.compile(canary.encode())
    assert [name for name, text in texts.items() if sought.search(text)] == []
    records = await system.log.read()
    shown = [
        (record.topic, record.offset)
        for record in records
        if sought.search((record.value or b"") + record.key.encode())
    ]
    assert shown == []
    letters = [json.loads(record.value) for record in records if record.topic.endswith(".dead") and record.value]
    assert not [letter["id"] for letter in letters if canary.encode() in b64decode(letter["value"] or "")]


@asynccontextmanager
async def _all_read_again(system: System) -> AsyncIterator[None]:
    """Copies thrown away and every topic applied from its beginning, as if nothing had been heard of yet."""
    for service in ("inventory", "orders", "pickup", "geo-offers"):
        async with system.away(service):
            await system.rows(service, "DELETE FROM inbox")
            await system.rows(service, "DELETE FROM mirror")
            await system.rows(service, "UPDATE consumer_offsets SET next_offset = 0")
    yield
