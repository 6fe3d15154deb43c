"""When to stop parking: a run of failures says that the handler is broken, not the records."""

from collections.abc import Iterable

_RUN = 5


class HandlerBrokenError(Exception):
    """Different keys failed one after the other: nothing more is parked until one of them can be applied."""


class CircuitBreaker:
    """Counts, by event type, the keys given up since an event of the type was last applied."""

    def __init__(self) -> None:
        self._given_up: dict[str, set[bytes | None]] = {}

    def applied(self, types: Iterable[str]) -> None:
        if self._given_up:
            for event_type in types:
                self._given_up.pop(event_type, None)

    def give_up(self, event_type: str, key: bytes | None) -> None:
        """Count the key. Raise HandlerBrokenError where the run says that it had better not be given up."""
        run = self._given_up.setdefault(event_type, set())
        if len(run | {key}) >= _RUN:
            raise HandlerBrokenError(f"{event_type} fails for every key: {_RUN} in a row")
        run.add(key)
