"""TCP ports on the loopback address."""

import random
import socket

from lintel_local.errors import PortTakenError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on now.

    It lies below those that systems give to outgoing connections: one of these may take a killed server's port, and a
    client that keeps trying to reach such a port in the end connects to itself.
    """
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        if _can_listen(port):
            return port


def require_free(component: str, port: int) -> None:
    """Raise PortTakenError when somebody listens on `port`; connections that are only closing do not count."""
    if not _can_listen(port):
        raise PortTakenError(component, port)


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
