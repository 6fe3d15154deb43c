"""How a request becomes one unit of work: committed before the reply, tried again after a lost race."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from lintel_chassis.db.errors import RACES
from lintel_chassis.http.access import Rule
from lintel_chassis.http.idempotency import Idempotency, IdempotencyKey, key_of
from lintel_chassis.http.request import CappedRequest, RequestContext, reference, request_context
from lintel_chassis.http.strict import check_address, check_body
from lintel_chassis.metrics import REPLAYS, RETRIES
from lintel_chassis.problems import Problem, is_defect
from lintel_chassis.runtime import Runtime, runtime_of
from lintel_contracts.errors import DomainError, Forbidden
from lintel_events.outbox.unit_of_work import UnitOfWork

_ATTEMPTS = 3
_OK = 200
_SERVER_ERROR = 500

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Read:
    """GET and HEAD: reads only, no transaction, the connection given back before the response is sent."""

    endpoint: Endpoint
    rule: Rule
    max_body: int
    query_names: frozenset[str]
    takes_ticket: bool

    async def respond(self, request: Request) -> Response:
        runtime, current = runtime_of(request), request_context(request)
        ticket = request.query_params.get("ticket") if self.takes_ticket else None
        if ticket is not None and self.rule.scopes is not None:
            current.caller = runtime.tickets.redeem(ticket, request.scope["path"])
            self.rule.check(current.caller)
        else:
            await _authenticate(runtime, current, self.rule)
        check_address(request, self.query_names | {"ticket"} if self.takes_ticket else self.query_names)
        async with runtime.units(current.context()) as unit:
            current.unit = unit
            response = await self.endpoint(CappedRequest(request.scope, request.receive, self.max_body))
        return _unless_known(current, response)


def _unless_known(current: RequestContext, response: Response) -> Response:
    """304 when the client has this version already (RFC 9110, weak comparison)."""
    known, etag = current.header(b"if-none-match"), response.headers.get("etag")
    if known is None or etag is None or response.status_code != _OK:
        return response
    if known.strip() != "*" and etag.removeprefix("W/") not in [
        tag.strip().removeprefix("W/") for tag in known.split(",")
    ]:
        return response
    kept = {name: response.headers[name] for name in ("etag", "cache-control", "vary") if name in response.headers}
    return Response(status_code=304, headers=kept)


@dataclass(frozen=True, slots=True)
class Change:
    """Every other method.

    The stored response is looked up only when something is wrong: for a key seen before, committing fails on the key's
    row and nothing is applied, so a fresh command, which nearly all are, costs no extra read.
    """

    endpoint: Endpoint
    rule: Rule
    max_body: int
    query_names: frozenset[str]
    idempotency: Idempotency
    route: str
    takes_json: bool

    async def respond(self, request: Request) -> Response:
        runtime, current = runtime_of(request), request_context(request)
        await _authenticate(runtime, current, self.rule)
        check_address(request, self.query_names)
        capped = CappedRequest(request.scope, request.receive, self.max_body)
        if self.takes_json:
            check_body(await capped.body())
        key = await key_of(capped, self.idempotency, self.route)
        context = current.context()
        current.unit = unit = runtime.units(context)
        try:
            response = await self._applied(capped, current, unit, key)
        except Exception as error:
            if key is None:
                raise
            return await self._settled(runtime, request, key, error)
        if current.afterwards is not None:
            response = await current.afterwards() or response
        return response

    async def _applied(
        self, request: CappedRequest, current: RequestContext, unit: UnitOfWork, key: IdempotencyKey | None
    ) -> Response:
        attempt = 1
        while True:
            current.afterwards = None
            try:
                if attempt > 1 and key is not None and (original := await key.find(unit)):
                    await unit.commit()
                    REPLAYS.inc()
                    return original
                response = await self.endpoint(request)
                if key is not None and response.status_code < _SERVER_ERROR:
                    key.keep(unit, response)
                await unit.commit()
            except RACES as lost:
                await unit.rollback()
                if attempt == _ATTEMPTS:
                    raise
                RETRIES.labels(type(lost).__name__).inc()
                attempt += 1
            except BaseException:
                await unit.rollback()
                raise
            else:
                return response

    async def _settled(self, runtime: Runtime, request: Request, key: IdempotencyKey, error: Exception) -> Response:
        """Nothing was applied. A domain's refusal becomes the key's response, unless the key has one already."""
        current = request_context(request)
        async with runtime.units(current.context()) as unit:
            if isinstance(error, DomainError) and not isinstance(error, Forbidden):
                refusal = runtime.problems.response(error, instance=reference(request.scope))
                response: Response | None = await key.settle(unit, refusal)
            else:
                response = None if _is_final(error) else await key.find(unit)
        if response is None:
            raise error
        return response


def _is_final(error: Exception) -> bool:
    """Whether looking for an original response is pointless: the input is bad, or the database is away."""
    return not isinstance(error, (DomainError, Problem)) and not is_defect(error)


async def _authenticate(runtime: Runtime, current: RequestContext, rule: Rule) -> None:
    if rule.scopes is not None:
        authorization = current.headers.get(b"authorization")
        caller = await runtime.authenticator.caller(authorization)
        rule.check(caller)
        current.caller = await runtime.recognised(caller, authorization)
