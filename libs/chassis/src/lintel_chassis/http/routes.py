"""Routes: each states who may call it, is one unit of work, and answers only what is committed."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar, cast

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request

from lintel_chassis.auth.stream_tickets import Ticket
from lintel_chassis.http.access import Rule, allow
from lintel_chassis.http.call import Call
from lintel_chassis.http.idempotency import HEADER, Idempotency
from lintel_chassis.http.openapi import PROBLEM_RESPONSES
from lintel_chassis.http.request import DEFAULT_MAX_BODY
from lintel_chassis.http.strict import query_names
from lintel_chassis.http.transaction import Change, Read

_SAFE = {"GET", "HEAD"}
_IDEMPOTENCY = "x-idempotency"
_MAX_BODY = "x-max-body"
_STREAM = "x-stream-ticket"

RouteFunction = TypeVar("RouteFunction", bound=Callable[..., Any])


class UnitRoute(APIRoute):
    """Its options travel in `openapi_extra`, so that the published document shows them too."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Raise TypeError for an endpoint that does not state who may call it."""
        route = f"{' '.join(sorted(options.get('methods') or ()))} {path}"
        self.rule = Rule.of(endpoint, options.get("dependencies") or (), route)
        super().__init__(path, endpoint, **options)
        extra = {**(self.openapi_extra or {}), "security": self.rule.documented()}
        if self.rule.scopes is None:
            extra.pop(_IDEMPOTENCY, None)
        if extra.get(_IDEMPOTENCY) in {Idempotency.REQUIRED, Idempotency.HONOURED}:
            extra["parameters"] = [*extra.get("parameters", []), _key_header(extra[_IDEMPOTENCY])]
        self.openapi_extra = extra

    def get_route_handler(self) -> Callable[[Request], Any]:
        extra = self.openapi_extra or {}
        endpoint, rule = super().get_route_handler(), self.rule
        max_body, names = extra.get(_MAX_BODY, DEFAULT_MAX_BODY), query_names(self.dependant)
        if (self.methods or set()) <= _SAFE:
            return Read(endpoint, rule, max_body, names, extra.get(_STREAM, False)).respond
        idempotency = Idempotency(extra.get(_IDEMPOTENCY, Idempotency.IGNORED))
        takes_json = self.body_field is not None
        return Change(endpoint, rule, max_body, names, idempotency, self.path_format, takes_json).respond


class Router(APIRouter):
    """A public route ignores idempotency keys: there is no subject that one could belong to."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=UnitRoute, responses=PROBLEM_RESPONSES, **options)

    def post(
        self,
        path: str,
        *,
        idempotency: Idempotency = Idempotency.HONOURED,
        max_body: int = DEFAULT_MAX_BODY,
        **options: Any,
    ) -> Callable[[RouteFunction], RouteFunction]:
        extra = {_MAX_BODY: max_body, _IDEMPOTENCY: str(idempotency), **options.pop("openapi_extra", {})}
        return super().post(path, openapi_extra=extra, **options)

    def stream(self, path: str, **options: Any) -> Callable[[RouteFunction], RouteFunction]:
        """A GET that streams; beside it a POST that gives the same callers a ticket, accepted there as `?ticket=`."""

        def register(endpoint: RouteFunction) -> RouteFunction:
            self.get(path, openapi_extra={_STREAM: True}, **options)(endpoint)
            scopes = cast("UnitRoute", self.routes[-1]).rule.scopes or ()
            self.post(
                path,
                status_code=201,
                name=f"{endpoint.__name__}_ticket",
                summary="A ticket for this stream, valid for a minute as ?ticket=",
                idempotency=Idempotency.IGNORED,
                openapi_extra={"parameters": _path_parameters(self.prefix + path)},
            )(_ticket_route(scopes))
            return endpoint

        return register


def _ticket_route(scopes: tuple[str, ...]) -> Callable[..., Any]:
    async def issue_ticket(call: Annotated[Call, allow(*scopes)]) -> Ticket:
        return call.runtime.tickets.issue(call.caller, call.request.scope["path"])

    return issue_ticket


def _key_header(idempotency: str) -> dict[str, Any]:
    required = idempotency == Idempotency.REQUIRED
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return {"name": HEADER, "in": "header", "required": required, "schema": schema}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
