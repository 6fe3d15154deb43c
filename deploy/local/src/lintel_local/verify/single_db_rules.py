"""Rules that hold within one database: each is SQL that names what breaks it, all read from one snapshot.

They go through their tables once, by sets: time grows with the orders, and no index is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from lintel_local.verify.report import Result


@dataclass(frozen=True, slots=True)
class Rule:
    """`count` says how many things are looked at; `wrong` has a row (identity with state, what is said) for each."""

    check: str
    count: str
    wrong: str


async def hold(rules: Sequence[Rule], connection: asyncpg.Connection) -> list[Result]:
    """How these rules are kept in this database."""
    found = []
    for rule in rules:
        wrong = {row[0]: row[1] for row in await connection.fetch(rule.wrong)}
        found.append(Result(rule.check, await connection.fetchval(rule.count), wrong))
    return found
