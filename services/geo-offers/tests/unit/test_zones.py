"""The process that knows the zones: right answers whatever happens to it or to whoever asks."""

import asyncio

import pytest

from lintel_chassis.problems import Problem
from lintel_geo_offers.domain.geography import Position
from lintel_geo_offers.zones import Zones

CHICAGO, BERLIN, SUVA = Position(44.85, -93.24), Position(52.52, 13.41), Position(-18.1, 178.4)


async def test_each_of_many_who_ask_at_once_gets_their_own_answer() -> None:
    async with Zones() as zones:
        found = await asyncio.gather(*map(zones.at, [CHICAGO, BERLIN, SUVA] * 20))
    assert found == ["America/Chicago", "Europe/Berlin", "Pacific/Fiji"] * 20


async def test_whoever_goes_away_leaves_no_answer_to_the_next() -> None:
    async with Zones() as zones:
        impatient = asyncio.create_task(zones.at(CHICAGO))
        while zones._process is None:
            await asyncio.sleep(0.01)
        impatient.cancel()
        assert await zones.at(BERLIN) == "Europe/Berlin"


async def test_a_process_that_dies_is_answered_for_and_started_again() -> None:
    """The kernel ends what takes too much memory; the store can still be put with its zone named."""
    async with Zones() as zones:
        asking = asyncio.create_task(zones.at(CHICAGO))
        while zones._process is None:
            await asyncio.sleep(0.01)
        zones._process.kill()
        with pytest.raises(Problem, match="zones_unavailable"):
            await asking
        assert await zones.at(SUVA) == "Pacific/Fiji"


async def test_the_process_ends_when_nobody_asks_any_more() -> None:
    """It is there to give its memory back."""
    async with Zones(ends_after_s=0) as zones:
        asking = asyncio.create_task(zones.at(BERLIN))
        while zones._process is None:
            await asyncio.sleep(0.01)
        process = zones._process
        assert await asking == "Europe/Berlin"
        async with asyncio.timeout(60):
            await process.wait()
        assert await zones.at(CHICAGO) == "America/Chicago"
