"""Who may call a route. Every route states it: a caller with one of some scopes, or everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from lintel_chassis.auth.caller import Caller
from lintel_chassis.http.given import Given
from lintel_chassis.http.request import request_context
from lintel_chassis.problems import Problem

BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The scopes of an operation are alternatives: any one suffices.",
}
"""The security scheme `bearer` of every document."""


@dataclass(frozen=True, slots=True)
class Access(Given):
    """One statement of who may call; `scopes` is None for everybody."""

    scopes: tuple[str, ...] | None = None


def _caller(request: Request) -> Caller:
    """Authentication comes before the endpoint: idempotency needs the subject."""
    caller = request_context(request).caller
    if caller is None:
        raise RuntimeError("a public route has no caller")
    return caller


def allow(*scopes: str) -> Any:
    """Demand one of these scopes; ops may do all.

    `caller: Annotated[Caller, allow("shopper", "guest")]`, or for a route that does not look at its caller
    `dependencies=[allow("merchandiser")]`.
    """
    return Access(_caller, scopes)


public: Any = Access(_caller, None)
"""`@router.get(path, dependencies=[public])`: no token is asked for, and none is looked at."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The scopes of which a caller needs one; None when the route is public."""

    scopes: tuple[str, ...] | None

    @classmethod
    def of(cls, stated: Iterable[Access], route: str) -> "Rule":
        """Raise TypeError for a route that states no rule, or both kinds, which fails the import of its module."""
        kinds = {one.scopes is None for one in stated}
        scopes = tuple(dict.fromkeys(scope for one in stated for scope in one.scopes or ()))
        if kinds == {True}:
            return cls(None)
        if kinds != {False} or not scopes:
            raise TypeError(f"{route} must state who may call it: either allow(scope, ...) or public")
        return cls(scopes)

    def check(self, caller: Caller) -> None:
        if self.scopes is not None and not caller.has(*self.scopes):
            raise Problem("forbidden", f"This needs one of the scopes {', '.join(sorted(self.scopes))}.")

    def documented(self) -> list[dict[str, list[str]]]:
        """As OpenAPI's `security` of the operation."""
        return [] if self.scopes is None else [{"bearer": list(self.scopes)}]
