"""The hand-over code: a few digits that only we can make, from a key that is stored nowhere beside the order."""

import hashlib
import hmac
import secrets

_DIGITS = 6


def new_nonce() -> str:
    return secrets.token_hex(8)


def handover_code(key: bytes, order_id: str, nonce: str) -> str:
    """Six digits of HMAC-SHA256(key, order, nonce)."""
    digest = hmac.digest(key, f"{order_id}\n{nonce}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest) % 10**_DIGITS:0{_DIGITS}d}"


def is_same(shown: str, code: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(shown.encode(), code.encode())
