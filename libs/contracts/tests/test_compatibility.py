"""The gate: a new optional property passes, and nothing else that a program could notice."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lintel_contracts.compatibility import Schema, breaking_changes

PUBLISHED: Schema = {
    "properties": {
        "order_id": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 64},
        "reason": {"$ref": "#/$defs/Reason"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
        "hold": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    },
    "required": ["order_id", "reason"],
    "$defs": {
        "Reason": {"enum": ["shopper", "care"], "type": "string"},
        "Line": {"properties": {"sku": {"type": "string"}, "quantity": {"type": "integer", "maximum": 9}}},
        "Money": {"properties": {"amount": {"type": "string"}}, "additionalProperties": False},
    },
}
ORDER_ID = PUBLISHED["properties"]["order_id"]


def _changed(pointer: str, value: Any) -> Schema:
    """The published schema with one place set; None takes it away."""
    schema = deepcopy(PUBLISHED)
    *way, last = pointer.split("/")
    place = schema
    for name in way:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return schema


ALLOWED = {
    "a new optional property": ("properties/note", {"type": "string"}),
    "one in a nested model": ("$defs/Line/properties/note", {"type": "string"}),
    "a new nested model": ("$defs/Note", {"properties": {}}),
    "words": ("description", "what people read"),
    "words of a choice": ("properties/hold/anyOf", [{"type": "string", "title": "Hold"}, {"type": "null"}]),
    "the order of required properties": ("required", ["reason", "order_id"]),
    "the order of values": ("$defs/Reason/enum", ["care", "shopper"]),
}


@pytest.mark.parametrize(("pointer", "value"), ALLOWED.values(), ids=list(ALLOWED))
def test_what_no_reader_could_miss_is_allowed(pointer: str, value: Any) -> None:
    assert list(breaking_changes(PUBLISHED, _changed(pointer, value))) == []


REFUSED = {
    "removed": ("properties/order_id", None, "#/properties/order_id is gone"),
    "renamed": (
        "properties",
        {name.replace("hold", "hold_id"): field for name, field in PUBLISHED["properties"].items()},
        "#/properties/hold is gone",
    ),
    "another type": ("properties/order_id/type", "integer", '#/properties/order_id/type: "string" became "integer"'),
    "widened to nothing": (
        "properties/order_id",
        {"anyOf": [ORDER_ID, {"type": "null"}]},
        "#/properties/order_id/anyOf is new",
    ),
    "narrowed": (
        "properties/hold/anyOf",
        [{"type": "string"}],
        '#/properties/hold/anyOf: [{"type": "string"}, {"type": "null"}] became [{"type": "string"}]',
    ),
    "another choice": (
        "properties/hold/anyOf",
        [{"type": "integer"}, {"type": "null"}],
        '#/properties/hold/anyOf/0/type: "string" became "integer"',
    ),
    "newly required": ("required", ["order_id", "reason", "hold"], '#/required: "hold" was added'),
    "no longer required": ("required", ["order_id"], '#/required: "reason" was removed'),
    "nothing required": ("required", None, "#/required is gone"),
    "a value more": ("$defs/Reason/enum", ["shopper", "care", "store"], '#/$defs/Reason/enum: "store" was added'),
    "a value less": ("$defs/Reason/enum", ["care"], '#/$defs/Reason/enum: "shopper" was removed'),
    "another pattern": (
        "properties/order_id/pattern",
        "^[a-z0-9]+$",
        '#/properties/order_id/pattern: "^[a-z]+$" became "^[a-z0-9]+$"',
    ),
    "no pattern": ("properties/order_id/pattern", None, "#/properties/order_id/pattern is gone"),
    "a higher limit": ("properties/order_id/maxLength", 65, "#/properties/order_id/maxLength: 64 became 65"),
    "a lower limit": ("$defs/Line/properties/quantity/maximum", 8, "#/$defs/Line/properties/quantity/maximum: 9 became 8"),  # noqa: E501 - one change a line
    "a new limit": ("properties/order_id/minLength", 1, "#/properties/order_id/minLength is new"),
    "another default": ("properties/hold/default", "none", '#/properties/hold/default: null became "none"'),
    "other items": ("properties/lines/items", {"type": "string"}, "#/properties/lines/items/type is new"),
    "another nested model": (
        "properties/reason/$ref",
        "#/$defs/Line",
        '#/properties/reason/$ref: "#/$defs/Reason" became "#/$defs/Line"',
    ),
    "a nested model gone": ("$defs/Line", None, "#/$defs/Line is gone"),
    "removed from a nested model": ("$defs/Line/properties/sku", None, "#/$defs/Line/properties/sku is gone"),
    "required in a nested model": ("$defs/Line/required", ["sku"], "#/$defs/Line/required is new"),
    "closed": ("additionalProperties", False, "#/additionalProperties is new"),
    "opened": ("$defs/Money/additionalProperties", True, "#/$defs/Money/additionalProperties: false became true"),
    "more in what is closed": (
        "$defs/Money/properties/rate",
        {"type": "string"},
        "#/$defs/Money/properties/rate is new, and readers take nothing new here: the object is closed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("pointer", "value", "said"), REFUSED.values(), ids=list(REFUSED))
def test_anything_else_is_refused_and_named(pointer: str, value: Any, said: str) -> None:
    assert said in list(breaking_changes(PUBLISHED, _changed(pointer, value)))


NAMES = st.sampled_from(["a", "b", "c", "title", "properties", "required"])
VALUES = st.sampled_from(["x", "y", "z"])
LEAVES: st.SearchStrategy[Schema] = st.one_of(
    st.builds(lambda low, span: {"type": "integer", "minimum": low, "maximum": low + span}, *[st.integers(0, 3)] * 2),
    st.builds(lambda values: {"enum": values}, st.lists(VALUES, min_size=1, unique=True)),
    st.just({"type": "string"}),
)


def _object(fields: dict[str, Schema], needed: set[str], *, closed: bool) -> Schema:
    schema: Schema = {"type": "object", "properties": fields, "required": sorted(needed & fields.keys())}
    return schema | ({"additionalProperties": False} if closed else {})


def _around(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    fields = st.dictionaries(NAMES, inner, max_size=3)
    return st.one_of(
        st.builds(_object, fields, st.sets(NAMES), closed=st.booleans()),
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(lambda schema: {"anyOf": [schema, {"type": "null"}]}, inner),
    )


SCHEMAS = st.recursive(LEAVES, _around, max_leaves=6)
MAKERS: dict[str, Callable[[Schema], st.SearchStrategy[Any]]] = {
    "enum": lambda schema: st.sampled_from(schema["enum"]),
    "anyOf": lambda schema: st.one_of(*map(_values, schema["anyOf"])),
    "integer": lambda schema: st.integers(schema["minimum"], schema["maximum"]),
    "string": lambda _: VALUES,
    "null": lambda _: st.none(),
    "array": lambda schema: st.lists(_values(schema["items"]), max_size=2),
    "object": lambda schema: st.fixed_dictionaries(
        {name: _values(schema["properties"][name]) for name in schema["required"]},
        optional={
            name: _values(member) for name, member in schema["properties"].items() if name not in schema["required"]
        },
    ),
}


def _values(schema: Schema) -> st.SearchStrategy[Any]:
    """What a writer that follows the schema may write."""
    kind = next((word for word in ("enum", "anyOf") if word in schema), None) or schema["type"]
    return MAKERS[kind](schema)


@st.composite
def _evolved(draw: st.DrawFn, schema: Schema) -> Schema:
    """The schema after some edits, at any depth, of which none, some or all are allowed."""
    if "properties" in schema:
        kept = {name: draw(_evolved(member)) for name, member in schema["properties"].items()}
        more = draw(st.dictionaries(NAMES, LEAVES, max_size=1))
        return schema | {"properties": more | kept}
    if "items" in schema:
        return schema | {"items": draw(_evolved(schema["items"]))}
    return draw(st.one_of(st.just(schema), st.just(schema), st.just(schema), SCHEMAS))


@given(SCHEMAS)
def test_what_did_not_change_is_never_refused(schema: Schema) -> None:
    assert list(breaking_changes(schema, deepcopy(schema))) == []


@given(st.data(), SCHEMAS)
def test_what_is_let_through_is_read_by_yesterdays_and_todays_readers(data: st.DataObject, published: Schema) -> None:
    """Yesterday's meet new records, today's the records that lie on the log."""
    current = data.draw(_evolved(published), label="current")
    assume(not list(breaking_changes(published, current)))
    Draft202012Validator(published).validate(data.draw(_values(current), label="a new record"))
    Draft202012Validator(current).validate(data.draw(_values(published), label="an old record"))


@given(st.data(), SCHEMAS, SCHEMAS)
def test_what_yesterdays_readers_would_choke_on_is_refused(
    data: st.DataObject, published: Schema, other: Schema
) -> None:
    record = data.draw(_values(other))
    assume(not Draft202012Validator(published).is_valid(record))
    assert list(breaking_changes(published, other))
