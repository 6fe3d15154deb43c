"""Slots taken and given back as orders come and go."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from lintel_contracts.orders_orders import OrderEvent, PaymentMethod
from lintel_pickup.slots.domain.grid import slot_id
from lintel_pickup.testing import EVERY_SLOT, START, Pickups, cancel_requested, cancelled, confirmed, placed, store

pytestmark = pytest.mark.integration

NINE_TO_FIVE = "Mo-Fr 09:00-17:00"


async def test_an_order_without_a_wish_gets_the_earliest_free_slot(pickups: Pickups) -> None:
    """Two fit into a slot here, so the third comes half an hour later."""
    await pickups.open(store())

    await pickups.receive(placed("o1"), placed("o2"), placed("o3"))

    assert await pickups.booked() == [2, 1]
    windows = [event["data"]["slot"]["starts_at"] for event in await pickups.published()]
    assert windows == ["2026-11-23T15:00:00Z", "2026-11-23T15:00:00Z", "2026-11-23T15:30:00Z"]


async def test_the_lead_time_is_kept(pickups: Pickups) -> None:
    """A slot that has begun, or begins too soon, cannot be picked in time."""
    await pickups.open(store(), policy=replace(EVERY_SLOT, lead_time=timedelta(minutes=15)))

    await pickups.receive(placed("o1"))

    assert (await pickups.pickup("o1"))["slot_starts_at"] == START + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (slot_id("S1", START - timedelta(hours=1)), "slot_full"),
        (slot_id("S1", START + timedelta(hours=12)), "store_closed"),
        (slot_id("S1", START + timedelta(minutes=7)), "store_closed"),
        (slot_id("S1", START + timedelta(days=364)), "slot_full"),
        (slot_id("S2", START), "store_closed"),
        ("nonsense", "store_closed"),
        ("S1@nonsense", "store_closed"),
    ],
    ids=["past", "closed", "off the grid", "too far ahead", "another store's", "no id", "no time"],
)
async def test_a_slot_that_cannot_be_had_is_refused(pickups: Pickups, wanted: str, reason: str) -> None:
    """The order's saga ends on this answer; it must come for whatever was asked."""
    await pickups.open(store(hours=NINE_TO_FIVE), store("S2"))

    await pickups.receive(placed("o1", slot_id=wanted))

    (event,) = await pickups.published()
    assert (event["type"], event["data"]["reason"]) == ("pickup.PickupSlotRejected.v1", reason)
    assert await pickups.booked() == []
    assert (await pickups.pickup("o1"))["status"] == "cancelled"


async def test_a_full_slot_is_refused_and_the_next_one_given_to_whoever_did_not_ask(pickups: Pickups) -> None:
    await pickups.open(store())
    wish = slot_id("S1", START)

    await pickups.receive(*(placed(f"o{n}", slot_id=wish) for n in range(3)), placed("o3"))

    assert await pickups.event_names() == ["PickupSlotBooked"] * 2 + ["PickupSlotRejected", "PickupSlotBooked"]
    assert await pickups.booked() == [2, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "closed"},
        {"hours": "off"},
        {"hours": "no hours at all"},
        {"zone": "Atlantis/Main"},
        {"zone": "America"},
    ],
)
async def test_a_store_without_open_time_takes_no_orders(pickups: Pickups, changes: dict[str, str]) -> None:
    """Hours that cannot be read must not stop the batch either."""
    await pickups.open(store(**changes))

    await pickups.receive(placed("o1"), placed("o2", store_code="UNKNOWN"))

    assert [event["data"]["reason"] for event in await pickups.published()] == ["store_closed"] * 2


@pytest.mark.parametrize("country", ["IN", "TW", "AE"])
async def test_a_store_in_a_country_whose_holidays_nobody_knows_takes_orders(pickups: Pickups, country: str) -> None:
    """Its hours hold; what is not known of holidays is no reason to send shoppers away."""
    await pickups.open(store(hours="24/7; PH off", country=country))

    await pickups.receive(placed("o1"))

    assert await pickups.event_names() == ["PickupSlotBooked"]


