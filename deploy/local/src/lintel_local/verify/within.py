"""Rules that hold within one database: each is SQL that names what breaks it, all read from one snapshot.

They go through their tables once, by sets: time grows with the orders, and no index is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from lintel_local.verify.report import Result

_LIVE = "('placed', 'confirmed', 'ready', 'cancelling')"


@dataclass(frozen=True, slots=True)
class Rule:
    """`count` says how many things are looked at; `wrong` has a row (identity with state, what is told) for each."""

    check: str
    service: str
    count: str
    wrong: str


# A deadline fires within a second, and pickup answers at once: whoever is still here at the next look, unmoved, is
# stuck. Without a deadline an order waits for the log to take its beginning.
_OVERDUE = Rule(
    "orders past their deadline",
    "orders",
    f"SELECT count(*) FROM orders WHERE status IN {_LIVE}",  # noqa: S608 - constants
    """
    SELECT o.id || ' ' || o.sequence, format('order %s at %s is still %s', o.id, o.store_code, o.status)
    FROM orders o LEFT JOIN deadlines d ON d.kind = 'saga' AND d.key = o.id
    WHERE o.status = 'cancelling'
       OR o.status = 'placed' AND coalesce(d.due_at, o.placed_at + interval '5 minutes') < clock_timestamp()
    """,
)
_LEDGER = Rule(
    "positions unlike their ledger",
    "inventory",
    "SELECT count(*) FROM stock_positions",
    """
    SELECT concat_ws(' ', store_code, sku, p.sequence),
           format('%s in %s: on hand %s, unsellable %s, its movements add up to %s and %s',
                  sku, store_code, p.on_hand, p.unsellable, m.on_hand, m.unsellable)
    FROM stock_positions p FULL JOIN (
        SELECT store_code, sku, sum(on_hand_delta)::bigint AS on_hand, sum(unsellable_delta)::bigint AS unsellable
        FROM movements GROUP BY store_code, sku
    ) m USING (store_code, sku)
    WHERE (coalesce(p.on_hand, 0), coalesce(p.unsellable, 0)) <> (coalesce(m.on_hand, 0), coalesce(m.unsellable, 0))
    """,
)
_RESERVED = Rule(
    "positions unlike their reservations",
    "inventory",
    "SELECT count(*) FROM stock_positions",
    """
    SELECT concat_ws(' ', store_code, sku, p.sequence),
           format('%s in %s: %s reserved, the open reservations have %s', sku, store_code, p.reserved, l.reserved)
    FROM stock_positions p FULL JOIN (
        SELECT store_code, sku, sum(quantity)::bigint AS reserved
        FROM reservation_lines WHERE ended_at IS NULL GROUP BY store_code, sku
    ) l USING (store_code, sku)
    WHERE coalesce(p.reserved, 0) <> coalesce(l.reserved, 0)
    """,
)
_HELD_ON = Rule(
    "ended reservations that hold stock",
    "inventory",
    "SELECT count(*) FROM reservation_lines WHERE ended_at IS NULL",
    """
    SELECT concat_ws(' ', store_code, order_id, sku),
           format('order %s in %s holds %s of %s, its reservation is %s', order_id, store_code, l.quantity, sku,
                  coalesce(r.status, 'not there'))
    FROM reservation_lines l LEFT JOIN reservations r USING (store_code, order_id)
    WHERE l.ended_at IS NULL AND r.status IS DISTINCT FROM 'active'
    """,
)
_SLOTS = Rule(
    "slots unlike their pickups",
    "pickup",
    "SELECT count(*) FROM slots",
    """
    SELECT concat_ws(' ', store_code, starts_at, s.booked, p.booked),
           format('%s in %s counts %s, its pickups are %s', starts_at, store_code, s.booked, p.booked)
    FROM slots s FULL JOIN (
        SELECT store_code, slot_starts_at AS starts_at, count(*) AS booked
        FROM pickups WHERE slot_starts_at IS NOT NULL AND status <> 'cancelled' GROUP BY 1, 2
    ) p USING (store_code, starts_at)
    WHERE coalesce(s.booked, 0) <> coalesce(p.booked, 0)
    """,
)
# What was paid elsewhere came with the order; the rest came with sales that name it.
_MONEY = Rule(
    "payments unlike their sales",
    "orders",
    "SELECT count(*) FROM orders",
    """
    WITH brought AS (
        SELECT sent.order_id AS id, store_code, sent.total->>'currency' AS currency,
               sum((sent.total->>'amount')::numeric) AS amount
        FROM sales, json_to_record(content) AS sent (order_id text, total json)
        WHERE sent.order_id IS NOT NULL GROUP BY 1, 2, 3
    ), due AS (
        SELECT id, sequence, o.total, paid, payment_status,
               coalesce(b.amount, 0) + CASE o.payment_method WHEN 'external' THEN o.total ELSE 0 END AS brought
        FROM orders o LEFT JOIN brought b USING (id, store_code, currency)
    )
    SELECT id || ' ' || sequence,
           format('order %s of %s: paid %s (%s), its sales brought %s', id, total, paid, payment_status, brought)
    FROM due
    WHERE paid <> brought
       OR (payment_status = 'captured') <> (paid >= total AND paid > 0 AND payment_status <> 'external')
    """,
)
RULES = (_OVERDUE, _LEDGER, _RESERVED, _HELD_ON, _SLOTS, _MONEY)


async def hold(rules: Sequence[Rule], connection: asyncpg.Connection) -> list[Result]:
    """How these rules, which are of this connection's database, are kept."""
    found = []
    for rule in rules:
        wrong = {row[0]: row[1] for row in await connection.fetch(rule.wrong)}
        found.append(Result(rule.check, await connection.fetchval(rule.count), wrong))
    return found
