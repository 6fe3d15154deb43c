"""Opening hours in OpenStreetMap's syntax, read in the store's own time zone."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # its stub leaves the errors out
    OpeningHours,
    ParserError,
    UnknownCountryError,
)

from lintel_contracts.errors import Invalid
from lintel_geo_offers.domain.geography import Position


def check_hours(hours: str, timezone: str, country: str, position: Position) -> None:
    """Raise Invalid for a zone or for hours that nobody could evaluate."""
    try:
        zone = ZoneInfo(timezone)
        is_open(hours, timezone, country, position, datetime(2000, 1, 1, tzinfo=zone))
    except ParserError as error:
        raise Invalid("invalid_opening_hours", _shortened(str(error)), "/opening_hours") from None
    except (LookupError, ValueError, OSError, TypeError):
        raise Invalid("unknown_timezone", "This is no zone of the IANA database.", "/timezone") from None


def is_open(hours: str, timezone: str, country: str, position: Position, at: datetime) -> bool:
    """Whether it is certainly open at that moment; hours may also say `unknown`.

    Wall clocks count: an hour that the clocks skip is no opening time, and one that they repeat counts twice.
    """
    return bool(_parsed(hours, timezone, country, position).is_open(at.astimezone(ZoneInfo(timezone))))


@lru_cache(maxsize=16_384)
def _parsed(hours: str, timezone: str, country: str, position: Position) -> OpeningHours:
    """Position and country are for `sunrise` and `PH`; of some countries the holidays are not known: then none."""
    place = (position.lat, position.lon)
    try:
        return OpeningHours(hours, ZoneInfo(timezone), country, place, auto_country=False, auto_timezone=False)
    except UnknownCountryError:
        return OpeningHours(hours, ZoneInfo(timezone), None, place, auto_country=False, auto_timezone=False)


def _shortened(complaint: str) -> str:
    """The parser's position and what it expected, without its drawing of the text."""
    lines = [line.strip() for line in complaint.splitlines()]
    where = lines[0].rpartition("--> ")[2].rpartition(":")[2]
    return f"Not understood from character {where} on: {lines[-1].removeprefix('= ')}."
