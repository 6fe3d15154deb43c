"""What a product's ETag says: how often the product changed, then which price is shown with it."""

from zlib import crc32

from lintel_chassis.http.etag import Expected, etag_of


def etag_of_product(sequence: int, price: bytes) -> str:
    """A price begins and ends by the clock alone, so it is part of what a client may keep."""
    return etag_of(f"{sequence}-{crc32(price):08x}")


def check_version(expected: Expected, sequence: int) -> None:
    """Raise Problem (412). A client that changes a product minds the product, not the price it saw beside it."""
    if expected.etags is not None:
        sequences = frozenset(etag.strip('"').partition("-")[0] for etag in expected.etags)
        Expected(sequences).check(str(sequence))
