"""Who may call a route. Every route states it: a caller with one of some scopes, or everybody."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_type_hints

from fastapi import Depends
from fastapi.params import Depends as Dependency
from starlette.requests import Request

from lintel_chassis.auth.caller import Caller
from lintel_chassis.http.call import Call
from lintel_chassis.problems import Problem

BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The scopes of an operation are alternatives: any one suffices.",
}
"""The security scheme `bearer` of every document."""


@dataclass(frozen=True, slots=True)
class Access:
    """One statement of who may call; `scopes` is None for everybody.

    Authentication itself comes before the endpoint, as idempotency needs the subject; see `transaction`.
    """

    scopes: tuple[str, ...] | None = None

    async def __call__(self, request: Request) -> Call:
        return Call(request)


def allow(*scopes: str) -> Any:
    """One of these scopes is needed; ops may do all.

    As a parameter of the route: `call: Annotated[Call, allow("shopper", "guest")]`.
    """
    return Depends(Access(scopes))


public: Any = Depends(Access(None))
"""`call: Annotated[Call, public]`: no token is asked for, and none is read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The scopes of which a caller needs one; None when the route is public."""

    scopes: tuple[str, ...] | None

    @classmethod
    def of(cls, endpoint: Callable[..., Any], others: Iterable[Dependency], route: str) -> "Rule":
        """Raise TypeError for a route that states no rule, or both kinds, which fails the import of its module."""
        hints = get_type_hints(endpoint, include_extras=True)
        marked = [mark for hint in hints.values() for mark in getattr(hint, "__metadata__", ())]
        dependencies = [mark.dependency for mark in (*marked, *others) if isinstance(mark, Dependency)]
        stated = [access.scopes for access in dependencies if isinstance(access, Access)]
        scopes = tuple(dict.fromkeys(scope for allowed in stated for scope in allowed or ()))
        if stated and not any(allowed is not None for allowed in stated):
            return cls(None)
        if None in stated or not scopes:
            raise TypeError(f"{route} must state who may call it: either allow(scope, ...) or public")
        return cls(scopes)

    def check(self, caller: Caller) -> None:
        if self.scopes is not None and not caller.has(*self.scopes):
            raise Problem("forbidden", f"This needs one of the scopes {', '.join(sorted(self.scopes))}.")

    def documented(self) -> list[dict[str, list[str]]]:
        """As OpenAPI's `security` of the operation."""
        return [] if self.scopes is None else [{"bearer": list(self.scopes)}]
