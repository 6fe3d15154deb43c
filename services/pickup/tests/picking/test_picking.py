"""Picking and staging, over HTTP."""

from typing import Any

import httpx
import pytest

from lintel_pickup.testing import PICKED, START, Pickups, call, placed, problem, store

pytestmark = pytest.mark.integration


async def test_what_was_not_on_the_shelf_is_published_and_not_handed_over(
    client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str]
) -> None:
    """Inventory frees what is missing and counts; orders charges what left."""
    await call(client, "start", staff)
    substitute = {"sku": "BROWN-EGGS", "quantity": 1}
    lines = [{"line_id": "1", "picked": 1, "substitute": substitute}, {"line_id": "2", "picked": 0}]
    for _ in range(2):
        assert (await call(client, "pick", staff, lines=lines)).status_code == 200
    await call(client, "ready", staff, staging_location="A3")

    names = await scheduled.event_names("o1")
    ready = (await scheduled.published("o1"))[-1]

    assert names[2:] == ["LineShortPicked", "LineSubstituted", "LineShortPicked", "PickupReady"]
    left = [(line["line_id"], line["sku"], line["quantity"]) for line in ready["data"]["lines"]]
    assert left == [("1", "BROWN-EGGS", 1), ("1", "EGGS", 1), ("2", "MILK", 0)]


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([{"line_id": "9", "picked": 1}], (422, "unknown_line")),
        ([{"line_id": "1", "picked": 3}], (422, "picked_too_many")),
        ([{"line_id": "1", "picked": 1, "substitute": {"sku": "X", "quantity": 2}}], (422, "substituted_too_many")),
        ([{"line_id": "1", "picked": -1}], (422, "invalid_request")),
    ],
)
async def test_picks_that_make_no_sense_are_refused_whole(
    client: httpx.AsyncClient,
    scheduled: Pickups,
    staff: dict[str, str],
    lines: list[dict[str, Any]],
    refusal: tuple[int, str],
) -> None:
    await call(client, "start", staff)

    answer = await call(client, "pick", staff, lines=[{"line_id": "2", "picked": 0}, *lines])

    assert problem(answer) == refusal
    assert "LineShortPicked" not in await scheduled.event_names("o1")


async def test_ready_needs_every_line(client: httpx.AsyncClient, scheduled: Pickups, staff: dict[str, str]) -> None:
    await call(client, "start", staff)
    await call(client, "pick", staff, lines=[{"line_id": "1", "picked": 2}])

    answer = await call(client, "ready", staff, staging_location="A3")

    assert problem(answer) == (409, "lines_left")
    assert answer.json()["line_ids"] == ["2"]
    assert "PickupReady" not in await scheduled.event_names()


@pytest.mark.parametrize("what", ["start", "pick", "ready", "arrive", "hand-over", "extend"])
async def test_nothing_is_done_for_an_order_that_is_not_confirmed(
    client: httpx.AsyncClient, pickups: Pickups, staff: dict[str, str], what: str
) -> None:
    """Until all have said yes there may be no stock, and no money."""
    await pickups.open(store())
    await pickups.receive(placed("o1"))
    bodies: dict[str, dict[str, Any]] = {
        "pick": PICKED,
        "ready": {"staging_location": "A3"},
        "arrive": {"method": "desk"},
        "hand-over": {"override_reason": "known"},
        "extend": {"collect_by": START.isoformat()},
    }

    assert problem(await call(client, what, staff, **bodies.get(what, {}))) == (409, "not_confirmed")
