"""The shapes that lists and bulk routes share."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from lintel_chassis.http.bulk import BulkInput, outcomes
from lintel_chassis.http.etag import Expected, etag_of
from lintel_chassis.http.pagination import Paging, decode_cursor, encode_cursor, moment
from lintel_chassis.problems import Problem, Problems, ProblemType
from lintel_contracts.errors import Conflict


@given(st.lists(st.text()))
def test_a_cursor_gives_back_what_went_in(values: list[str]) -> None:
    assert decode_cursor(encode_cursor(values)) == values


@pytest.mark.parametrize("cursor", ["!", "e30", "bm8", "é", "a"])
def test_a_cursor_of_ones_own_making_is_refused(cursor: str) -> None:
    with pytest.raises(Problem, match="invalid_cursor"):
        decode_cursor(cursor)


@pytest.mark.parametrize("after", [[], ["S1"], ["S1", "A", "B"], ["S1", 7], ["S1", "tomorrow"], ["S1", "2026-01-01"]])
def test_a_cursor_of_another_list_is_refused(after: list[Any]) -> None:
    with pytest.raises(Problem, match="invalid_cursor"):
        Paging(50, after).start(str, moment)


@pytest.mark.parametrize("after", [["\0", "2026-01-01T00:00:00Z"], ["S1", "0001-01-01T00:00:00+14:00"]])
def test_a_cursor_of_what_no_row_can_hold_is_refused(after: list[str]) -> None:
    """As an argument PostgreSQL would refuse it, and the request would fail as if by a defect of ours."""
    with pytest.raises(Problem, match="invalid_cursor"):
        Paging(50, decode_cursor(encode_cursor(after))).start(str, moment)


def test_a_page_begins_after_the_last_row_of_the_one_before() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert Paging(50, decode_cursor(encode_cursor(["S1", at]))).start(str, moment) == ("S1", at)
    assert Paging(50, None).start(str, moment) is None


def test_a_page_ends_where_the_next_begins() -> None:
    first = Paging(2, None).page([3, 5, 7], cursor=lambda row: [row], item=str)
    assert first.items == ["3", "5"]
    assert decode_cursor(first.next_cursor or "") == ["5"]
    assert Paging(2, ["5"]).page([7], cursor=lambda row: [row], item=str).next_cursor is None


class Sale(BaseModel):
    id: str
    total: int


PROBLEMS = Problems((ProblemType("gone", 409, "Gone", "It is sold."),))


def test_an_unreadable_item_does_not_hold_up_the_others() -> None:
    """A till sends its afternoon at once; one broken sale must not keep the rest out."""
    body = BulkInput[Sale].model_validate({"items": [{"id": "a", "total": 1}, {"id": "b"}, 7]})
    found = outcomes(body, [("a", "accepted")], PROBLEMS).model_dump()["items"]
    assert [(outcome["index"], outcome["id"], outcome["status"]) for outcome in found] == [
        (0, "a", "accepted"),
        (1, "b", "rejected"),
        (2, None, "rejected"),
    ]
    assert found[1]["problem"]["errors"] == [{"pointer": "/total", "detail": "Field required"}]


def test_a_refused_item_gets_the_problem_it_would_get_alone() -> None:
    """With the place that is at fault and whatever else is said of it: bulk routes once left out one or the other."""
    body = BulkInput[Sale].model_validate({"items": [{"id": "a", "total": 1}]})
    (found,) = outcomes(body, [("a", Conflict("gone", "Sold out.", "/total", left=0))], PROBLEMS).items
    assert found.status == "rejected"
    assert found.problem == {
        "type": "/problems/gone",
        "title": "Gone",
        "status": 409,
        "detail": "Sold out.",
        "errors": [{"pointer": "/total", "detail": "Sold out."}],
        "left": 0,
    }


def test_a_batch_documents_its_items() -> None:
    schema = BulkInput[Sale].model_json_schema()
    assert schema["properties"]["items"]["items"] == {"$ref": "#/$defs/Sale"}
    assert schema["properties"]["items"]["maxItems"] == 500


def test_a_version_is_checked_only_when_the_client_names_one() -> None:
    Expected(None).check(etag_of(3))
    Expected(frozenset({'"3"'})).check(etag_of(3))
    with pytest.raises(Problem, match="precondition_failed"):
        Expected(frozenset({'"2"'})).check(etag_of(3))
