"""Positions on the globe (WGS84), boxes across any meridian, and metres between points."""

from dataclasses import dataclass
from math import asin, pi, sin

EARTH_RADIUS_M = 6_371_008.8
"""The mean radius (IUGG): great circles measured with it are within 0.6% of the ellipsoid."""
SPHERE_RADIUS_M = 6_378_168.0
"""What `earth()` of PostgreSQL's earthdistance answers; its chords are on this sphere."""


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees: lat -90 to 90, lon -180 to 180."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees, edges included, in the order of GeoJSON; `west` above `east` reaches across the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    @property
    def crosses_180(self) -> bool:
        return self.west > self.east


def metres(chord: float) -> float:
    """Along the surface, of a straight line through earthdistance's sphere."""
    return 2 * EARTH_RADIUS_M * asin(min(1.0, chord / (2 * SPHERE_RADIUS_M)))


def chord(metres: float) -> float:
    """The straight line through earthdistance's sphere that spans these metres along the surface."""
    return 2 * SPHERE_RADIUS_M * sin(min(pi / 2, metres / (2 * EARTH_RADIUS_M)))


def on_sphere(metres: float) -> float:
    """As `metres` are measured on earthdistance's sphere, which is a little larger than the earth."""
    return metres * SPHERE_RADIUS_M / EARTH_RADIUS_M
