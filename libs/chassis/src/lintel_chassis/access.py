"""Who may call a route. Every route states it: a caller with one of some scopes, or everybody."""

from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Security
from fastapi.dependencies.models import Dependant
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import Request

from lintel_chassis.caller import Caller
from lintel_chassis.exchange import exchange_of
from lintel_chassis.problems import Problem


class _Bearer(SecurityBase):
    """What OpenAPI shows; the work is done before FastAPI's dependencies run, since idempotency needs the subject."""

    scheme_name = "bearer"
    model = HTTPBearer(bearerFormat="JWT", description="The scopes of an operation are alternatives: any one suffices.")

    async def __call__(self, request: Request) -> Caller:
        caller = exchange_of(request).caller
        if caller is None:
            raise RuntimeError("allow() works on routes of lintel_chassis.routing.Router only")
        return caller


_BEARER = _Bearer()


async def _everybody() -> None:
    """Mark a route as public."""


def allow(*scopes: str) -> Any:
    """One of these scopes is needed; ops may do all.

    As in `caller: Annotated[Caller, allow("shopper", "guest")]`.
    """
    return Security(_BEARER, scopes=list(scopes))


public = Depends(_everybody)
"""`@router.get(path, dependencies=[public])`: no token is asked for, and none is looked at."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The scopes of which a caller needs one; None when the route is public."""

    scopes: tuple[str, ...] | None

    @classmethod
    def of(cls, dependant: Dependant, route: str) -> "Rule":
        """Raise TypeError for a route that states no rule, which fails the import of its module."""
        scopes: set[str] | None = None
        is_public = False
        for one in _all(dependant):
            if one.call is _BEARER:
                scopes = (scopes or set()) | set(one.own_oauth_scopes or [])
            is_public = is_public or one.call is _everybody
        if (scopes is None) != is_public or scopes == set():
            raise TypeError(f"{route} must state who may call it: either allow(scope, ...) or public")
        return cls(tuple(sorted(scopes)) if scopes else None)

    def check(self, caller: Caller) -> None:
        if self.scopes is not None and not caller.has(*self.scopes):
            raise Problem("forbidden", f"This needs one of the scopes {', '.join(self.scopes)}.")


def _all(dependant: Dependant) -> list[Dependant]:
    return [one for child in dependant.dependencies for one in (child, *_all(child))]
