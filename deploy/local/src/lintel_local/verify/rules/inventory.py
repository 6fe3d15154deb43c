"""Inventory: a position is what its ledger and its reservations add up to."""

from lintel_local.verify.single_db_rules import Rule

_LEDGER = Rule(
    "positions unlike their ledger",
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
_ENDED = Rule(
    "ended reservations that hold stock",
    "SELECT count(*) FROM reservation_lines WHERE ended_at IS NULL",
    """
    SELECT concat_ws(' ', store_code, order_id, sku),
           format('order %s in %s holds %s of %s, its reservation is %s', order_id, store_code, l.quantity, sku,
                  coalesce(r.status, 'not there'))
    FROM reservation_lines l LEFT JOIN reservations r USING (store_code, order_id)
    WHERE l.ended_at IS NULL AND r.status IS DISTINCT FROM 'active'
    """,
)
RULES = (_LEDGER, _RESERVED, _ENDED)
