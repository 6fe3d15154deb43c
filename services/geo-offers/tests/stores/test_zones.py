"""Zones of positions that come without one."""

import asyncio

from lintel_geo_offers.stores.geography import Position
from lintel_geo_offers.stores.zones import zone_at

CHICAGO, BERLIN, SUVA = Position(44.85, -93.24), Position(52.52, 13.41), Position(-18.1, 178.4)


async def test_each_of_many_who_ask_at_once_gets_their_own_answer() -> None:
    """The map is loaded beside them, in a thread, and is not made for threads itself."""
    found = await asyncio.gather(*map(zone_at, [CHICAGO, BERLIN, SUVA] * 20))
    assert found == ["America/Chicago", "Europe/Berlin", "Pacific/Fiji"] * 20
