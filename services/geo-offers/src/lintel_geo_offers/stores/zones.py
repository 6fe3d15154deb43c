"""Which time zone a position lies in."""

import asyncio
import atexit
from functools import cache
from typing import TYPE_CHECKING

from lintel_contracts.errors import Invalid
from lintel_geo_offers.stores.geography import Position

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder


async def zone_at(position: Position) -> str:
    """The IANA name; at sea `Etc/GMT+5` and the like. Raise Invalid where there is none."""
    finder = await asyncio.to_thread(_finder)
    name = finder.timezone_at(lat=position.lat, lng=position.lon)
    if not name:
        raise Invalid("unknown_timezone", "No zone is known of this position: name it.", "/timezone")
    return str(name)


@cache
def _finder() -> "TimezoneFinder":
    """The map takes 25 MiB and a good tenth of a second: the first store that comes without a zone loads it."""
    from timezonefinder import TimezoneFinder  # noqa: PLC0415 - not at the start of the process

    finder = TimezoneFinder()
    atexit.register(finder.cleanup)  # it reads from files that it holds open
    return finder
