"""PUT and GET of one store."""

import asyncio
from typing import Any

import pytest

from lintel_chassis.testing import Issuer
from lintel_geo_offers.testing import Geo, a_store

pytestmark = pytest.mark.integration


async def test_a_new_store_is_published(geo: Geo) -> None:
    """Orders and pickup know of stores by this event alone."""
    answer = await geo.put("S1", brand="Lintel")
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    [event] = await geo.outbox()
    assert (event["type"], event["subject"], event["sequence"][-4:]) == ("geo.StoreChanged.v1", "S1", "0001")
    assert event["data"] == {
        "store_code": "S1",
        "name": "Alexanderplatz",
        "brand": "Lintel",
        "lat": 52.5219,
        "lon": 13.4132,
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "country": "DE",
        "region": None,
        "opening_hours": "24/7",
        "services": ["pickup"],
        "status": "open",
    }


async def test_the_same_description_again_changes_and_publishes_nothing(geo: Geo) -> None:
    """A nightly job may put every store."""
    await geo.put("S1", services=["pickup", "curbside"])
    again = await geo.put("S1", services=["curbside", "pickup", "pickup"])
    assert (again.status_code, again.headers["etag"]) == (200, '"1"')
    assert len(await geo.outbox()) == 1


async def test_each_change_has_the_next_sequence(geo: Geo) -> None:
    for name in "ABC":
        await geo.put("S1", name=name)
    events = await geo.outbox()
    assert [int(event["sequence"].rpartition("-")[2]) for event in events] == [1, 2, 3]
    assert [event["data"]["name"] for event in events] == ["A", "B", "C"]


async def test_a_store_made_by_many_at_once_is_new_to_one_of_them(geo: Geo) -> None:
    answers = await asyncio.gather(*(geo.put("S1", name=f"by {number}") for number in range(8)))
    events = await geo.outbox()
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert [int(event["sequence"].rpartition("-")[2]) for event in events] == list(range(1, 9))


async def test_what_was_put_is_what_is_got_by_anybody(geo: Geo) -> None:
    put = await geo.put("S1", timezone="Europe/Paris")
    got = await geo.client.get("/v1/stores/S1")
    assert got.json() == put.json()
    assert (got.headers["etag"], got.json()["timezone"]) == ('"1"', "Europe/Paris")
    known = await geo.client.get("/v1/stores/S1", headers={"If-None-Match": '"1"'})
    assert known.status_code == 304


async def test_a_version_that_is_gone_is_not_overwritten(geo: Geo) -> None:
    assert (await geo.put("S1", {"If-Match": '"1"'})).status_code == 412
    await geo.put("S1")
    assert (await geo.put("S1", {"If-Match": '"1"'}, name="B")).status_code == 200
    assert (await geo.put("S1", {"If-Match": '"1"'}, name="C")).status_code == 412
    assert len(await geo.outbox()) == 2


async def test_a_store_nobody_described_is_not_found(geo: Geo) -> None:
    answer = await geo.client.get("/v1/stores/S9")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/store_not_found")


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (44.85, -93.24, "America/Chicago"),
        (18.4, -66.1, "America/Puerto_Rico"),
        (-18.1, 178.4, "Pacific/Fiji"),
        (90, 0, "Etc/GMT"),
        (0, -180, "Etc/GMT-12"),
    ],
)
async def test_the_zone_is_that_of_the_position(geo: Geo, lat: float, lon: float, zone: str) -> None:
    assert (await geo.put("S1", lat=lat, lon=lon)).json()["timezone"] == zone


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"lat": 90.1}, "/lat"),
        ({"lon": -181}, "/lon"),
        ({"lat": "52.5"}, "/lat"),
        ({"lat": None}, "/lat"),
        ({"currency": "eur"}, "/currency"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"timezone": "../../etc/passwd"}, "/timezone"),
        ({"timezone": "Factory"}, "/timezone"),
        ({"opening_hours": "Mo-Fr 9-17"}, "/opening_hours"),
        ({"opening_hours": "Mo 25:00-26:00"}, "/opening_hours"),
        ({"opening_hours": ""}, "/opening_hours"),
        ({"services": ["Geek Squad"]}, "/services/0"),
        ({"status": "gone"}, "/status"),
        ({"name": "a\x00b"}, "/name"),
        ({"colour": "red"}, "/colour"),
        ({"address": {**a_store()["address"], "country": "Germany"}}, "/address/country"),
    ],
)
async def test_what_makes_no_sense_is_refused_where_it_stands(geo: Geo, changes: dict[str, Any], pointer: str) -> None:
    answer = await geo.put("S1", **changes)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await geo.outbox() == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_a_latitude_that_is_no_number_never_gets_in(geo: Geo, number: str) -> None:
    body = f'{{"lat": {number}, "lon": 0}}'
    headers = {**geo.ops, "Content-Type": "application/json"}
    answer = await geo.client.put("/v1/stores/S1", content=body, headers=headers)
    assert answer.status_code in {400, 422}, answer.text


async def test_only_ops_describes_stores(geo: Geo, issuer: Issuer) -> None:
    assert (await geo.client.put("/v1/stores/S1", json=a_store())).status_code == 401
    for scope in ("shopper", "guest", "associate", "pos", "care", "merchandiser"):
        headers = issuer.bearer("x", scope, store_codes=["S1"])
        answer = await geo.client.put("/v1/stores/S1", json=a_store(), headers=headers)
        assert answer.status_code == 403, scope
    assert await geo.outbox() == []


@pytest.mark.parametrize("code", ["a b", "x" * 65, "a|b", "é"])
async def test_a_store_code_is_a_code(geo: Geo, code: str) -> None:
    assert (await geo.put(code)).status_code == 422
    assert (await geo.client.get(f"/v1/stores/{code}")).status_code == 422
