"""The generated documents are those of the code."""

from importlib import import_module
from typing import Any

import pytest

from lintel_chassis.http.documents import documents
from lintel_chassis.service import Service
from lintel_local.services import ALL
from tests.system.openapi import DOCS

SERVICES: list[Service[Any]] = [import_module(f"{service.module}.app").SERVICE for service in ALL]


@pytest.mark.parametrize(("path", "generated"), documents(SERVICES).items(), ids=list(documents(SERVICES)))
def test_a_committed_document_is_what_the_code_says(path: str, generated: bytes) -> None:
    """Clients are generated from these files, and refusals link to these pages."""
    committed = DOCS / path
    assert committed.exists(), f"docs/{path} is missing: run `make docs` and commit it"
    assert committed.read_bytes() == generated, f"docs/{path} is stale: run `make docs` and commit the change"
