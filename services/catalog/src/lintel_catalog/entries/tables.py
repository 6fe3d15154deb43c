"""Products, price lists and prices."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from lintel_catalog.tables import metadata

products = Table(
    "products",
    metadata,
    Column("sku", Text, primary_key=True),
    Column("content", JSON, nullable=False, comment="the product as it is shown, but for its price"),
    Column("name", Text, nullable=False),
    Column("brand", Text),
    Column("categories", ARRAY(Text), nullable=False, comment="its category's path and every beginning of it"),
    Column("gtin", Text),
    Column("channels", ARRAY(Text), comment="null: sold on all"),
    Column("status", Text, nullable=False),
    Column("search", TSVECTOR, nullable=False),
    Column("sequence", BigInteger, nullable=False, comment="ProductChanged published with this sku as their key"),
    Column("price_sequence", BigInteger, nullable=False, comment="PricesChanged published with this sku as their key"),
    Index("products_name", "name", "sku"),
    Index("products_name_words", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    Index("products_search", "search", postgresql_using="gin"),
    Index("products_categories", "categories", postgresql_using="gin"),
    Index("products_brand", "brand"),
    Index("products_gtin", "gtin"),
)

price_lists = Table(
    "price_lists",
    metadata,
    Column("code", Text, primary_key=True),
    Column("currency", Text, comment="null for the base list, whose prices each name their own"),
    Column("channels", ARRAY(Text), comment="null: all"),
    Column("store_codes", ARRAY(Text), comment="null: all"),
    Column("prices_include_tax", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

prices = Table(
    "prices",
    metadata,
    Column("sku", Text, ForeignKey("products.sku"), nullable=False),
    Column("price_list", Text, ForeignKey("price_lists.code"), nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("was", Numeric),
    Column("currency", Text, nullable=False),
    Column("valid_from", DateTime(timezone=True)),
    Column("valid_until", DateTime(timezone=True)),
    Column("list_version", Integer, nullable=False, comment="of the list, as last announced with this price"),
    UniqueConstraint("sku", "price_list", "valid_from", name="prices_window", postgresql_nulls_not_distinct=True),
    Index("prices_of_list", "price_list", "list_version", "sku"),
)
