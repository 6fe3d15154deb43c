"""Distances and boxes on the whole globe, beside a calculation of its own."""

from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintel_geo_offers.testing import Geo

pytestmark = pytest.mark.integration

_NEAR_ENOUGH_M = 0.5
"""At the far side of the earth both ways of calculating lose digits."""

_INSERT = """
INSERT INTO stores
SELECT 'S' || number, 'x', NULL, lat, lon, 's', 'c', NULL, 'p', 'DE', 'UTC', 'EUR', '24/7', '{}', 'open', 1
FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY AS point (lat, lon, number)
"""


def nanodegrees(degrees: float) -> float:
    """As positions are kept."""
    return round(degrees, 9) + 0.0


latitudes = st.sampled_from([-90.0, 90.0, 0.0]) | st.floats(-90, 90).map(nanodegrees)
longitudes = st.sampled_from([-180.0, 180.0, 0.0, 179.999, -179.999]) | st.floats(-180, 180).map(nanodegrees)
points = st.tuples(latitudes, longitudes)
Point = tuple[float, float]

on_the_real_thing = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""The database is emptied in each example."""


def haversine(start: Point, end: Point) -> float:
    """Metres on a sphere of the earth's mean radius."""
    lat1, lon1, lat2, lon2 = map(radians, (*start, *end))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * asin(min(1.0, sqrt(h)))


async def fill(geo: Geo, stores: list[Point]) -> dict[str, Point]:
    await geo.pool.execute("TRUNCATE stores")
    await geo.pool.execute(_INSERT, [lat for lat, _ in stores], [lon for _, lon in stores])
    return {f"S{number}": point for number, point in enumerate(stores, 1)}


@on_the_real_thing
@given(stores=st.lists(points, min_size=1, max_size=30), origin=points, limit=st.integers(1, 12))
async def test_every_store_is_found_once_nearest_first(
    geo: Geo, stores: list[Point], origin: Point, limit: int
) -> None:
    """At the poles and across the 180th meridian too, and over any cut into pages."""
    known = await fill(geo, stores)
    items = []
    search = {"lat": origin[0], "lon": origin[1], "limit": limit}
    page = await geo.find(**search)
    while page.get("next_cursor"):
        items += page["items"]
        page = await geo.find(**search, cursor=page["next_cursor"])
    items += page["items"]
    assert sorted(item["store_code"] for item in items) == sorted(known)
    distances = [item["distance_m"] for item in items]
    assert distances == sorted(distances)
    assert distances == pytest.approx(
        [haversine(origin, known[item["store_code"]]) for item in items], abs=_NEAR_ENOUGH_M
    )


@on_the_real_thing
@given(
    stores=st.lists(points, min_size=1, max_size=30),
    origin=points,
    offsets=st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), max_size=10),
    radius_m=st.floats(1, 1_000_000),
)
async def test_a_radius_holds_exactly_what_is_within_it(
    geo: Geo, stores: list[Point], origin: Point, offsets: list[Point], radius_m: float
) -> None:
    """The index alone would answer a cube around the circle."""
    around = [(max(-90, min(90, origin[0] + lat)), (origin[1] + lon + 540) % 360 - 180) for lat, lon in offsets]
    known = await fill(geo, stores + around)
    found = set(await geo.codes(lat=origin[0], lon=origin[1], radius_m=radius_m, limit=200))
    surely = {code for code, point in known.items() if haversine(origin, point) < radius_m - _NEAR_ENOUGH_M}
    perhaps = {code for code, point in known.items() if haversine(origin, point) <= radius_m + _NEAR_ENOUGH_M}
    assert surely <= found <= perhaps


@on_the_real_thing
@given(
    stores=st.lists(points, min_size=1, max_size=30), corners=st.tuples(longitudes, latitudes, longitudes, latitudes)
)
async def test_a_box_holds_what_lies_in_it_across_the_180th_meridian_too(
    geo: Geo, stores: list[Point], corners: tuple[float, float, float, float]
) -> None:
    known = await fill(geo, stores)
    west, south, east, north = corners
    south, north = min(south, north), max(south, north)
    found = await geo.codes(bbox=f"{west!r},{south!r},{east!r},{north!r}", limit=200)

    def inside(lat: float, lon: float) -> bool:
        reached = west <= lon <= east if west <= east else lon >= west or lon <= east
        return reached and south <= lat <= north

    assert sorted(found) == sorted(code for code, point in known.items() if inside(*point))


@pytest.mark.parametrize("tiny", [5e-324, 1e-160, -1e-300])
async def test_a_position_a_hair_off_zero_is_a_position(geo: Geo, tiny: float) -> None:
    """PostgreSQL's sine of it underflows."""
    assert (await geo.put("S1", lat=tiny, lon=tiny)).status_code == 201
    assert (await geo.find(lat=tiny, lon=-tiny, radius_m=1))["items"][0]["distance_m"] == 0


async def test_neighbours_across_the_180th_meridian_are_near(geo: Geo) -> None:
    await fill(geo, [(-17, 179.99), (-17, -179.99), (-17, 170)])
    found = await geo.find(lat=-17, lon=180, radius_m=5_000)
    assert {item["store_code"] for item in found["items"]} == {"S1", "S2"}
    assert await geo.codes(bbox="179,-18,-179,-16") == ["S1", "S2"]
