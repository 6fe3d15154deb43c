"""GET /v1/stores: filters, hours, stock and pages."""

from typing import Any

import httpx
import pytest

from lintel_geo_offers.testing import NOW, Geo, level

pytestmark = pytest.mark.integration


async def test_without_a_position_stores_come_by_code(geo: Geo) -> None:
    for code in ("S2", "S10", "S1"):
        await geo.put(code)
    found = await geo.find()
    assert [item["store_code"] for item in found["items"]] == ["S1", "S10", "S2"]
    assert "distance_m" not in found["items"][0]
    assert "available" not in found["items"][0]


async def test_with_a_position_the_nearest_come_first(geo: Geo) -> None:
    await geo.put("hamburg", lat=53.55, lon=9.99)
    await geo.put("potsdam", lat=52.4, lon=13.06)
    await geo.put("munich", lat=48.14, lon=11.58)
    found = await geo.find(lat=52.52, lon=13.405)
    assert [item["store_code"] for item in found["items"]] == ["potsdam", "hamburg", "munich"]
    assert found["items"][1]["distance_m"] == pytest.approx(255_250, rel=0.001)
    assert await geo.codes(lat=52.52, lon=13.405, radius_m=100_000) == ["potsdam"]


async def test_a_closed_store_is_shown_to_who_asks_for_it(geo: Geo) -> None:
    """It takes no orders: to name it among the stores nearby would be a promise it cannot keep."""
    await geo.put("S1")
    await geo.put("S2", status="closed")
    assert await geo.codes() == ["S1"]
    assert [(item["store_code"], item["open"]) for item in (await geo.find(status="closed"))["items"]] == [
        ("S2", False)
    ]
    assert await geo.codes(status=["open", "closed"]) == ["S1", "S2"]


async def test_services_asked_for_are_all_there(geo: Geo) -> None:
    await geo.put("S1", services=["pickup"])
    await geo.put("S2", services=["pickup", "curbside"])
    assert await geo.codes(service="pickup") == ["S1", "S2"]
    assert await geo.codes(service=["curbside", "pickup"]) == ["S2"]
    assert await geo.codes(service="pharmacy") == []


async def test_open_speaks_of_the_moment_asked_for_in_each_stores_zone(geo: Geo) -> None:
    await geo.put("berlin", opening_hours="Mo-Su 09:00-18:00")
    await geo.put("chicago", lat=41.9, lon=-87.6, opening_hours="Mo-Su 09:00-18:00")

    async def open_at(moment: str) -> dict[str, bool]:
        return {item["store_code"]: item["open"] for item in (await geo.find(open_at=moment))["items"]}

    assert await open_at("2026-11-20T10:00:00Z") == {"berlin": True, "chicago": False}
    assert await open_at("2026-11-20T15:00:00+00:00") == {"berlin": True, "chicago": True}
    assert await open_at("2026-11-20T20:00:00+01:00") == {"berlin": False, "chicago": True}


async def test_a_sku_is_searched_in_the_copies_of_stock(geo: Geo) -> None:
    for code in ("S1", "S2", "S3", "S4"):
        await geo.put(code)
    await geo.receive([level("S1", "A", 3), level("S2", "A", 300), level("S3", "A", -1), level("S4", "B", 9)])
    found = await geo.find(sku="A")
    shown = [(item["store_code"], item["available"], item["as_of"]) for item in found["items"]]
    assert shown == [("S1", 3, "2026-11-21T12:00:00Z"), ("S2", 20, "2026-11-21T12:00:00Z")]
    assert await geo.codes(sku="A", quantity=4) == ["S2"]
    assert await geo.codes(sku="C") == []
    assert NOW.isoformat() == "2026-11-21T12:00:00+00:00"


async def test_an_older_stock_level_never_replaces_a_newer_one(geo: Geo) -> None:
    await geo.put("S1")
    await geo.receive([level("S1", "A", 0)], sequence=2)
    await geo.receive([level("S1", "A", 5)], sequence=1)
    assert await geo.codes(sku="A") == []


