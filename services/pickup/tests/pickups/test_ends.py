"""Hand-over, cancellation and no-show at once: one end, whatever comes first."""

import asyncio
import random
from datetime import datetime, timedelta

import pytest

from lintel_chassis.auth.caller import Caller
from lintel_contracts.errors import Conflict
from lintel_events.log.context import Context
from lintel_pickup.counter.commands import extend, hand_over
from lintel_pickup.picking.commands import make_ready, pick_lines, start_picking
from lintel_pickup.pickups.domain.pickup import Pick
from lintel_pickup.testing import OWNER, START, Pickups, cancel_requested, cancelled, confirmed, placed, store

pytestmark = pytest.mark.integration

STAFF = Caller("anna", frozenset({"associate"}), frozenset({"S1"}))
SHOPPER = Caller(OWNER, frozenset({"shopper"}), pseudonym=OWNER)
END_OF = {"handed_over": "PickupHandedOver", "cancelled": "PickupCancelled", "expired": "PickupExpired"}
ENDS = set(END_OF.values())


@pytest.fixture
async def ready(pickups: Pickups) -> list[str]:
    """Orders that wait, staged, for their shopper."""
    orders = [f"o{n}" for n in range(24)]
    await pickups.open(store())
    await pickups.receive(*map(placed, orders), *map(confirmed, orders))
    for order in orders:
        await _stage(pickups, order)
    return orders


async def _stage(pickups: Pickups, order: str) -> None:
    request = Context(correlation_id="request")
    async with pickups.units(request) as unit:
        await start_picking(unit, STAFF, order, START)
    async with pickups.units(request) as unit:
        await pick_lines(unit, STAFF, order, [Pick("1", 2)])
    async with pickups.units(request) as unit:
        await make_ready(unit, STAFF, order, "A", START)


async def _hand_over(pickups: Pickups, order: str) -> str:
    try:
        async with pickups.units(Context(correlation_id="request")) as unit:
            await hand_over(unit, STAFF, order, code=None, override_reason="known", key=b"k", at=START)
    except Conflict as refusal:
        return refusal.slug
    return "handed_over"


async def _extend(pickups: Pickups, order: str, until: datetime) -> None:
    try:
        async with pickups.units(Context(correlation_id="request")) as unit:
            await extend(unit, SHOPPER, order, until, START)
    except Conflict:
        return


async def test_an_order_has_one_end_whatever_races(pickups: Pickups, ready: list[str]) -> None:
    """Stock is issued or released, and money taken or given back, on the strength of this one event."""
    collect_by = START + timedelta(days=3)
    work = []
    for order in ready:
        work += [_hand_over(pickups, order), _hand_over(pickups, order), pickups.receive(cancel_requested(order))]
        work += [pickups.time_comes(order, collect_by), _extend(pickups, order, collect_by + timedelta(days=1))]
    random.Random(7).shuffle(work)

    async with asyncio.timeout(30):
        await asyncio.gather(*work)

    for order in ready:
        ends = [name for name in await pickups.event_names(order) if name in ENDS]
        row = await pickups.pickup(order)
        assert len(ends) == 1
        assert ends == [END_OF[row["status"]]]
    names = set(await pickups.event_names())
    assert len(names & ENDS) > 1  # the race was one


async def test_of_many_hand_overs_at_once_one_succeeds(pickups: Pickups, ready: list[str]) -> None:
    """Two counters, one parcel."""
    answers = await asyncio.gather(*(_hand_over(pickups, ready[0]) for _ in range(8)))

    assert sorted(answers) == ["already_handed_over"] * 7 + ["handed_over"]
    assert (await pickups.event_names(ready[0])).count("PickupHandedOver") == 1


async def test_a_cancellation_after_the_hand_over_is_not_answered(pickups: Pickups, ready: list[str]) -> None:
    """The hand-over's own event is the answer; orders completes on it."""
    await _hand_over(pickups, ready[0])

    await pickups.receive(cancel_requested(ready[0]), cancelled(ready[0]))

    assert (await pickups.event_names(ready[0]))[-1] == "PickupHandedOver"
    assert (await pickups.pickup(ready[0]))["status"] == "handed_over"


async def test_a_cancellation_wins_over_goods_that_only_wait(pickups: Pickups, ready: list[str]) -> None:
    await pickups.receive(cancel_requested(ready[0]))

    assert await _hand_over(pickups, ready[0]) == "pickup_ended"
    assert (await pickups.event_names(ready[0]))[-1] == "PickupCancelled"
