"""What every route has in common, read from the committed OpenAPI documents."""

import re

import pytest

from lintel_contracts import EVENTS
from tests.system.openapi import SCOPES, Operation, operations
from tests.system.running import SERVICES

KEYED = {"POST /v1/orders", "POST /v1/orders/{order_id}/refunds"}
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
CODE = "^[A-Za-z0-9._-]{1,64}$"
CODED = {"sku", "store_code", "offer_id", "price_list"}

every_operation = pytest.mark.parametrize("operation", operations(), ids=str)


def test_there_is_a_document_for_every_service() -> None:
    """The other tests here walk what is there."""
    assert {operation.service for operation in operations()} == set(SERVICES)
    assert {operation.document["openapi"] for operation in operations()} == {"3.1.0"}


@every_operation
def test_it_is_stated_who_may_call(operation: Operation) -> None:
    """An empty list says that everybody may; nothing said would be a hole."""
    assert isinstance(operation.stated.get("security"), list)
    assert operation.scopes <= SCOPES
    assert all(way.get("bearer") for way in operation.stated["security"])


@every_operation
def test_refusals_and_failures_are_problems(operation: Operation) -> None:
    """RFC 9457 for all of them: a client needs one way to read what went wrong."""
    for status in ("4XX", "5XX"):
        [media_type] = operation.stated["responses"][status]["content"]
        assert media_type == "application/problem+json"


@every_operation
def test_inputs_take_nothing_they_do_not_know(operation: Operation) -> None:
    """A misspelt optional property would otherwise be ignored without a word."""
    for title, schema in operation.objects(operation.body or {}):
        assert schema.get("additionalProperties") is False, title


@every_operation
def test_a_list_is_items_and_a_cursor(operation: Operation) -> None:
    """A list that is short today may be long tomorrow; clients page all of them the same way."""
    for answer in operation.answers():
        assert answer.get("type") != "array"
        if operation.method == "get" and "items" in answer.get("properties", {}):
            assert "next_cursor" in answer["properties"]


@every_operation
def test_names_are_in_snake_case(operation: Operation) -> None:
    asked = [parameter["name"] for parameter in operation.parameters if parameter["in"] in {"path", "query"}]
    shown = [name for schema in [operation.body or {}, *operation.answers()] for name in _properties(operation, schema)]
    assert [name for name in asked + shown if not SNAKE.fullmatch(name)] == []


@every_operation
def test_a_command_that_costs_money_needs_a_key(operation: Operation) -> None:
    """Every other POST that is not public and has no id of its own honours one."""
    keys = [parameter["required"] for parameter in operation.parameters if parameter["name"] == "Idempotency-Key"]
    if str(operation) in KEYED:
        assert keys == [True]
    elif not operation.scopes or operation.stated.get("x-idempotency") in {None, "body-id", "ignored"}:
        assert keys == []
    else:
        assert keys == [False]


@every_operation
def test_codes_in_paths_are_checked(operation: Operation) -> None:
    """So that nothing odd reaches queries, keys or logs."""
    for parameter in operation.parameters:
        if parameter["in"] == "path" and parameter["name"] in CODED:
            assert parameter["schema"].get("pattern") == CODE


def test_every_event_names_service_and_version() -> None:
    """Whoever filters by type can rely on the form."""
    assert [name for name in EVENTS if not re.fullmatch(r"[a-z]+\.[A-Z][A-Za-z]+\.v\d+", name)] == []


def _properties(operation: Operation, schema: dict[str, object]) -> list[str]:
    return [name for _, found in operation.objects(schema) for name in found["properties"]]
