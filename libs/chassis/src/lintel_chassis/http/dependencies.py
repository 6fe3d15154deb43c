"""What routes ask for by annotation."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request
from starlette.responses import Response

from lintel_chassis.http.given import Given
from lintel_chassis.http.request import request_context
from lintel_chassis.runtime import Runtime, runtime_of
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork

_LONGEST_WAIT_S = 30.0


def _unit(request: Request) -> UnitOfWork:
    unit = request_context(request).unit
    if unit is None:
        raise RuntimeError("a unit is there on routes of lintel_chassis.routing.Router only")
    return unit


def _units(request: Request) -> UnitFactory:
    return runtime_of(request).units


def _runtime(request: Request) -> Runtime:
    return runtime_of(request)


def _at(request: Request) -> datetime:
    return runtime_of(request).clock()


class After:
    """`after.then(follow)`: what still happens once the work is committed, with no connection held.

    What `follow` returns is sent instead of the route's own answer, unless it is None. It is not kept for the
    idempotency key: a replay gives the answer of the commit.
    """

    def __init__(self, request: Request) -> None:
        self._current = request_context(request)

    def then(self, follow: Callable[[], Awaitable[Response | None]]) -> None:
        self._current.afterwards = follow


def _after(request: Request) -> After:
    return After(request)


async def _preferred_wait(prefer: Annotated[str | None, Header(description="`wait=10` (RFC 7240)")] = None) -> float:
    """Seconds of `Prefer: wait=N`, at most 30; 0 when there is none."""
    for part in (prefer or "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "wait" and value.isdecimal():
            return min(float(value), _LONGEST_WAIT_S)
    return 0.0


UnitDep = Annotated[UnitOfWork, Given(_unit)]
"""The request's unit of work, committed before the answer is sent."""
Units = Annotated[UnitFactory, Given(_units)]
"""For streams and the like, which read again and again: a unit each time."""
RuntimeDep = Annotated[Runtime, Given(_runtime)]
At = Annotated[datetime, Given(_at)]
"""The moment of the request."""
Afterwards = Annotated[After, Given(_after)]
PreferredWait = Annotated[float, Depends(_preferred_wait)]
