"""Which time zone a position lies in."""

import asyncio

from timezonefinder import TimezoneFinder

from lintel_contracts.errors import Invalid
from lintel_geo_offers.domain.geography import Position


class Zones:
    """Reads its map (some tens of megabytes) when first asked, once, aside from the event loop."""

    def __init__(self) -> None:
        self._finder: TimezoneFinder | None = None
        self._loading = asyncio.Lock()

    async def at(self, position: Position) -> str:
        """The IANA name; at sea `Etc/GMT+5` and the like. Raise Invalid where there is none."""
        async with self._loading:
            if self._finder is None:
                self._finder = await asyncio.to_thread(TimezoneFinder, in_memory=True)
        name = self._finder.timezone_at(lat=position.lat, lng=position.lon)
        if name is None:
            raise Invalid("unknown_timezone", "No zone is known of this position: name it.", "/timezone")
        return str(name)
