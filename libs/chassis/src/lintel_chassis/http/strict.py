"""What no route takes: a query parameter that it does not have, and NUL, which no text in PostgreSQL can hold."""

from collections.abc import Iterator
from typing import Any

import orjson
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from starlette.requests import Request

from lintel_chassis.problems import Problem, pointer

_NO_NUL = "text has no NUL"


def query_names(dependant: Dependant) -> frozenset[str]:
    """Of the parameters that a route and all it depends on take."""
    return frozenset(field.alias for field in get_flat_params(dependant) if isinstance(field.field_info, Query))


def check_address(request: Request, names: frozenset[str]) -> None:
    """Raise Problem for a path that names nothing, and for query parameters that are not among these."""
    if "\0" in request.scope["path"]:
        raise Problem("not_found", "There is no such thing.")
    if request.scope["query_string"] and (errors := list(_faults(request, names))):
        raise Problem("invalid_request", "The request is not valid.", errors=errors)


def _faults(request: Request, names: frozenset[str]) -> Iterator[dict[str, str]]:
    for name, value in request.query_params.multi_items():
        if name not in names:
            yield {"parameter": name, "in": "query", "detail": "this route has no such parameter"}
        elif "\0" in value:
            yield {"parameter": name, "in": "query", "detail": _NO_NUL}


def check_body(body: bytes) -> None:
    """Raise Problem naming the texts of a JSON body that hold a NUL; what is no JSON is somebody else's to refuse."""
    if b"\\u0000" not in body:
        return
    try:
        errors = [{"pointer": pointer(path), "detail": _NO_NUL} for path in _with_nul(orjson.loads(body))]
    except orjson.JSONDecodeError:
        return
    if errors:
        raise Problem("invalid_request", "The request is not valid.", errors=errors)


def _with_nul(document: Any) -> Iterator[tuple[str | int, ...]]:
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        match value:
            case str() if "\0" in value:
                yield path
            case dict():
                yield from ((*path, name) for name in value if "\0" in name)
                waiting += (((*path, name), inner) for name, inner in value.items())
            case list():
                waiting += (((*path, place), inner) for place, inner in enumerate(value))
