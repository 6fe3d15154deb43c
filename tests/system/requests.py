"""Requests made from the OpenAPI documents: right in form, about the things we name."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import httpx

from tests.system.openapi import Operation, Schema
from tests.system.shop import Headers, fresh

_BODIES: dict[str, dict[str, Any]] = {
    "POST /v1/pickups/{order_id}/hand-over": {"code": "000000"},  # one of two properties is needed
}
_LATER = "2100-01-01T00:00:00Z"


async def call(
    client: httpx.AsyncClient,
    operation: Operation,
    things: Mapping[str, Any],
    headers: Headers,
    *,
    query: Mapping[str, str] = MappingProxyType({}),
    body: Any = None,
) -> httpx.Response:
    """`things` gives ids and codes by the names they have in paths, queries and bodies.

    `query` is added, `body` stands for the one that is made.
    """
    required = [
        parameter for parameter in operation.parameters if parameter.get("required") and parameter["in"] == "query"
    ]
    if body is None and operation.body is not None:
        body = _BODIES.get(str(operation)) or _example(operation, operation.body, things)
    request = client.build_request(
        operation.method,
        operation.path.format_map(things),
        params={parameter["name"]: things.get(parameter["name"], "") for parameter in required}
        | ({"store_code": things["store_code"]} if _may_ask(operation, "store_code") else {})
        | dict(query),
        content=None if body is None else json.dumps(body),
        headers={"Content-Type": "application/json", "Idempotency-Key": fresh("key"), **headers},
    )
    answer = await client.send(request, stream=True)
    if answer.headers.get("content-type", "").startswith("text/event-stream"):  # which has no end
        await answer.aclose()
    else:
        await answer.aread()
    return answer


Values = Callable[[Schema], Iterable[Any]]


def bodies(
    operation: Operation, schema: Schema, things: Mapping[str, Any], values: Values, name: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Smallest bodies, each with one of the `values` of a leaf in that leaf's place: its pointer, the value, the body.

    Every property comes in turn, required or not.
    """
    schema = operation.resolved(schema)
    if alternatives := [part for way in ("anyOf", "oneOf", "allOf") for part in schema.get(way, ())]:
        for alternative in alternatives:
            yield from bodies(operation, alternative, things, values, name)
    elif "properties" in schema:
        smallest = _example(operation, schema, things)
        for key, part in schema["properties"].items():
            for pointer, value, inner in bodies(operation, part, things, values, key):
                yield f"/{key}{pointer}", value, {**smallest, key: inner}
    elif schema.get("type") == "array":
        for pointer, value, inner in bodies(operation, schema["items"], things, values):
            yield f"/0{pointer}", value, [inner]
    elif "const" not in schema and "enum" not in schema:
        yield from (("", value, value) for value in values(schema))


def _may_ask(operation: Operation, name: str) -> bool:
    return any(parameter["name"] == name and parameter["in"] == "query" for parameter in operation.parameters)


def _example(operation: Operation, schema: Schema, things: Mapping[str, Any], name: str = "") -> Any:  # noqa: PLR0911 - a case for each kind
    """The smallest valid instance."""
    schema = operation.resolved(schema)
    if name in things:
        return things[name]
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for way in ("anyOf", "oneOf", "allOf"):
        if way in schema:
            return _example(operation, schema[way][0], things, name)
    match schema.get("type"):
        case "object":
            wanted = set(schema.get("required", ())) | (things.keys() & schema.get("properties", {}).keys())
            return {key: _example(operation, schema["properties"][key], things, key) for key in sorted(wanted)}
        case "array":
            return [_example(operation, schema["items"], things)] * schema.get("minItems", 0)
        case "integer" | "number":
            return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return False
        case _:
            return _text(schema)


def _text(schema: Schema) -> str:
    return {"date-time": _LATER, "date": _LATER[:10], "duration": "PT1H"}.get(schema.get("format", ""), fresh("x"))
