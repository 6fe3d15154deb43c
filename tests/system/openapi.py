"""The committed OpenAPI documents, as tests walk them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
SCOPES = {"shopper", "guest", "associate", "pos", "care", "merchandiser", "ops"}

Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    service: str
    method: str
    path: str
    stated: dict[str, Any]
    document: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def scopes(self) -> set[str]:
        """Any one of them suffices; none: the operation is public."""
        return {scope for way in self.stated["security"] for scope in way.get("bearer", ())}

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [self.resolved(parameter) for parameter in self.stated.get("parameters", [])]

    @property
    def body(self) -> Schema | None:
        """The schema of its JSON body."""
        content = self.stated.get("requestBody", {}).get("content", {})
        schema: Schema | None = content.get("application/json", {}).get("schema")
        return schema

    def answers(self) -> Iterator[Schema]:
        """The schemas of its successes, resolved."""
        for status, answer in self.stated["responses"].items():
            for content in answer.get("content", {}).values() if status.startswith("2") else ():
                yield self.resolved(content.get("schema", {}))

    def resolved(self, schema: Schema) -> Schema:
        """Follow `$ref`s of this document."""
        while "$ref" in schema:
            found: Any = self.document
            for name in schema["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            schema = found
        return schema

    def objects(self, schema: Schema, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, Schema]]:
        """Every object within a schema that names its properties."""
        if (reference := schema.get("$ref")) in seen:
            return
        seen |= {reference} if reference else set()
        schema = self.resolved(schema)
        if "properties" in schema:
            yield schema.get("title", "?"), schema
        parts = [*schema.get("properties", {}).values(), *schema.get("prefixItems", ())]
        parts += [part for way in ("anyOf", "oneOf", "allOf") for part in schema.get(way, ())]
        parts += [part for key in ("items", "additionalProperties") if isinstance(part := schema.get(key), dict)]
        for part in parts:
            yield from self.objects(part, seen)


def operations() -> list[Operation]:
    """Of every service, in the order of the documents."""
    return [
        Operation(file.stem, method, path, stated, document)
        for file in sorted((DOCS / "openapi").glob("*.json"))
        for document in [json.loads(file.read_text())]
        for path, methods in document["paths"].items()
        for method, stated in methods.items()
    ]
