"""The generated documents: `docs/openapi/<service>.json` (OpenAPI 3.1) and `docs/problems.md`.

`python -m lintel_chassis.http.documents docs lintel_orders lintel_pickup ...` writes them.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

from lintel_chassis.http.app import documented_app
from lintel_chassis.http.problem_pages import problems_markdown
from lintel_chassis.problems import COMMON, Problems
from lintel_chassis.service import Service


def documents(services: list[Service[Any]]) -> dict[str, bytes]:
    """The content of each file, by its path below docs/. A test fails when they differ from what is committed."""
    sections = [("Every service", COMMON), *((service.title, service.problems) for service in services)]
    return {
        **{f"openapi/{service.name}.json": openapi(service) for service in services},
        "problems.md": problems_markdown(sections).encode(),
    }


def openapi(service: Service[Any]) -> bytes:
    """`x-problems` names the problems that are this service's own, for whoever links to their pages."""
    document = documented_app(service, Problems(service.problems)).openapi()
    document["x-problems"] = sorted(problem.slug for problem in service.problems)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def main(target: str, *packages: str) -> None:
    """Each package's `app` module has the Service as `SERVICE`."""
    services = [import_module(f"{package}.app").SERVICE for package in packages]
    for path, content in documents(services).items():
        file = Path(target) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
