"""Which media type a client gets."""

import pytest

from lintel_geo_offers.stores.negotiation import preferred

JSON, GEO = "application/json", "application/geo+json"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/html", JSON),
        ("application/geo+json", GEO),
        ("Application/Geo+JSON; charset=utf-8", GEO),
        ("application/geo+json, */*", JSON),
        ("application/geo+json, */*;q=0.1", GEO),
        ("application/json;q=0.5, application/geo+json;q=0.9", GEO),
        ("application/geo+json;q=0", JSON),
        ("application/geo+json;q=x", JSON),
        ("application/*;q=0.2, application/geo+json", GEO),
    ],
)
def test_the_type_liked_best_is_given(accept: str | None, given: str) -> None:
    assert preferred(accept, (JSON, GEO)) == given
