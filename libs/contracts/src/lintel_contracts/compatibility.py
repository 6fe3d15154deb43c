"""What differs between a published JSON Schema and today's by more than a new optional property."""

import json
from collections.abc import Callable, Iterator
from typing import Any

Schema = dict[str, Any]
_Compare = Callable[[Any, Any, str], Iterator[str]]

_WORDS_ONLY = frozenset({"title", "description"})
"""What people read; no program depends on it."""


def breaking_changes(published: Any, current: Any, where: str = "#") -> Iterator[str]:
    """Sentences, each with the JSON pointer of the change; none when every reader of the one can read the other."""
    if not isinstance(published, dict) or not isinstance(current, dict):  # `true` and `false` are schemas too
        yield from _same(published, current, where)
        return
    for keyword in sorted((published.keys() | current.keys()) - _WORDS_ONLY):
        pointer = f"{where}/{keyword}"
        if keyword in published and keyword in current:
            yield from _COMPARED.get(keyword, _same)(published[keyword], current[keyword], pointer)
        elif keyword != "$defs" or keyword in published:  # a first nested model is no more than what refers to it
            yield f"{pointer} is {'gone' if keyword in published else 'new'}"
    if _closed(published):
        for name in sorted(_names(current) - _names(published)):
            yield f"{where}/properties/{name} is new, and readers take nothing new here: the object is closed"


def _closed(schema: Schema) -> bool:
    return schema.get("additionalProperties") is False


def _names(schema: Schema) -> set[str]:
    return set(schema.get("properties", ()))


def _same(published: Any, current: Any, where: str) -> Iterator[str]:
    before, now = json.dumps(published, sort_keys=True), json.dumps(current, sort_keys=True)
    if before != now:
        yield f"{where}: {before} became {now}"


def _same_set(published: list[Any], current: list[Any], where: str) -> Iterator[str]:
    """Their order means nothing."""
    before, now = (frozenset(map(json.dumps, values)) for values in (published, current))
    yield from (f"{where}: {value} was removed" for value in sorted(before - now))
    yield from (f"{where}: {value} was added" for value in sorted(now - before))


def _each(published: list[Any], current: list[Any], where: str) -> Iterator[str]:
    if len(published) != len(current):
        yield from _same(published, current, where)
        return
    for number, (before, now) in enumerate(zip(published, current, strict=True)):
        yield from breaking_changes(before, now, f"{where}/{number}")


def _named(published: Schema, current: Schema, where: str) -> Iterator[str]:
    """Names may be added here; one that has to be given shows up in `required` beside them."""
    for name, schema in published.items():
        if name in current:
            yield from breaking_changes(schema, current[name], f"{where}/{name}")
        else:
            yield f"{where}/{name} is gone"


_COMPARED: dict[str, _Compare] = {
    "properties": _named,
    "$defs": _named,
    "items": breaking_changes,
    "additionalProperties": breaking_changes,
    "anyOf": _each,
    "oneOf": _each,
    "required": _same_set,
    "enum": _same_set,
}
"""How a keyword is compared; all others by their value."""
