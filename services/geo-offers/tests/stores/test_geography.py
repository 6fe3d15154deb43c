"""Straight lines through the sphere and metres along it."""

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_geo_offers.stores.geography import EARTH_RADIUS_M, SPHERE_RADIUS_M, chord, metres


@given(st.floats(0, 1_000_000))
def test_metres_of_a_chord_are_those_it_was_made_of(distance: float) -> None:
    assert metres(chord(distance)) == pytest.approx(distance, abs=1e-3)


@given(st.floats(0, 2 * SPHERE_RADIUS_M), st.floats(0, 2 * SPHERE_RADIUS_M))
def test_the_order_of_chords_is_the_order_of_distances(first: float, second: float) -> None:
    """The index orders by the chord."""
    assert (first <= second) <= (metres(first) <= metres(second))


def test_the_far_side_is_half_the_way_around() -> None:
    assert metres(2 * SPHERE_RADIUS_M) == metres(2.0001 * SPHERE_RADIUS_M) == pytest.approx(pi * EARTH_RADIUS_M)
