"""Opening hours in OpenStreetMap's syntax, and what else it takes to understand them."""

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # its stub leaves the errors out
    InvalidCoordinatesError,
    OpeningHours,
    ParserError,
    UnknownCountryError,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours with their zone, the country of their holidays and the position of their sunrise.

    The syntax's own reading holds: a later rule decides the days it names, and hours that a rule before it ran into
    such a day with are cut; but `off` on one day leaves what that day's rule runs into the next day with.
    """

    text: str
    timezone: str
    """IANA name."""
    country: str
    """ISO 3166-1, two letters."""
    lat: float
    lon: float

    @property
    def zone(self) -> ZoneInfo:
        """Raises UnknownTimezone."""
        try:
            return ZoneInfo(self.timezone)
        except (LookupError, ValueError, OSError):
            raise UnknownTimezone("This is no zone of the IANA database.") from None


class UnreadableHours(ValueError):  # noqa: N818 - says what it is
    """Hours that nobody can evaluate; the message says where they go wrong."""


class UnknownTimezone(UnreadableHours):
    """The zone is none of the IANA database."""


def check(hours: Hours) -> None:
    """Raise UnreadableHours, or UnknownTimezone, for hours that nobody could evaluate."""
    rules(hours)


def is_readable(hours: Hours) -> bool:
    try:
        rules(hours)
    except UnreadableHours:
        return False
    return True


@lru_cache(maxsize=16_384)  # about 2 KiB each
def rules(hours: Hours) -> OpeningHours:
    """The library's reading of them. Of some countries it does not know the holidays: then there are none."""
    try:
        return _parsed(hours, hours.country)
    except UnknownCountryError:
        return _parsed(hours, None)


def _parsed(hours: Hours, country: str | None) -> OpeningHours:
    zone, position = hours.zone, (hours.lat, hours.lon)
    try:
        # auto_timezone does not replace a zone that is given, but without it `sunrise` is 7:00 everywhere.
        return OpeningHours(hours.text, zone, country, position, auto_country=False, auto_timezone=True)
    except ParserError as error:
        raise UnreadableHours(_shortened(str(error))) from None
    except InvalidCoordinatesError:
        raise UnreadableHours("This is no position on the globe.") from None
    except TypeError:  # a file of the zone database that is no zone: `Factory`, `localtime`
        raise UnknownTimezone("This is no zone of the IANA database.") from None


def _shortened(complaint: str) -> str:
    """The parser's position and what it expected, without its drawing of the text."""
    lines = [line.strip() for line in complaint.splitlines()]
    where = lines[0].rpartition("--> ")[2].rpartition(":")[2]
    return f"Not understood from character {where} on: {lines[-1].removeprefix('= ')}."
