"""One transaction's work: reads at once, writes and events together in one statement at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import asyncpg

from lintel_events.database import Pool, PooledConnection
from lintel_events.errors import DATABASE_LOST
from lintel_events.failpoints import passing
from lintel_events.log.cloudevent import Record, encode, sequence_text
from lintel_events.log.context import Context
from lintel_events.log.contract import Event
from lintel_events.outbox import outbox
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.row_statement import GatheredRows, Row, RowStatement

_PARAMETER = re.compile(r"\$(\d+)")


class UnitOfWork:
    """Reads see the database at once; writes and events wait and go out as one statement, the outbox rows last.

    A transaction is begun by the first `lock`. A unit that never locks commits by that one statement alone, which is
    a transaction of its own. The connection is taken when first needed and given back by `commit` or `rollback`.
    Two writes to the same row in one flush are not allowed: PostgreSQL would keep only one of them.
    """

    def __init__(self, pool: Pool, under: Outbox, context: Context) -> None:
        self.context = context
        self.may_publish = True
        self._pool = pool
        self._outbox = under
        self._connection: PooledConnection | None = None
        self._in_transaction = False
        self._published = False
        self._writes: list[tuple[str, tuple[Any, ...]]] = []
        self._rows = GatheredRows()
        self._records: list[Record] = []

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        return await (await self._connected()).fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        return await (await self._connected()).fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        return await (await self._connected()).fetchval(sql, *args)

    async def lock(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Begin the transaction, if it has not begun, and read rows `FOR UPDATE` in it."""
        await self.begin()
        return await self.fetch(sql, *args)

    async def begin(self) -> None:
        if not self._in_transaction:
            await (await self._connected()).execute("BEGIN")
            self._in_transaction = True

    def write(self, sql: str, *args: Any) -> None:
        """Queue one INSERT, UPDATE or DELETE without RETURNING."""
        self._writes.append((sql, args))

    def write_row(self, statement: RowStatement, row: Row) -> None:
        """Queue one row, to go out with the others of the same statement; a later row of its key replaces it."""
        self._rows.add(statement, row)

    def publish(self, event: Event, *, sequence: int, cause: Context | None = None) -> None:
        """Queue an event. Its key must be an aggregate whose row this unit locks or inserts (order per key).

        Raise RecordTooLargeError beyond the broker's limit.
        """
        if not self.may_publish:
            raise RuntimeError("a mirror may not publish")
        numbered = sequence_text(self._outbox.epoch, sequence)
        self.append(encode(event, source=self._outbox.source, sequence=numbered, context=cause or self.context))

    def publish_all(self, events: Iterable[Event], *, after: int, cause: Context | None = None) -> int:
        """Queue what happened to one aggregate, under the sequences after this one; return the last of them."""
        sequence = after
        for event in events:
            sequence += 1
            self.publish(event, sequence=sequence, cause=cause)
        return sequence

    def append(self, record: Record) -> None:
        """Queue a record that is encoded already."""
        self._records.append(record)

    async def flush(self) -> None:
        """Send what is queued, as one statement."""
        writes, records = [*self._rows.writes(), *self._writes], self._records
        if not writes and not records:
            return
        sql, args = _statement_of(writes, records)
        self._published = self._published or bool(records)
        self._drop_queued()
        await (await self._connected()).execute(sql, *args)

    async def commit(self) -> None:
        """Send what is queued and commit; a failure undoes all, whether or not anybody rolls back after it."""
        try:
            passing("unit.before_commit")
            await self.flush()
            if self._in_transaction and self._connection is not None:
                await self._connection.execute("COMMIT")
                self._in_transaction = False
            passing("unit.after_commit")
        except BaseException:
            await self.rollback()
            raise
        await self._give_back()
        if self._published:
            self._outbox.committed.wake()
            self._published = False

    async def rollback(self) -> None:
        """Drop what is queued and undo what was sent; the unit can be used again."""
        self._drop_queued()
        self._published = False
        try:
            if self._in_transaction and self._connection is not None:
                await _undo(self._connection)
        finally:
            self._in_transaction = False
            await self._give_back()

    def _drop_queued(self) -> None:
        self._writes, self._records = [], []
        self._rows.clear()

    async def _connected(self) -> PooledConnection:
        if self._connection is None:
            self._connection = await self._pool.acquire(timeout=5)
        return self._connection

    async def _give_back(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await self._pool.release(connection)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            await self.commit()
        else:
            await self.rollback()


async def _undo(connection: PooledConnection) -> None:
    """A lost connection needs nothing: the server undoes what it had begun. asyncpg may show it by raising anywhere."""
    try:
        await connection.execute("ROLLBACK")
    except DATABASE_LOST:
        with suppress(asyncpg.InterfaceError):  # the pool has it back already
            connection.terminate()


class UnitFactory:
    """Makes the units of one process."""

    def __init__(self, pool: Pool, under: Outbox) -> None:
        self.pool = pool
        self._outbox = under

    def __call__(self, context: Context) -> UnitOfWork:
        return UnitOfWork(self.pool, self._outbox, context)


def _statement_of(writes: list[tuple[str, tuple[Any, ...]]], records: list[Record]) -> tuple[str, list[Any]]:
    args = [value for _, values in writes for value in values]
    if records:
        args.extend(outbox.columns(records))
    return _composed(tuple((sql, len(values)) for sql, values in writes), bool(records)), args


@lru_cache(maxsize=1024)
def _composed(writes: tuple[tuple[str, int], ...], with_outbox: bool) -> str:  # noqa: FBT001 - part of a cache key
    """`WITH write0 AS (...), write1 AS (...) INSERT INTO outbox ...`, parameters renumbered.

    The outbox rows are selected across the counts of all writes, so that they get their ids after the writes have
    taken their row locks: that makes the order of ids the order of commits for each key.
    """
    parts, offset = [], 0
    for number, (sql, count) in enumerate(writes):
        parts.append(f"write{number} AS ({_shifted(sql, offset)} RETURNING 1)")
        offset += count
    counts = [f"(SELECT count(*) FROM write{number}) AS c{number}" for number in range(len(writes))]  # noqa: S608 - numbers
    if with_outbox:
        last = ", ".join([_shifted(outbox.INSERT, offset).rstrip(), *counts]) + " ORDER BY position"
    else:
        last = "SELECT " + ", ".join(counts)
    return f"WITH {', '.join(parts)} {last}" if parts else last


def _shifted(sql: str, offset: int) -> str:
    return _PARAMETER.sub(lambda match: f"${int(match[1]) + offset}", sql)
