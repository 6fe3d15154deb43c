"""The price rule with a currency in it, beside the one without, which the release before still calls."""

from alembic import op

revision = "0003"
down_revision = "0002"

# The rule that `best_window` of the contracts states. A function, so that the product page, lists, sorting and filters
# share it; PostgreSQL puts its body into the query that calls it.
_PRICE_AS_SOLD = """
CREATE FUNCTION price_as_sold(
    wanted_sku text, on_channel text, in_store text, in_currency text, at timestamptz
) RETURNS TABLE (price_list text, amount numeric, was numeric, currency text, prices_include_tax boolean,
                 valid_until timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT p.price_list, p.amount, p.was, p.currency, l.prices_include_tax, p.valid_until
    FROM prices p JOIN price_lists l ON l.code = p.price_list
    WHERE p.sku = wanted_sku
      AND (in_currency IS NULL OR p.currency = in_currency)
      AND (p.valid_from IS NULL OR p.valid_from <= at) AND (p.valid_until IS NULL OR at < p.valid_until)
      AND (l.channels IS NULL OR on_channel = ANY (l.channels))
      AND (l.store_codes IS NULL OR in_store = ANY (l.store_codes))
    ORDER BY l.store_codes IS NOT NULL DESC, l.channels IS NOT NULL DESC, p.valid_from DESC NULLS LAST, p.price_list
    LIMIT 1
$$
"""


def upgrade() -> None:
    op.execute(_PRICE_AS_SOLD)
