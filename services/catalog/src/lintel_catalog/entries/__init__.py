"""The ground floor: the entry of a SKU, its product and its prices, locked and saved together."""
