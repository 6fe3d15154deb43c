"""The one place that turns refusals and failures into RFC 9457 problem details."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import asyncpg
import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from lintel_chassis.db.errors import OVERLOADED, RACES, is_database_away
from lintel_contracts.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

_KINDS: tuple[tuple[type[DomainError], int], ...] = ((NotFound, 404), (Conflict, 409), (Invalid, 422), (Forbidden, 403))


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem that clients may meet: `/problems/<slug>` shows its explanation."""

    slug: str
    status: int
    title: str
    explanation: str


class Problem(Exception):  # noqa: N818 - the RFC's word
    """A refusal of the HTTP layer itself; domains raise DomainError instead."""

    def __init__(self, slug: str, detail: str, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(slug, detail)
        self.slug = slug
        self.detail = detail
        self.headers = headers
        self.extra = extra


COMMON = (
    ProblemType("invalid_request", 422, "Invalid request", "`errors` names each part of the input that is at fault."),
    ProblemType("malformed_body", 400, "Malformed body", "The body is not JSON. NaN and Infinity are not JSON."),
    ProblemType("invalid_header", 400, "Invalid header", "A header has a value that is not understood."),
    ProblemType("invalid_cursor", 400, "Invalid cursor", "A cursor is used as it came, with the same filters."),
    ProblemType("body_too_large", 413, "Body too large", "Send less at once."),
    ProblemType("unauthenticated", 401, "Not authenticated", "The route needs a valid bearer token; see `detail`."),
    ProblemType("forbidden", 403, "Forbidden", "The token's scopes do not allow this operation."),
    ProblemType("not_found", 404, "Not found", "There is no such thing, or it is not yours to know of."),
    ProblemType("method_not_allowed", 405, "Method not allowed", "See the `Allow` header."),
    ProblemType("conflict", 409, "Conflict", "Somebody else changed the same thing; read it again."),
    ProblemType("precondition_failed", 412, "Precondition failed", "`If-Match` names a version that is gone."),
    ProblemType("idempotency_key_required", 400, "Idempotency-Key required", "Name the command by a key of your own."),
    ProblemType(
        "idempotency_key_reused", 422, "Idempotency-Key reused", "The key belongs to a request with other content."
    ),
    ProblemType("busy", 503, "Busy", "Others hold what this needs, or all are busy. Try again after `Retry-After`."),
    ProblemType("database_unavailable", 503, "Database unavailable", "Try again after `Retry-After` seconds."),
    ProblemType("issuer_unavailable", 503, "Issuer unavailable", "The token's issuer cannot be asked for its keys."),
    ProblemType(
        "pseudonym_unavailable", 503, "Pseudonym unavailable", "Orders, which knows customers, cannot be asked."
    ),
    ProblemType("draining", 503, "Shutting down", "This process is ending; another one will answer."),
    ProblemType("internal", 500, "Internal error", "A defect of ours; `instance` finds it in our logs."),
)

TOO_LARGE = 413
_RETRY_SOON = {"Retry-After": "1"}


class Problems:
    """Every problem a service can answer with: the common ones and its own."""

    def __init__(self, own: Iterable[ProblemType] = ()) -> None:
        self.types = {problem.slug: problem for problem in (*COMMON, *own)}

    def response(self, error: Exception, *, instance: str) -> Response:
        """The answer to any exception. Never shows more of an unknown one than that it happened."""
        problem = _as_problem(error)
        body = {**self.body(error), "instance": instance}
        status = self.status_of(error, problem.slug)  # a problem's own members may hide that of the body
        headers = dict(problem.headers or {})
        return Response(orjson.dumps(body, default=str), status, headers, "application/problem+json")

    def body(self, error: Exception) -> dict[str, Any]:
        """All members of the problem but `instance`."""
        problem = _as_problem(error)
        known = self.types.get(problem.slug)
        return {
            "type": f"/problems/{problem.slug}",
            "title": known.title if known else problem.slug.replace("_", " ").capitalize(),
            "status": self.status_of(error, problem.slug),
            "detail": problem.detail,
            **problem.extra,
        }

    def status_of(self, error: Exception, slug: str) -> int:
        if slug in self.types:
            return self.types[slug].status
        if isinstance(error, HTTPException):
            return error.status_code
        return next((status for kind, status in _KINDS if isinstance(error, kind)), 500)


def is_defect(error: Exception) -> bool:
    """Whether neither the caller nor the load nor the database is the cause."""
    return _as_problem(error).slug == "internal"


def _as_problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case DomainError():
            errors = {"errors": [{"pointer": error.pointer, "detail": error.detail}]} if error.pointer else {}
            return Problem(error.slug, error.detail, None, **errors, **error.extra)
        case RequestValidationError():
            return _validation(error)
        case HTTPException():
            return _http(error)
        case _:
            return _of_database(error)


def _of_database(error: Exception) -> Problem:
    if isinstance(error, asyncpg.UniqueViolationError):
        return Problem("conflict", "Somebody else made the same thing at the same moment.")
    if isinstance(error, (*OVERLOADED, *RACES)):
        return Problem("busy", "It took too long to get what this needs.", _RETRY_SOON)
    if is_database_away(error):
        return Problem("database_unavailable", "The database cannot be reached.", _RETRY_SOON)
    return Problem("internal", "Something went wrong on our side.")


def _http(error: HTTPException) -> Problem:
    if error.status_code == TOO_LARGE:
        return Problem("body_too_large", error.detail, {"Connection": "close"})
    phrase = HTTPStatus(error.status_code).phrase
    return Problem(phrase.lower().replace(" ", "_").replace("-", "_"), error.detail, error.headers)


def _validation(error: RequestValidationError) -> Problem:
    errors = error.errors()
    if any(fault["type"] == "json_invalid" for fault in errors):
        return Problem("malformed_body", "The body is not JSON.")
    return Problem("invalid_request", "The request is not valid.", errors=[_located(fault) for fault in errors])


def _located(error: Mapping[str, Any]) -> dict[str, str]:
    """The place as a JSON pointer for the body, by name for whatever else; never the value itself."""
    place, *path = error["loc"]
    if place == "body":
        return {"pointer": pointer(path), "detail": error["msg"]}
    return {"parameter": ".".join(map(str, path)), "in": str(place), "detail": error["msg"]}


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
