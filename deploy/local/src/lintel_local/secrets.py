"""Secrets made on first start and kept in files that only their owner reads."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def load_or_create(path: Path, make: Callable[[], str]) -> str:
    """The text in `path`; when there is none yet, `make()` is written there (mode 0600) first."""
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    write_private(fresh, make())
    try:
        path.hardlink_to(fresh)  # unlike a rename this leaves the secret of whoever was first
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text()


def write_private(path: Path, text: str) -> None:
    """A file with mode 0600 from its first moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def random_secret() -> str:
    return secrets.token_hex(32)


def es256_key() -> str:
    """A new EC P-256 private key as PKCS #8 PEM."""
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()
