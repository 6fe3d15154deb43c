"""Pickup: a slot counts what its pickups are."""

from lintel_local.verify.single_db_rules import Rule

_SLOTS = Rule(
    "slots unlike their pickups",
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
RULES = (_SLOTS,)
