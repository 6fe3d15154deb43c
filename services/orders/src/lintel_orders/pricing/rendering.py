"""A quote as JSON: what is shown of it, and what an order keeps as its content."""

from typing import Any

import orjson

from lintel_contracts.values import Money
from lintel_orders.pricing.domain import PricedLine, Quote


def content_of(quote: Quote) -> bytes:
    """JSON of the shape QuoteView."""
    return orjson.dumps(
        {
            "store_code": quote.store_code,
            "lines": [_line(line) for line in quote.lines],
            "subtotal": money(quote.total),
            "discounts": [],
            "tax_lines": [{"rate": str(tax.rate), "amount": money(tax.amount)} for tax in quote.tax_lines],
            "total": money(quote.total),
            "prices_include_tax": quote.prices_include_tax,
        }
    )


def money(amount: Money) -> dict[str, str]:
    return {"amount": format(amount.amount, "f"), "currency": amount.currency}


def _line(line: PricedLine) -> dict[str, Any]:
    product = line.product
    shown = {
        "line_id": line.line_id,
        "sku": product.sku,
        "name": product.name,
        "unit": product.unit,
        "price_per": product.price_per,
        "quantity": line.quantity,
        "unit_price": money(line.unit_price),
        "discounts": [],
        "tax": money(line.tax),
        "total": money(line.total),
    }
    return shown if product.image_url is None else {**shown, "image_url": product.image_url}
