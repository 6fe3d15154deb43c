"""Named places where a process can be made to die, freeze or fail; without the variable nothing is there.

`LINTEL_FAILPOINTS="relay.before_kafka_commit=kill:3,unit.after_commit=stop:1"` kills the process at the third passing
of the one and freezes it at the first of the other, until SIGCONT; `raise:1` raises FailpointError. It is read once.
"""

import os
import signal
from collections.abc import Callable, Mapping

PLACES = (
    "unit.before_commit",
    "unit.after_commit",
    "relay.after_read",
    "relay.before_kafka_commit",
    "relay.before_delete",
    "consumer.before_commit",
    "consumer.before_offset_commit",
)
"""In the order in which an event passes them."""


class FailpointError(Exception):
    """Raised where `raise` was requested."""


class _Failpoint:
    """What happens at the n-th passing of one place, once."""

    def __init__(self, place: str, setting: str) -> None:
        self._place = place
        action, _, number = setting.partition(":")
        if action not in _ACTIONS:
            raise ValueError(f"a failpoint cannot {action!r}")
        self._act, self._left = _ACTIONS[action], int(number)

    def passed(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._act(self._place)


def failpoints(environment: Mapping[str, str]) -> Callable[[str], None]:
    """What to call at each place. ValueError for a place or an action that does not exist."""
    requested = environment.get("LINTEL_FAILPOINTS", "")
    if not requested:
        return _nothing
    settings = dict(setting.split("=", 1) for setting in requested.split(","))
    if unknown := settings.keys() - set(PLACES):
        raise ValueError(f"no failpoint is called {', '.join(sorted(unknown))}")
    points = {place: _Failpoint(place, setting) for place, setting in settings.items()}

    def passing(place: str) -> None:
        if place in points:
            points[place].passed()

    return passing


def _nothing(_: str) -> None:
    pass


def _kill(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop(_: str) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _raise(place: str) -> None:
    raise FailpointError(place)


_ACTIONS: dict[str, Callable[[str], None]] = {"kill": _kill, "stop": _stop, "raise": _raise}

passing = failpoints(os.environ)
"""Bound once, when this module is imported."""
