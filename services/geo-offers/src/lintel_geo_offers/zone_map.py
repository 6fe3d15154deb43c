"""A process of its own: `python -m lintel_geo_offers.zone_map` answers each line `lat lon` with the zone's name."""

import sys

from timezonefinder import TimezoneFinder


def main() -> None:
    """Until its input ends. An empty line says that no zone is known."""
    finder = TimezoneFinder()
    for line in sys.stdin:
        lat, lon = map(float, line.split())
        sys.stdout.write(f"{finder.timezone_at(lat=lat, lng=lon) or ''}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
