"""One key, one effect, one answer: what a command answered is kept with its effects, for 24 hours."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import asyncpg
import orjson
from starlette.responses import Response

from lintel_chassis.http.request import CappedRequest, request_context
from lintel_chassis.problems import Problem
from lintel_events.outbox.unit_of_work import UnitOfWork

HEADER = "Idempotency-Key"
_LONGEST_KEY = 255
_KEPT_HEADERS = ("content-type", "location", "etag", "retry-after", "preference-applied")

# No lock but the new row's. Another request with the same key waits here until we commit, then fails on the key.
_INSERT = """
INSERT INTO idempotency_keys (subject, route, key, fingerprint, status, headers, body)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_INSERT_IF_NEW = f"{_INSERT} ON CONFLICT DO NOTHING RETURNING true"
_FIND = """
SELECT fingerprint, status, headers, body FROM idempotency_keys WHERE subject = $1 AND route = $2 AND key = $3
"""


class Idempotency(StrEnum):
    """Where a route takes its key from."""

    REQUIRED = "required"
    """The header must be there."""
    HONOURED = "honoured"
    BODY_ID = "body-id"
    """The body's own `id` names the command."""
    IGNORED = "ignored"
    """For bodies that are streamed and commands that change nothing."""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """Names a command within (subject, route); the fingerprint tells whether it is the same command again."""

    subject: str
    route: str
    key: str
    fingerprint: bytes

    async def find(self, unit: UnitOfWork) -> Response | None:
        """The original response. Raise Problem when the key was used for something else."""
        row = await unit.fetchrow(_FIND, self.subject, self.route, self.key)
        return _replayed(row, self.fingerprint) if row else None

    def keep(self, unit: UnitOfWork, response: Response) -> None:
        """Queue the answer beside the effects; committing fails on the key if somebody was first."""
        unit.write(_INSERT, *self._row(response))

    async def settle(self, unit: UnitOfWork, response: Response) -> Response:
        """Keep the answer by a statement of its own, unless there is one; return the one that is kept."""
        if await unit.fetchval(_INSERT_IF_NEW, *self._row(response)):
            return response
        return await self.find(unit) or response

    def _row(self, response: Response) -> tuple[object, ...]:
        headers = [f"{name}: {response.headers[name]}" for name in _KEPT_HEADERS if name in response.headers]
        return self.subject, self.route, self.key, self.fingerprint, response.status_code, headers, bytes(response.body)


async def key_of(request: CappedRequest, source: Idempotency, route: str) -> IdempotencyKey | None:
    """The key of this request, if it has one. Raise Problem for one that is missing or unreadable."""
    current = request_context(request)
    if source is Idempotency.IGNORED or current.caller is None:
        return None
    key = await _body_id(request) if source is Idempotency.BODY_ID else current.header(b"idempotency-key")
    if key is None:
        if source is Idempotency.REQUIRED:
            raise Problem("idempotency_key_required", f"The header {HEADER} is required here.", header=HEADER)
        return None
    if not 0 < len(key) <= _LONGEST_KEY:
        raise Problem("invalid_header", f"{HEADER} has 1 to {_LONGEST_KEY} characters.")
    digest = hashlib.sha256(f"{request.scope['path']}?".encode())
    digest.update(request.scope["query_string"] + b"\n" + await _canonical(request))
    return IdempotencyKey(current.caller.kept_as, route, key, digest.digest())


async def _canonical(request: CappedRequest) -> bytes:
    """The same JSON is the same command, whatever its spacing and the order of its members."""
    try:
        return orjson.dumps(await request.json(), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONDecodeError:
        return await request.body()


async def _body_id(request: CappedRequest) -> str | None:
    """The body's id, if it has a readable one; validation will tell the client when it has not."""
    try:
        body = await request.json()
    except orjson.JSONDecodeError:
        return None
    key = body.get("id") if isinstance(body, dict) else None
    return key if isinstance(key, str) and 0 < len(key) <= _LONGEST_KEY else None


def _replayed(row: asyncpg.Record, fingerprint: bytes) -> Response:
    if row["fingerprint"] != fingerprint:
        raise Problem("idempotency_key_reused", "The key was used for a request with other content.")
    headers = dict(line.split(": ", 1) for line in row["headers"])
    return Response(row["body"], row["status"], {**headers, "Idempotency-Replayed": "true"})
