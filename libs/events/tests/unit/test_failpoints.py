"""Failpoints: nothing unless asked for, and then exactly that."""

import pytest

from lintel_events.failpoints import PLACES, FailpointError, failpoints


def test_nobody_asked_and_nothing_happens() -> None:
    passing = failpoints({})
    for place in PLACES:
        passing(place)


def test_it_happens_at_the_passing_that_was_named_and_never_again() -> None:
    passing = failpoints({"LINTEL_FAILPOINTS": "relay.after_read=raise:2"})
    passing("relay.after_read")
    passing("relay.before_delete")
    with pytest.raises(FailpointError, match=r"relay\.after_read"):
        passing("relay.after_read")
    passing("relay.after_read")


@pytest.mark.parametrize("wish", ["relay.after_lunch=kill:1", "relay.after_read=dance:1", "relay.after_read=kill:soon"])
def test_a_wish_that_means_nothing_is_refused(wish: str) -> None:
    """A battery that strikes nowhere would find nothing wrong."""
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        failpoints({"LINTEL_FAILPOINTS": wish})
