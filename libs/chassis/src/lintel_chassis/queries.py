"""Reads whose shape varies: composed with SQLAlchemy Core, run on asyncpg."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import asyncpg

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # published without


def compiled(select: Select[Any]) -> tuple[str, list[Any]]:
    """The statement with `$n` parameters and their values: `await unit.fetch(sql, *args)`."""
    statement = select.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    values = statement.params
    return str(statement), [values[name] for name in statement.positiontup or ()]
