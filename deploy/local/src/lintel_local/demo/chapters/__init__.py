"""The demo, a chapter a service: what it is loaded with, and its scenarios."""

from lintel_local.demo.chapters import catalog, geo_offers, inventory, orders, pickup

CHAPTERS = (geo_offers.CHAPTER, catalog.CHAPTER, orders.CHAPTER, inventory.CHAPTER, pickup.CHAPTER)
"""In the order in which they are loaded and played: stores first, and the whole journey before its exceptions."""
