"""Products, price lists and prices, beside the backbone's and the chassis' tables."""

from alembic import op

from lintel_chassis.db.schema import create_chassis
from lintel_events.migrations import create_backbone

revision = "0001"
down_revision = None

_PRODUCTS = """
CREATE TABLE products (
    sku text PRIMARY KEY,
    content json NOT NULL,
    name text NOT NULL,
    brand text,
    categories text[] NOT NULL,
    gtin text,
    channels text[],
    status text NOT NULL,
    search tsvector NOT NULL,
    sequence bigint NOT NULL,
    price_sequence bigint NOT NULL
)
"""
_PRODUCT_INDEXES = (
    "CREATE INDEX products_name ON products (name, sku)",
    "CREATE INDEX products_name_words ON products USING gin (name gin_trgm_ops)",
    "CREATE INDEX products_search ON products USING gin (search)",
    "CREATE INDEX products_categories ON products USING gin (categories)",
    "CREATE INDEX products_brand ON products (brand)",
    "CREATE INDEX products_gtin ON products (gtin)",
)
_PRICE_LISTS = """
CREATE TABLE price_lists (
    code text PRIMARY KEY,
    currency text,
    channels text[],
    store_codes text[],
    prices_include_tax boolean NOT NULL,
    version integer NOT NULL
)
"""
_PRICES = """
CREATE TABLE prices (
    sku text NOT NULL REFERENCES products,
    price_list text NOT NULL REFERENCES price_lists,
    amount numeric NOT NULL,
    was numeric,
    currency text NOT NULL,
    valid_from timestamptz,
    valid_until timestamptz,
    list_version integer NOT NULL,
    CONSTRAINT prices_window UNIQUE NULLS NOT DISTINCT (sku, price_list, valid_from)
)
"""
# The one place of the rule that PriceWindow states. A function, so that the product page, lists, sorting and filters
# share it; PostgreSQL puts its body into the query that calls it.
_PRICE_AS_SOLD = """
CREATE FUNCTION price_as_sold(wanted_sku text, on_channel text, in_store text, at timestamptz)
RETURNS TABLE (price_list text, amount numeric, was numeric, currency text, prices_include_tax boolean,
               valid_until timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT p.price_list, p.amount, p.was, p.currency, l.prices_include_tax, p.valid_until
    FROM prices p JOIN price_lists l ON l.code = p.price_list
    WHERE p.sku = wanted_sku
      AND (p.valid_from IS NULL OR p.valid_from <= at) AND (p.valid_until IS NULL OR at < p.valid_until)
      AND (l.channels IS NULL OR on_channel = ANY (l.channels))
      AND (l.store_codes IS NULL OR in_store = ANY (l.store_codes))
    ORDER BY l.store_codes IS NOT NULL DESC, l.channels IS NOT NULL DESC, p.valid_from DESC NULLS LAST, p.price_list
    LIMIT 1
$$
"""
# Trigrams find a misspelled word from about this likeness on, which the operator takes from a setting alone.
_SKUS_NAMED_LIKE = """
CREATE FUNCTION skus_named_like(wanted text) RETURNS SETOF text
LANGUAGE sql STABLE SET pg_trgm.word_similarity_threshold = 0.45 AS $$
    SELECT sku FROM products WHERE name %> wanted
$$
"""
_COMMENTS = {
    "COLUMN products.content": "the product as it is shown, but for its price",
    "COLUMN products.categories": "its category''s path and every beginning of it",
    "COLUMN products.channels": "null: sold on all",
    "COLUMN products.sequence": "ProductChanged published with this sku as their key",
    "COLUMN products.price_sequence": "PricesChanged published with this sku as their key",
    "COLUMN price_lists.currency": "null for the base list, whose prices each name their own",
    "COLUMN price_lists.channels": "null: all",
    "COLUMN price_lists.store_codes": "null: all",
    "COLUMN prices.list_version": "of the list, as last announced with this price",
}


def upgrade() -> None:
    create_backbone(op)
    create_chassis(op)
    op.execute(_PRODUCTS)
    for index in _PRODUCT_INDEXES:
        op.execute(index)
    op.execute(_PRICE_LISTS)
    op.execute("INSERT INTO price_lists VALUES ('base', NULL, NULL, NULL, true, 1)")
    op.execute(_PRICES)
    op.execute("CREATE INDEX prices_of_list ON prices (price_list, list_version, sku)")
    op.execute(_PRICE_AS_SOLD)
    op.execute(_SKUS_NAMED_LIKE)
    for place, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON {place} IS '{comment}'")
