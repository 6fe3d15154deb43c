"""Statements are composed from tables, so that a column is named once."""

import pytest
from sqlalchemy import JSON, BigInteger, Column, DateTime, MetaData, Table, Text, bindparam, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from lintel_chassis.db.statements import among, columns_of, compiled, composed, inserting, updating, upserting
from lintel_events.outbox.row_statement import Row

notes = Table(
    "notes",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("state", Text),
    Column("content", JSONB),
    Column("due_at", DateTime(timezone=True)),
    Column("version", BigInteger),
)
tagged = Table(
    "tagged",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("tags", ARRAY(Text)),
    Column("content", JSON),
    Column("words", Text),
)


def flat(sql: str) -> str:
    return " ".join(sql.split())


def test_an_insert_takes_an_array_a_column() -> None:
    statement = inserting(notes, "id", "content", "version")
    assert flat(statement.sql) == (
        "INSERT INTO notes (id, content, version) SELECT c.id, c.content, c.version "
        "FROM unnest($1::TEXT[], $2::JSONB[], $3::BIGINT[]) AS c(id, content, version)"
    )
    rows: list[Row] = [{"id": "a", "content": "{}", "version": 1}, {"id": "b", "content": None, "version": 2}]
    assert statement.arguments(rows) == (["a", "b"], ["{}", None], [1, 2])


def test_an_insert_may_pass_over_what_is_there() -> None:
    assert flat(inserting(notes, "id", ignore=True).sql).endswith("ON CONFLICT DO NOTHING")


def test_an_update_changes_all_but_the_key() -> None:
    statement = updating(notes, "state", "version")
    assert statement.key == ("id",)
    assert flat(statement.sql) == (
        "UPDATE notes SET state=c.state, version=c.version "
        "FROM unnest($1::TEXT[], $2::TEXT[], $3::BIGINT[]) AS c(id, state, version) WHERE notes.id = c.id"
    )


def test_an_upsert_can_leave_what_is_newer() -> None:
    statement = upserting(notes, "id", "state", "version", where=lambda there, comes: there.c.version < comes.version)
    assert flat(statement.sql).endswith(
        "ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version "
        "WHERE notes.version < excluded.version"
    )


def test_rows_with_an_array_are_sent_as_one_json() -> None:
    """PostgreSQL's unnest would take an array of arrays apart."""
    statement = upserting(tagged, "id", "tags", "content", "words", computed={"words": "upper(c.id)"})
    assert "json_to_recordset($1::JSON) AS c(id TEXT, tags TEXT[], content JSON)" in flat(statement.sql)
    assert "SELECT c.id, c.tags, c.content, upper(c.id)" in flat(statement.sql)
    assert statement.arguments([{"id": "a", "tags": ["x"], "content": '{"n":1}'}]) == (
        '[{"id":"a","tags":["x"],"content":{"n":1}}]',
    )


def test_a_single_row_comes_as_values() -> None:
    """Also of a table with an array, and where the database works something out."""
    statement = upserting(tagged, "id", "tags", "content", "words", computed={"words": "upper(c.id)"})
    sql, values = statement.of([{"id": "a", "tags": ["x"], "content": "{}"}])
    assert "FROM (VALUES ($1::VARCHAR, $2::TEXT[], $3::JSON)) AS c (id, tags, content)" in flat(sql)
    assert "SELECT c.id, c.tags, c.content, upper(c.id)" in flat(sql)
    assert values == ("a", ["x"], "{}")
    assert statement.of([{"id": "a", "tags": [], "content": None}] * 2)[0] == statement.sql


def test_a_fixed_statement_takes_its_values_by_name() -> None:
    found = compiled(
        select(notes.c.id).where(notes.c.state == bindparam("state"), notes.c.version > bindparam("after"))
    )
    assert found(after=3, state="open")[1:] == ("open", 3)
    with pytest.raises(KeyError, match="after"):
        found(state="open")


def test_a_value_forgotten_in_a_fixed_statement_fails_its_import() -> None:
    with pytest.raises(TypeError, match="state_1"):
        compiled(select(notes.c.id).where(notes.c.state == "open"))


@pytest.mark.parametrize("states", [["open"], ["open", "done", "late"]])
def test_a_varying_read_has_one_shape_for_any_number_of_values(states: list[str]) -> None:
    sql, *values = composed(select(notes.c.id).where(among(notes.c.state, states)).limit(5))
    assert flat(sql) == "SELECT notes.id FROM notes WHERE notes.state = ANY ($1::TEXT[]) LIMIT $2::INTEGER"
    assert values == [states, 5]


def test_a_shape_seen_before_is_given_its_own_values() -> None:
    for value in (1, 2):
        after = tuple_(notes.c.version, notes.c.id) > (value, "a")
        assert composed(select(notes.c.id).where(after))[1:] == (value, "a")


def test_an_expanding_parameter_is_refused() -> None:
    with pytest.raises(TypeError, match="among"):
        composed(select(notes.c.id).where(notes.c.state.in_(["open"])))


def test_a_written_statement_gets_its_columns_from_the_table() -> None:
    assert columns_of(notes, "id", "state") == "id, state"
    with pytest.raises(KeyError):
        columns_of(notes, "nothing")
