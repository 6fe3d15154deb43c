"""Orders: no saga outlives its deadline, and what was paid is what sales brought."""

from lintel_local.verify.single_db_rules import Rule

_LIVE = "('placed', 'confirmed', 'ready', 'cancelling')"

# A deadline fires within a second, and pickup answers at once: whoever is still here at the next look, unmoved, is
# stuck. Without a deadline an order waits for the log to take its beginning.
_OVERDUE = Rule(
    "orders past their deadline",
    f"SELECT count(*) FROM orders WHERE status IN {_LIVE}",  # noqa: S608 - constants
    """
    SELECT o.id || ' ' || o.sequence, format('order %s at %s is still %s', o.id, o.store_code, o.status)
    FROM orders o LEFT JOIN deadlines d ON d.kind = 'saga' AND d.key = o.id
    WHERE o.status = 'cancelling'
       OR o.status = 'placed' AND coalesce(d.due_at, o.placed_at + interval '5 minutes') < clock_timestamp()
    """,
)
# What was paid elsewhere came with the order; the rest came with sales that name it.
_MONEY = Rule(
    "payments unlike their sales",
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
RULES = (_OVERDUE, _MONEY)
