"""The shapes that lists, batches and composed reads share."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from lintel_chassis.db.queries import Query
from lintel_chassis.http.batch import Batch, outcomes
from lintel_chassis.http.etag import Expected, etag_of
from lintel_chassis.http.pagination import Paging, decode_cursor, encode_cursor
from lintel_chassis.problems import Problem


@given(st.lists(st.one_of(st.text(), st.integers(-(2**53), 2**53), st.none())))
def test_a_cursor_gives_back_what_went_in(values: list[Any]) -> None:
    assert decode_cursor(encode_cursor(values)) == values


@pytest.mark.parametrize("cursor", ["!", "e30", "bm8", "é", "a"])
def test_a_cursor_of_ones_own_making_is_refused(cursor: str) -> None:
    with pytest.raises(Problem, match="invalid_cursor"):
        decode_cursor(cursor)


@pytest.mark.parametrize("after", [None, [], ["S1"], ["S1", "A", "B"]])
def test_a_cursor_of_another_list_is_refused(after: list[Any] | None) -> None:
    with pytest.raises(Problem, match="invalid_cursor"):
        Paging(50, after).last(2)


def test_a_page_ends_where_the_next_begins() -> None:
    first = Paging(2, None).page([3, 5, 7], cursor=lambda row: [row], item=str)
    assert first.items == ["3", "5"]
    assert decode_cursor(first.next_cursor or "") == [5]
    assert Paging(2, [5]).page([7], cursor=lambda row: [row], item=str).next_cursor is None


def test_a_moment_in_a_cursor_is_text() -> None:
    assert decode_cursor(encode_cursor([datetime(2026, 1, 1, tzinfo=UTC)])) == ["2026-01-01T00:00:00+00:00"]


class Sale(BaseModel):
    id: str
    total: int


def test_an_unreadable_item_does_not_hold_up_the_others() -> None:
    """A till sends its afternoon at once; one broken sale must not keep the rest out."""
    batch = Batch[Sale].model_validate({"items": [{"id": "a", "total": 1}, {"id": "b"}, 7]})
    found = outcomes(batch, lambda sale: (sale.id, "accepted")).model_dump()["items"]
    assert [(one["index"], one["id"], one["status"]) for one in found] == [
        (0, "a", "accepted"),
        (1, "b", "rejected"),
        (2, None, "rejected"),
    ]
    assert found[1]["problem"]["errors"] == [{"pointer": "/total", "detail": "Field required"}]


def test_a_batch_documents_its_items() -> None:
    schema = Batch[Sale].model_json_schema()
    assert schema["properties"]["items"]["items"] == {"$ref": "#/$defs/Sale"}
    assert schema["properties"]["items"]["maxItems"] == 500


def test_a_version_is_checked_only_when_the_client_names_one() -> None:
    Expected(None).check(etag_of(3))
    Expected(frozenset({'"3"'})).check(etag_of(3))
    with pytest.raises(Problem, match="precondition_failed"):
        Expected(frozenset({'"2"'})).check(etag_of(3))


def test_values_of_a_composed_read_are_parameters_numbered_as_written() -> None:
    """Text of others in a statement would be a hole in it."""
    query = Query("SELECT id, {} AS part FROM notes", "a")
    query.where("owner = {}", "ada'; DROP TABLE notes; --")
    query.where("at BETWEEN {} AND {} OR at IS NULL", 1, 2)
    query.add("ORDER BY id LIMIT {}", 3)
    sql, *values = query.statement()
    assert sql.split("\n") == [
        "SELECT id, $1 AS part FROM notes",
        "WHERE (owner = $2)",
        "AND (at BETWEEN $3 AND $4 OR at IS NULL)",
        "ORDER BY id LIMIT $5",
    ]
    assert values == ["a", "ada'; DROP TABLE notes; --", 1, 2, 3]


@pytest.mark.parametrize("values", [(), (1, 2)])
def test_a_part_has_as_many_values_as_places_for_them(values: tuple[int, ...]) -> None:
    """One too many or too few would shift all that follow."""
    with pytest.raises(ValueError, match="zip"):
        Query("SELECT {}", *values)


def test_a_value_that_looks_like_a_place_stays_a_value() -> None:
    query = Query("SELECT {}", "{}")
    query.add("LIMIT {}", 1)
    assert query.statement() == ("SELECT $1\nLIMIT $2", "{}", 1)
