"""Which environment variables a service gets, and which a client of the whole system."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from lintel_local.databases import Databases
from lintel_local.ports import LOOPBACK
from lintel_local.secrets import es256_key, load_or_create, random_secret
from lintel_local.services import ALL, Service
from lintel_local.tokens import AUDIENCE, ISSUER, Issuer


def addresses(ports: Mapping[str, int]) -> dict[str, str]:
    """LINTEL_<SERVICE>_URL for each service, past the front door."""
    return {f"LINTEL_{service.setting}_URL": f"http://{LOOPBACK}:{ports[service.name]}" for service in ALL}


def for_service(
    service: Service, *, databases: Databases, kafka: str, ports: Mapping[str, int], issuer: Issuer, secrets: Path
) -> dict[str, str]:
    """What one service needs to know of the others and of whom it may trust."""
    guests = f"http://{LOOPBACK}:{ports['orders']}/.well-known/jwks.json"
    trusted = [
        {"issuer": ISSUER, "jwks_file": str(issuer.jwks)},
        {"issuer": "lintel-orders", "jwks_url": guests, "scopes": ["guest"]},
    ]
    return {
        "LINTEL_DATABASE_URL": databases.url(service.module),
        "LINTEL_KAFKA": kafka,
        "LINTEL_ISSUERS": json.dumps(trusted),
        "LINTEL_AUDIENCE": AUDIENCE,
        **addresses(ports),
        **_own_secrets(service, secrets),
    }


def for_clients(*, front_door: str, databases: Databases, kafka: str, ports: Mapping[str, int]) -> dict[str, str]:
    """What `make env` prints."""
    return {
        "LINTEL_URL": front_door,
        "LINTEL_KAFKA": kafka,
        "LINTEL_POSTGRES_URL": databases.admin_url,
        **addresses(ports),
        **{f"LINTEL_{service.setting}_DB": databases.url(service.module) for service in ALL},
    }


def _own_secrets(service: Service, secrets: Path) -> dict[str, str]:
    """Files with the secrets that only this service may see, made on first use."""
    wanted: list[tuple[str, str, Callable[[], str]]] = [("TICKET_KEY", "ticket-key", random_secret)]
    match service.name:
        case "orders":
            wanted.append(("GUEST_KEY", "guest-key.pem", es256_key))
        case "pickup":
            wanted.append(("HANDOVER_KEY", "handover-key", random_secret))
    files = {}
    for setting, name, make in wanted:
        path = secrets / f"{service.name}-{name}"
        load_or_create(path, make)
        files[f"LINTEL_{setting}_FILE"] = str(path)
    return files