async def test_stock_that_comes_before_its_store_counts_once_the_store_is_there(geo: Geo) -> None:
    """No order between two topics."""
    await geo.receive([level("S1", "A", 5)])
    assert await geo.codes(sku="A") == []
    await geo.put("S1")
    assert await geo.codes(sku="A") == ["S1"]


async def test_pages_name_every_store_once_while_others_are_added(geo: Geo) -> None:
    for number in range(7):
        await geo.put(f"S{number}", lat=50 + number // 2)
    for search in ({}, {"lat": 52, "lon": 13.4}):
        first = await geo.find(limit=3, **search)
        await geo.put("S00", lat=52)
        second = await geo.find(limit=3, cursor=first["next_cursor"], **search)
        third = await geo.find(limit=3, cursor=second["next_cursor"], **search)
        shown = [item["store_code"] for page in (first, second, third) for item in page["items"]]
        assert {f"S{number}" for number in range(7)} <= set(shown)
        assert len(shown) == len(set(shown))


async def test_a_cursor_of_another_search_is_refused(geo: Geo) -> None:
    for code in ("S1", "S2"):
        await geo.put(code)
    by_code = (await geo.find(limit=1))["next_cursor"]
    nearest = (await geo.find(limit=1, lat=1, lon=1))["next_cursor"]
    for parameters in ({"cursor": nearest}, {"cursor": by_code, "lat": 1, "lon": 1}, {"cursor": "WyJcdTAwMDAiXQ"}):
        answer = await geo.client.get("/v1/stores", params=parameters)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid_cursor")


async def test_a_map_gets_geojson(geo: Geo) -> None:
    """RFC 7946: longitude first."""
    for code in ("S1", "S2"):
        await geo.put(code)
    answer = await geo.client.get("/v1/stores?limit=1", headers={"Accept": "application/geo+json"})
    assert (answer.headers["content-type"], answer.headers["vary"]) == ("application/geo+json", "Accept")
    collection = answer.json()
    [feature] = collection["features"]
    assert (collection["type"], feature["type"], feature["id"]) == ("FeatureCollection", "Feature", "S1")
    assert feature["geometry"] == {"type": "Point", "coordinates": [13.4132, 52.5219]}
    assert feature["properties"]["open"] is True
    assert await geo.codes(cursor=collection["next_cursor"]) == ["S2"]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"lat": 1}, "lon"),
        ({"lon": 1}, "lat"),
        ({"lat": "NaN", "lon": 1}, "lat"),
        ({"lat": 1, "lon": "Infinity"}, "lon"),
        ({"lat": 91, "lon": 1}, "lat"),
        ({"lat": 1, "lon": 181}, "lon"),
        ({"radius_m": 5}, "radius_m"),
        ({"lat": 1, "lon": 1, "radius_m": 0}, "radius_m"),
        ({"lat": 1, "lon": 1, "radius_m": 1_000_001}, "radius_m"),
        ({"lat": 1, "lon": 1, "radius_m": "nan"}, "radius_m"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "1,2,3,x"}, "bbox"),
        ({"bbox": "1,5,3,4"}, "bbox"),
        ({"bbox": "nan,2,3,4"}, "bbox"),
        ({"bbox": "-181,2,3,4"}, "bbox"),
        ({"sku": "a|b"}, "sku"),
        ({"quantity": 0}, "quantity"),
        ({"open_at": "2026-11-20T10:00:00"}, "open_at"),
        ({"open_at": "9999-12-31T23:59:59Z"}, "open_at"),
        ({"open_at": "0001-01-01T00:00:00Z"}, "open_at"),
        ({"status": "gone"}, "status.0"),
        ({"limit": 201}, "limit"),
    ],
)
async def test_a_search_that_makes_no_sense_is_refused_by_name(geo: Geo, parameters: Any, named: str) -> None:
    answer: httpx.Response = await geo.client.get("/v1/stores", params=parameters)
    assert answer.status_code == 422, answer.text
    assert [error["parameter"] for error in answer.json()["errors"]] == [named]
