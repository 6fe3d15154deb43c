"""Customers and their pseudonyms: the one table that joins a token's subject to what the rest of the system sees."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

from lintel_chassis.auth.caller import Caller
from lintel_events.outbox.unit_of_work import UnitOfWork

_FIND = "SELECT pseudonym FROM customers WHERE subject = $1"
# Of two that meet a person first one fails on the key; it is then run again and finds the other's.
_INTRODUCE = "INSERT INTO customers (subject, pseudonym) VALUES ($1, $2)"
_KNOWN = "SELECT pseudonym FROM customers WHERE pseudonym = ANY($1::text[])"
_FORGET_ANSWERS = """
DELETE FROM idempotency_keys
WHERE subject IN (SELECT subject FROM customers WHERE pseudonym = ANY($1::text[]))
"""
_FORGET_CONTACTS = "DELETE FROM contacts WHERE order_id IN (SELECT id FROM orders WHERE owner = ANY($1::text[]))"
# With them the owner of orders and sales becomes null: that is what their foreign keys say.
_FORGET_CUSTOMERS = "DELETE FROM customers WHERE pseudonym = ANY($1::text[])"


async def pseudonym_of(unit: UnitOfWork, subject: str) -> str:
    """The person's, made now if nobody has met them before."""
    return await unit.fetchval(_FIND, subject) or introduce(unit, subject)


def introduce(unit: UnitOfWork, subject: str) -> str:
    """A pseudonym for somebody who has none: random, so that it tells neither who they are nor since when."""
    pseudonym = str(uuid4())
    unit.write(_INTRODUCE, subject, pseudonym)
    return pseudonym


async def recognised(unit: UnitOfWork, caller: Caller) -> Caller:
    """The caller with their pseudonym, if they have one; what they do in this unit is told under it."""
    known = caller.known_as(await unit.fetchval(_FIND, caller.subject))
    name_actor(unit, known)
    return known


def name_actor(unit: UnitOfWork, caller: Caller) -> None:
    """What this unit tells was done by this caller."""
    unit.context = replace(unit.context, actor=caller.actor)


async def known(unit: UnitOfWork, pseudonyms: Iterable[str]) -> set[str]:
    """Those of whom it is known who they are."""
    return {row["pseudonym"] for row in await unit.fetch(_KNOWN, list(set(pseudonyms)))}


def forget(unit: UnitOfWork, pseudonyms: Iterable[str]) -> None:
    """Queue that what is personal goes; what the law wants kept stays as nobody's."""
    forgotten = list(pseudonyms)
    for statement in (_FORGET_ANSWERS, _FORGET_CONTACTS, _FORGET_CUSTOMERS):
        unit.write(statement, forgotten)
