"""The shopper's coming, over HTTP."""

from datetime import timedelta

import httpx
import pytest

from lintel_contracts.orders_orders import PaymentMethod
from lintel_pickup.testing import (
    PICKED,
    START,
    Pickups,
    call,
    captured,
    confirmed,
    line,
    make_ready,
    placed,
    problem,
    store,
)

pytestmark = pytest.mark.integration


async def code_of(client: httpx.AsyncClient, shopper: dict[str, str]) -> str:
    answer = await client.get("/v1/pickups/o1/code", headers=shopper)
    return str(answer.json()["code"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_an_order_is_picked_staged_and_handed_over_by_its_code(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str], shopper: dict[str, str]
) -> None:
    await make_ready(client, staff)
    await call(client, "arrive", shopper, method="app", bay="7")

    answer = await call(client, "hand-over", staff, code=await code_of(client, shopper))

    assert (answer.status_code, answer.json()["status"]) == (200, "handed_over")
    assert await scheduled.event_names("o1") == [
        "PickupSlotBooked", "PickingStarted", "PickupReady", "CustomerArrived", "PickupHandedOver"
    ]  # fmt: skip
    events = await scheduled.published("o1")
    assert [int(event["sequence"].split("-")[1]) for event in events] == [1, 2, 3, 4, 5]
    assert [(line["sku"], line["quantity"]) for line in events[-1]["data"]["lines"]] == [("EGGS", 2), ("MILK", 1)]


async def test_what_is_not_staged_is_not_handed_over(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str], shopper: dict[str, str]
) -> None:
    """The refusal names where the pickup is."""
    answer = await call(client, "hand-over", staff, code=await code_of(client, shopper))

    assert problem(answer) == (409, "wrong_status")
    assert answer.json()["status"] == "scheduled"
    assert "PickupHandedOver" not in await scheduled.event_names()


async def test_five_wrong_codes_lock_the_code_and_an_override_still_hands_over(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str], shopper: dict[str, str]
) -> None:
    """Six digits can be guessed when nobody counts; and the shopper at the counter must not go home empty-handed."""
    await make_ready(client, staff)
    code = await code_of(client, shopper)

    tries = [await call(client, "hand-over", staff, code=wrong(code)) for _ in range(5)]
    locked = await call(client, "hand-over", staff, code=code)
    overridden = await call(client, "hand-over", staff, override_reason="passport seen")

    assert [(problem(answer), answer.json()["attempts_left"]) for answer in tries] == [
        ((422, "wrong_code"), left) for left in (4, 3, 2, 1, 0)
    ]
    assert problem(locked) == (409, "code_locked")
    assert overridden.status_code == 200
    row = await scheduled.pickup("o1")
    assert (row["handed_over_by"], row["override_reason"]) == ("anna", "passport seen")


async def test_a_wrong_code_sent_again_under_its_key_counts_once(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str], shopper: dict[str, str]
) -> None:
    await make_ready(client, staff)
    body = {"code": wrong(await code_of(client, shopper))}
    keyed = {**staff, "Idempotency-Key": "k1"}

    answers = [await client.post("/v1/pickups/o1/hand-over", json=body, headers=keyed) for _ in range(3)]

    assert [answer.json()["attempts_left"] for answer in answers] == [4, 4, 4]
    assert (await scheduled.pickup("o1"))["attempts"] == 1


async def test_an_order_is_handed_over_once(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str], shopper: dict[str, str]
) -> None:
    """The code is of no use afterwards, and is shown no more."""
    await make_ready(client, staff)
    code = await code_of(client, shopper)
    await call(client, "hand-over", staff, code=code)

    again = await call(client, "hand-over", staff, code=code)
    shown = await client.get("/v1/pickups/o1/code", headers=shopper)

    assert problem(again) == problem(shown) == (409, "already_handed_over")
    assert (await scheduled.event_names()).count("PickupHandedOver") == 1


async def test_nothing_unpaid_leaves_the_store(
    client: httpx.AsyncClient, pickups: Pickups, staff: dict[str, str]
) -> None:
    """The till's sale is told on another topic; it may be heard of before the order itself."""
    await pickups.open(store())
    await pickups.receive(captured("o1"), captured("o1"))
    lines = (line("1", "EGGS", 2), line("2", "MILK", 1))
    for order in ("o1", "o2"):
        await pickups.receive(placed(order, *lines, method=PaymentMethod.PAY_IN_STORE), confirmed(order))
        for what, body in (("start", None), ("pick", PICKED), ("ready", {"staging_location": "A3"})):
            await client.post(f"/v1/pickups/{order}/{what}", json=body, headers=staff)
    override = {"override_reason": "known"}

    paid = await client.post("/v1/pickups/o1/hand-over", json=override, headers=staff)
    await pickups.receive(captured("o2", in_full=False))
    unpaid = await client.post("/v1/pickups/o2/hand-over", json=override, headers=staff)
    await pickups.receive(captured("o2"))
    paid_now = await client.post("/v1/pickups/o2/hand-over", json=override, headers=staff)

    assert (paid.status_code, problem(unpaid), paid_now.status_code) == (200, (409, "payment_due"), 200)


async def test_an_early_arrival_is_kept_until_the_order_is_ready(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str], shopper: dict[str, str]
) -> None:
    """Whoever said so once is not asked again, whatever other sign of them there is."""
    first = await call(client, "arrive", shopper, method="geofence", note="red car")
    again = await call(client, "arrive", staff, method="desk")
    await make_ready(client, staff)

    shown = (await client.get("/v1/pickups/o1", headers=shopper)).json()

    assert (first.json()["status"], again.json()["arrival"]["method"]) == ("scheduled", "geofence")
    assert shown["status"] == "arrived"
    assert (await scheduled.event_names()).count("CustomerArrived") == 1


async def test_the_note_of_an_arrival_is_forgotten_in_the_end(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str], shopper: dict[str, str]
) -> None:
    """People write who they are; nothing of a person stays here."""
    await call(client, "arrive", shopper, method="app", note="tall, red hat")
    await make_ready(client, staff)
    await call(client, "hand-over", staff, override_reason="known")

    assert "red hat" not in str(await scheduled.everything())


async def test_nobody_came_so_it_expires(client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str]) -> None:
    await make_ready(client, staff)
    collect_by = (await scheduled.pickup("o1"))["collect_by"]

    due = await scheduled.pool.fetchval("SELECT due_at FROM deadlines WHERE kind = 'no_show' AND key = 'o1'")
    await scheduled.time_comes("o1", collect_by)
    answer = await call(client, "hand-over", staff, override_reason="late")

    assert due == collect_by
    assert (await scheduled.event_names())[-1] == "PickupExpired"
    assert problem(answer) == (409, "pickup_ended")


async def test_more_time_moves_the_deadline(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str], shopper: dict[str, str]
) -> None:
    await make_ready(client, staff)
    before = (await scheduled.pickup("o1"))["collect_by"]
    later = before + timedelta(days=1)

    assert (await call(client, "extend", shopper, collect_by=later.isoformat())).status_code == 200
    refused = await call(client, "extend", shopper, collect_by=(START + timedelta(days=90)).isoformat())
    await scheduled.time_comes("o1", before)
    waits = (await scheduled.pickup("o1"))["status"]
    due = await scheduled.pool.fetchval("SELECT due_at FROM deadlines WHERE key = 'o1'")
    await scheduled.time_comes("o1", later)

    assert problem(refused) == (422, "not_an_extension")
    assert (waits, due) == ("ready", later)
    assert (await scheduled.pickup("o1"))["status"] == "expired"
