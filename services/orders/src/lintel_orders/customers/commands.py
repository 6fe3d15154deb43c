"""Customers and their pseudonyms: the one table that joins a token's subject to what the rest of the system sees."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, insert, select

from lintel_chassis.auth.caller import Caller
from lintel_chassis.db.statements import compiled, inserting
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.customers.domain import Contact
from lintel_orders.customers.tables import contacts, customers

_FIND = compiled(select(customers.c.pseudonym).where(customers.c.subject == bindparam("subject")))
# Of two that meet a person first one fails on the key; it is then run again and finds the other's.
_INTRODUCE = compiled(insert(customers).values(subject=bindparam("subject"), pseudonym=bindparam("pseudonym")))
_KNOWN = compiled(
    select(customers.c.pseudonym).where(customers.c.pseudonym == any_(bindparam("pseudonyms", type_=ARRAY(Text))))
)
_ADD_CONTACT = inserting(contacts)
_FORGET_ANSWERS = """
DELETE FROM idempotency_keys
WHERE subject IN (SELECT subject FROM customers WHERE pseudonym = ANY($1::text[]))
"""
_FORGET_CONTACTS = "DELETE FROM contacts WHERE order_id IN (SELECT id FROM orders WHERE owner = ANY($1::text[]))"
# With them the owner of orders and sales becomes null: that is what their foreign keys say.
_FORGET_CUSTOMERS = compiled(
    delete(customers).where(customers.c.pseudonym == any_(bindparam("pseudonyms", type_=ARRAY(Text))))
)


async def pseudonym_of(unit: UnitOfWork, subject: str) -> str:
    """The person's, made now if nobody has met them before."""
    return await unit.fetchval(*_FIND(subject=subject)) or introduce(unit, subject)


def introduce(unit: UnitOfWork, subject: str) -> str:
    """A pseudonym for somebody who has none: random, so that it tells neither who they are nor since when."""
    pseudonym = str(uuid4())
    unit.write(*_INTRODUCE(subject=subject, pseudonym=pseudonym))
    return pseudonym


async def recognised(unit: UnitOfWork, caller: Caller) -> Caller:
    """The caller with their pseudonym, if they have one; what they do in this unit is published under it."""
    known = caller.known_as(await unit.fetchval(*_FIND(subject=caller.subject)))
    name_actor(unit, known)
    return known


def name_actor(unit: UnitOfWork, caller: Caller) -> None:
    """What this unit publishes was done by this caller."""
    unit.context = replace(unit.context, actor=caller.actor)


async def known(unit: UnitOfWork, pseudonyms: Iterable[str]) -> set[str]:
    """Those of whom it is known who they are."""
    rows = await unit.fetch(*_KNOWN(pseudonyms=list(set(pseudonyms))))
    return {row["pseudonym"] for row in rows}


def add_contact(unit: UnitOfWork, order_id: str, contact: Contact) -> None:
    unit.write_row(
        _ADD_CONTACT,
        {
            "order_id": order_id,
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "locale": contact.locale,
            "pickup_person": contact.pickup_person,
        },
    )


def forget(unit: UnitOfWork, pseudonyms: Iterable[str]) -> None:
    """Queue that what is personal goes; what the law wants kept stays as nobody's."""
    forgotten = list(pseudonyms)
    for statement in (_FORGET_ANSWERS, _FORGET_CONTACTS):
        unit.write(statement, forgotten)
    unit.write(*_FORGET_CUSTOMERS(pseudonyms=forgotten))
