"""One call of a route: all that a request brings beside its parameters."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header
from starlette.requests import Request
from starlette.responses import Response

from lintel_chassis.auth.caller import Caller
from lintel_chassis.http.request import request_context
from lintel_chassis.runtime import Runtime, runtime_of
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork

_LONGEST_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """A route gets it by stating who may call: `call: Annotated[Call, allow("shopper")]`, or `public`."""

    request: Request

    @property
    def caller(self) -> Caller:
        """Raise RuntimeError on a public route, which has none."""
        caller = request_context(self.request).caller
        if caller is None:
            raise RuntimeError("a public route has no caller")
        return caller

    @property
    def unit(self) -> UnitOfWork:
        """The request's unit of work, committed before the answer is sent."""
        unit = request_context(self.request).unit
        if unit is None:
            raise RuntimeError("a unit is there on routes of lintel_chassis.http.routes.Router only")
        return unit

    @property
    def units(self) -> UnitFactory:
        """For streams and the like, which read again and again: a unit each time."""
        return self.runtime.units

    @property
    def at(self) -> datetime:
        """The moment of the request."""
        return self.runtime.clock()

    @property
    def runtime(self) -> Runtime:
        return runtime_of(self.request)

    @property
    def state(self) -> Any:
        """`app.state`, where `Service.lifespan` puts what one process of the service holds."""
        return self.request.scope["app"].state

    def afterwards(self, follow: Callable[[], Awaitable[Response | None]]) -> None:
        """What still happens once the work is committed, with no connection held.

        What `follow` returns is sent instead of the route's own answer, unless it is None. It is not kept for the
        idempotency key: a replay gives the answer of the commit.
        """
        request_context(self.request).afterwards = follow


async def _preferred_wait(prefer: Annotated[str | None, Header(description="`wait=10` (RFC 7240)")] = None) -> float:
    """Seconds of `Prefer: wait=N`, at most 30; 0 when there is none."""
    for part in (prefer or "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "wait" and value.isdecimal():
            return min(float(value), _LONGEST_WAIT_S)
    return 0.0


PreferredWait = Annotated[float, Depends(_preferred_wait)]
