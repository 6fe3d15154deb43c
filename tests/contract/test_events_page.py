"""docs/events.md says what is published and who reads it."""

import os
from collections import defaultdict
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from lintel_contracts import CONSUMER_GROUPS
from lintel_contracts.documentation import page

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
WRITE = "LINTEL_WRITE_DOCS"


def _readers() -> dict[str, list[str]]:
    """Which groups' handlers take which event types, from the handlers themselves."""
    found = defaultdict(list)
    for group in CONSUMER_GROUPS:
        module = f"lintel_{group.replace('-', '_')}.handlers"
        if find_spec(module):
            for name in sorted({model.type for handler in import_module(module).HANDLERS for model in handler.types}):
                found[name].append(group)
    return found


def test_the_page_of_events_is_the_models_and_the_handlers() -> None:
    current = page(_readers())
    if os.environ.get(WRITE):
        PAGE.write_text(current)
    assert PAGE.exists(), f"docs/events.md is not there: run this test with {WRITE}=1 and commit it"
    assert PAGE.read_text() == current, f"docs/events.md is stale: run this test with {WRITE}=1 and commit the change"
