"""The OpenAPI document, what it says of problems, and its page."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import Response

from lintel_chassis.http.access import BEARER

PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": f"{meaning} (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, meaning in (("4XX", "Refused"), ("5XX", "Failed"))
}
_TEXT = {"type": "string"}
_FAULT = {"type": "object", "properties": dict.fromkeys(("pointer", "parameter", "in", "detail"), _TEXT)}
_PROBLEM = {
    "type": "object",
    "description": "`type` has a page that explains it; problems may have further members.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {"type": "array", "items": _FAULT},
    },
}


class DocumentedApp(FastAPI):
    """FastAPI whose document knows the shape of problems, and how callers prove who they are."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = _PROBLEM
        components["securitySchemes"] = {"bearer": BEARER}
        return document


def api_page(request: Request) -> Response:
    """`GET /docs`; the document's address is relative, since the front door has the page at /<service>/docs."""
    return get_swagger_ui_html(openapi_url="openapi.json", title=request.app.title)
