"""Parameters that a route is given straight from the request.

FastAPI's own resolver costs some 25 microseconds for every `Depends`; what only looks at the request need not go
through it. `Given` parameters are taken out of the signature that FastAPI sees.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, get_type_hints

from starlette.requests import Request

_REQUEST = "request_"


@dataclass(frozen=True, slots=True)
class Given:
    """`UnitDep = Annotated[Unit, Given(unit_of)]`: what `take` finds in the request."""

    take: Callable[[Request], Any]


def with_given(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint as FastAPI shall see it: without its `Given` parameters."""
    hints = get_type_hints(endpoint, include_extras=True)
    taken = {name: given.take for name, given in givens_of(endpoint).items()}
    if not taken:
        return endpoint
    own = next((name for name, hint in hints.items() if hint is Request), None)

    @wraps(endpoint)
    async def called(**arguments: Any) -> Any:
        request = arguments[own] if own else arguments.pop(_REQUEST)
        for name, take in taken.items():
            arguments[name] = take(request)
        return await endpoint(**arguments)

    signature = inspect.signature(endpoint, eval_str=True)
    left = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in signature.parameters.items()
        if name not in taken
    ]
    if own is None:  # FastAPI fills one parameter with the request and no more
        left.append(inspect.Parameter(_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request))
    called.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
    return called


def givens_of(call: Callable[..., Any]) -> dict[str, Given]:
    """The `Given` parameters of a function, by name."""
    hints = get_type_hints(call, include_extras=True)
    marked = ((name, one) for name, hint in hints.items() for one in getattr(hint, "__metadata__", ()))
    return {name: one for name, one in marked if isinstance(one, Given)}
