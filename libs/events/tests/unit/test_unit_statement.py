"""All writes of a unit go out as one statement, the outbox rows last."""

from uuid import UUID

from lintel_events.log.cloudevent import Record
from lintel_events.outbox.row_statement import GatheredRows, RowStatement
from lintel_events.outbox.unit_of_work import _statement_of

RECORD = Record("topic", 0, "key", UUID(int=1), "{}", b"payload")


def test_parameters_are_renumbered_in_the_order_of_the_writes() -> None:
    sql, args = _statement_of(
        [("UPDATE a SET x = $2 WHERE id = $1", (1, 2)), ("DELETE FROM b WHERE id = $1 OR id = $10", tuple(range(10)))],
        [],
    )

    assert "write0 AS (UPDATE a SET x = $2 WHERE id = $1 RETURNING 1)" in sql
    assert "write1 AS (DELETE FROM b WHERE id = $3 OR id = $12 RETURNING 1)" in sql
    assert args == [1, 2, *range(10)]


def test_outbox_rows_wait_for_every_write() -> None:
    """Their ids are drawn when the writes have their row locks: the order of ids is the order of commits, per key."""
    sql, args = _statement_of([("DELETE FROM a", ()), ("UPDATE b SET x = $1", (5,))], [RECORD, RECORD])

    head, _, last = sql.partition("INSERT INTO outbox")
    assert "write0" in head
    assert "write1" in head
    assert "(SELECT count(*) FROM write0)" in last
    assert "(SELECT count(*) FROM write1)" in last
    assert last.endswith("ORDER BY position")
    assert "$2::text[]" in last
    assert args[0] == 5
    assert args[1] == ["topic", "topic"]


def test_events_alone_are_one_plain_insert() -> None:
    sql, _ = _statement_of([], [RECORD])

    assert sql.lstrip().startswith("INSERT INTO outbox")


def test_rows_of_one_statement_go_out_together_in_key_order() -> None:
    """A poll that changes an order three times writes it once; two polls take their locks in the same order."""
    gathered = GatheredRows()
    statement = RowStatement("UPDATE a", ("id",), lambda rows: ([row["n"] for row in rows],))
    for row in ({"id": "b", "n": 1}, {"id": "a", "n": 2}, {"id": "b", "n": 3}):
        gathered.add(statement, row)

    assert gathered.writes() == [("UPDATE a", ([2, 3],))]


def test_a_key_may_have_parts_that_are_null() -> None:
    """A price without a beginning is one of its product's prices too."""
    gathered = GatheredRows()
    statement = RowStatement("INSERT", ("sku", "since"), lambda rows: ([row["since"] for row in rows],))
    for since in (2, None, 1):
        gathered.add(statement, {"sku": "A", "since": since})

    assert gathered.writes() == [("INSERT", ([None, 1, 2],))]
