"""What a person can choose about the local stack, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lintel_local.ports import LOOPBACK, free_port
from lintel_local.services import ALL

FIXED_PORTS = {"caddy": 8000, **{service.name: service.port for service in ALL}, "postgres": 8006, "kafka": 9092}


@dataclass(frozen=True)
class Settings:
    """`postgres_url` (a superuser's) and `kafka` (host:port) name existing servers; None: we start our own."""

    postgres_url: str | None = None
    kafka: str | None = None
    ports: Mapping[str, int] = field(default_factory=lambda: FIXED_PORTS)

    @classmethod
    def free(cls) -> "Settings":
        """Ports that nobody uses, for a stack beside others."""
        return cls(ports={component: free_port() for component in FIXED_PORTS})

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """LINTEL_POSTGRES_URL, LINTEL_KAFKA and LINTEL_PORT_<PART>.

        An address that is the stack's own is none: `make env` exports these names too.
        """
        ports = {
            component: int(environ.get(f"LINTEL_PORT_{component.upper().replace('-', '_')}", port))
            for component, port in FIXED_PORTS.items()
        }
        postgres_url, kafka = environ.get("LINTEL_POSTGRES_URL"), environ.get("LINTEL_KAFKA")
        if postgres_url and (urlsplit(postgres_url).hostname, urlsplit(postgres_url).port) == (
            LOOPBACK,
            ports["postgres"],
        ):
            postgres_url = None
        if kafka == f"{LOOPBACK}:{ports['kafka']}":
            kafka = None
        return cls(postgres_url or None, kafka or None, ports)
