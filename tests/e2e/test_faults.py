"""Parts of the system die, in the middle of everything, and come back."""

import asyncio
import os
import signal
from time import monotonic

import pytest

from tests.system.lives import TOPICS, check_life, names
from tests.system.load import under_load
from tests.system.running import SERVICES, System, until
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e


async def test_services_killed_in_mid_saga_leave_every_order_right(system: System) -> None:
    """One after the other: no order is lost, doubled or left half done, wherever a process was when it died."""
    async with under_load(system, stocked=150) as load:
        for service in SERVICES:
            await asyncio.sleep(0.7)
            async with system.without(service):
                pass
        await asyncio.sleep(0.7)
    await load.check()


async def test_a_broker_killed_under_load_loses_nothing(system: System) -> None:
    """Orders go on being accepted; the log has each of them once it is back."""
    async with under_load(system) as load:
        await asyncio.sleep(1)
        async with system.without("kafka"):
            before = len(load.placed)
            await asyncio.sleep(2)
            assert len(load.placed) > before
    await load.check()


async def test_a_database_server_killed_under_load_leaves_nothing_half_done(system: System) -> None:
    """The services find it again by themselves."""
    pids = system.pids()
    async with under_load(system) as load:
        await asyncio.sleep(1)
        async with system.without("postgres"):
            await asyncio.sleep(1)
    await load.check()
    assert system.pids() == pids


async def test_an_order_placed_while_kafka_is_away_is_confirmed_when_it_is_back(system: System, shop: Shop) -> None:
    """Whoever wants to buy is not sent away because of our plumbing; orders says that it is not at its best."""
    store = await shop.open_store()
    sku = await shop.stock(store, 1)
    async with system.without("kafka"):
        placed = await shop.place(store, sku, wait_s=1)
        assert (placed.status_code, placed.json()["status"]) == (201, "placed")
        ready = await system.readiness("orders")
        assert (ready["code"], ready["status"], ready["broker"]) == (200, "degraded", "down")
    confirmed = await shop.order(placed.json()["id"], wait="confirmed", timeout_s=30)
    assert confirmed["status"] == "confirmed"
    assert (await system.readiness("orders"))["status"] == "ready"


async def test_an_order_nobody_answers_in_time_is_rejected_and_undone(
    system: System, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shopper gets an answer, and the slot goes back, though inventory's yes arrives afterwards."""
    store = await shop.open_store(capacity=1)
    sku = await shop.stock(store, 1)
    with monkeypatch.context() as patched:
        patched.setenv("LINTEL_SAGA_TAKES", "PT2S")
        await system.restart("orders")
    try:
        async with system.away("inventory"):
            placed = (await shop.place(store, sku)).json()
            rejected = await shop.order(placed["id"], wait="rejected")
            assert (rejected["status"], rejected["status_reason"]) == ("rejected", "deadline")
        await system.quiet()
    finally:
        await system.restart("orders")
    [events] = (await system.log.events(*TOPICS, subjects=[placed["id"]])).values()
    check_life(events)
    assert names(events) == ["OrderPlaced", "OrderRejected"]
    assert names(events, "/inventory") in ([], ["StockReserved", "StockReleased"])
    assert (await shop.order(placed["id"]))["status"] == "rejected"
    assert (await shop.position(store, sku))["reserved"] == 0
    assert (await shop.confirmed(store, sku))["fulfilment"]["slot"]


async def test_every_service_ends_within_ten_seconds_of_sigterm_though_the_broker_is_down(system: System) -> None:
    """A deployment must not hang on what it cannot reach."""
    try:
        async with system.without("kafka"):
            await asyncio.sleep(1)
            began = monotonic()
            for pid in system.pids().values():
                assert pid
                os.kill(pid, signal.SIGTERM)

            async def all_ended() -> bool:
                return not any(system.pids().values())

            await until(all_ended, at_most_s=10)
            assert monotonic() - began < 10
    finally:
        await asyncio.gather(*(asyncio.to_thread(system.stack.start_component, service) for service in SERVICES))
