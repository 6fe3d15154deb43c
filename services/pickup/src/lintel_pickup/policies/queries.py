"""The policy that holds at a store."""

import asyncpg
from sqlalchemy import bindparam, select

from lintel_chassis.db.statements import compiled
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.policies.domain import Policy
from lintel_pickup.policies.tables import policies

_POLICY = compiled(select(policies).where(policies.c.store_code == bindparam("store_code")))


async def policy_at(unit: UnitOfWork, store_code: str) -> Policy:
    """The store's, or the default one."""
    row = await unit.fetchrow(*_POLICY(store_code=store_code))
    return Policy() if row is None else policy_of(row)


def policy_of(row: asyncpg.Record) -> Policy:
    """Of a row that has all columns of a policy."""
    return Policy(row["slot_length"], row["slot_capacity"], row["lead_time"], row["hold_for"], row["remind_after"])