async def test_bookings_stand_when_the_capacity_is_lowered(pickups: Pickups) -> None:
    await pickups.open(store())
    await pickups.receive(placed("o1"), placed("o2"))

    await pickups.open(store(), policy=replace(EVERY_SLOT, slot_capacity=1))
    await pickups.receive(placed("o3"), placed("o4", slot_id=slot_id("S1", START)))

    assert await pickups.booked() == [2, 1]
    assert await pickups.event_names("o4") == ["PickupSlotRejected"]


async def test_concurrent_bookings_never_exceed_a_slots_capacity(pickups: Pickups) -> None:
    """Many processes consume at once; each sees a slot's count only when nobody else changes it."""
    stores = [store(f"S{n}") for n in range(3)]
    await pickups.open(*stores, policy=replace(EVERY_SLOT, slot_capacity=5))
    batches = [
        [placed(f"o{batch}-{n}", store_code=f"S{n % 3}", slot_id=slot_id(f"S{n % 3}", START)) for n in range(12)]
        for batch in range(8)
    ]

    await asyncio.gather(*(pickups.receive(*batch) for batch in batches))

    assert await pickups.booked() == [5, 5, 5]
    names = await pickups.event_names()
    assert (names.count("PickupSlotBooked"), names.count("PickupSlotRejected")) == (15, 81)


async def test_batches_that_take_and_give_back_at_once_lose_no_place(pickups: Pickups) -> None:
    await pickups.open(store(), store("S2"), policy=replace(EVERY_SLOT, slot_capacity=20))
    for code in ("S1", "S2"):
        await pickups.receive(*(placed(f"{code}-{n}", store_code=code) for n in range(10)))

    await asyncio.gather(
        *(pickups.receive(cancelled(f"S1-{n}"), cancelled(f"S2-{n}", store_code="S2")) for n in range(10)),
        *(pickups.receive(placed(f"n2-{n}", store_code="S2"), placed(f"n1-{n}")) for n in range(10)),
    )

    assert await pickups.booked() == [10, 10]


async def test_an_order_that_orders_ended_gives_its_place_back_without_a_word(pickups: Pickups) -> None:
    """Who ended it knows already."""
    await pickups.open(store())
    await pickups.receive(placed("o1"))

    await pickups.receive(cancelled("o1"))

    assert await pickups.booked() == []
    assert (await pickups.pickup("o1"))["status"] == "cancelled"
    assert await pickups.event_names() == ["PickupSlotBooked"]


async def test_cancelling_a_confirmed_order_is_answered(pickups: Pickups) -> None:
    """Orders waits for this before it lets go of stock and money."""
    await pickups.open(store())
    await pickups.receive(placed("o1"), confirmed("o1"))

    await pickups.receive(cancel_requested("o1"), cancelled("o1"))

    assert await pickups.event_names("o1") == ["PickupSlotBooked", "PickupCancelled"]
    assert await pickups.booked() == []
    assert [event["sequence"][-1] for event in await pickups.published("o1")] == ["1", "2"]


@pytest.mark.parametrize("ending", [cancelled("o1"), cancel_requested("o1")])
async def test_an_ending_read_before_its_order_closes_it_for_good(pickups: Pickups, ending: OrderEvent) -> None:
    """A replay may bring the beginning later; nothing may be booked for it then."""
    await pickups.open(store())

    await pickups.receive(ending)
    await pickups.receive(placed("o1"), confirmed("o1"))

    assert (await pickups.pickup("o1"))["status"] == "cancelled"
    assert await pickups.booked() == []
    assert "PickupSlotBooked" not in await pickups.event_names()


async def test_the_whole_topic_read_again_changes_nothing(pickups: Pickups) -> None:
    """Effects are kept by order for good, longer than the inbox remembers events."""
    facts = [
        placed("o1", method=PaymentMethod.PAY_IN_STORE),
        confirmed("o1"),
        placed("o2"),
        cancelled("o2"),
        placed("o3"),
        confirmed("o3"),
        cancel_requested("o3"),
        cancelled("o3"),
        placed("o4", slot_id="none"),
    ]
    await pickups.open(store())
    await pickups.receive(*facts)
    before = await pickups.everything()

    await pickups.receive(*facts, at=START + timedelta(days=1))
    for fact in facts:
        await pickups.receive(fact)

    assert await pickups.everything() == before
