"""What orders knows, by copies, of what is sold at one store."""

from collections.abc import Mapping
from dataclasses import dataclass

from lintel_contracts.catalog_prices import PricesChanged
from lintel_contracts.catalog_products import ProductChanged
from lintel_contracts.geo_stores import StoreChanged


@dataclass(frozen=True, slots=True)
class PricingData:
    """The store, and products and prices by their SKU; what is not there is not known here."""

    store: StoreChanged | None
    products: Mapping[str, ProductChanged]
    prices: Mapping[str, PricesChanged]
