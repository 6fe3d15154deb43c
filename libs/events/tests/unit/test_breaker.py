"""A run of different keys that fail says that the handler is broken; anything less does not."""

import pytest

from lintel_events.consumer.circuit_breaker import CircuitBreaker, HandlerBrokenError

KEYS = [b"a", b"b", b"c", b"d"]


def _after_four() -> CircuitBreaker:
    breaker = CircuitBreaker()
    for key in KEYS:
        breaker.give_up("toy.Noted.v1", key)
    return breaker


def test_the_fifth_key_in_a_row_is_not_given_up() -> None:
    breaker = _after_four()

    for _ in range(2):
        with pytest.raises(HandlerBrokenError, match=r"toy\.Noted\.v1"):
            breaker.give_up("toy.Noted.v1", b"e")


def test_one_key_that_fails_again_and_again_is_no_run() -> None:
    breaker = _after_four()

    for _ in range(10):
        breaker.give_up("toy.Noted.v1", b"a")


def test_an_event_applied_ends_the_run_of_its_type_only() -> None:
    breaker = _after_four()
    for key in KEYS:
        breaker.give_up("toy.Other.v1", key)

    breaker.applied(["toy.Noted.v1"])

    breaker.give_up("toy.Noted.v1", b"e")
    with pytest.raises(HandlerBrokenError):
        breaker.give_up("toy.Other.v1", b"e")
