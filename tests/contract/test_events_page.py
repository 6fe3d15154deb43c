"""docs/events.md says what is published and who reads it."""

import os
from pathlib import Path

from lintel_contracts import CONSUMER_GROUPS
from lintel_contracts.documentation import page
from lintel_events.log.topics import installed_readers

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
WRITE = "LINTEL_WRITE_DOCS"


def test_every_consumer_group_says_what_it_handles() -> None:
    """By the entry point `lintel_events.handlers` of its service; the page would miss a reader otherwise."""
    assert {group for groups in installed_readers().values() for group in groups} == set(CONSUMER_GROUPS)


def test_the_page_of_events_is_the_models_and_the_handlers() -> None:
    current = page(installed_readers())
    if os.environ.get(WRITE):
        PAGE.write_text(current)
    assert PAGE.exists(), f"docs/events.md is not there: run this test with {WRITE}=1 and commit it"
    assert PAGE.read_text() == current, f"docs/events.md is stale: run this test with {WRITE}=1 and commit the change"
