"""One origin for all services."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from lintel_local.caddy import Caddy
from lintel_local.services import ALL

pytestmark = pytest.mark.integration


class Service(BaseHTTPRequestHandler):
    """Says what it was asked and which service it is; /v1/orders/1/events is a slow stream."""

    def do_GET(self) -> None:
        assert isinstance(self.server, ThreadingHTTPServer)
        self.send_response(200)
        self.end_headers()
        if self.path.endswith("/events"):
            for _ in range(2):
                self.wfile.write(b"data: tick\n\n")
                time.sleep(1)
        else:
            name = next(name for name, port in UPSTREAMS.items() if port == self.server.server_port)
            self.wfile.write(json.dumps([name, self.path]).encode())

    def log_message(self, *_: object) -> None: ...


UPSTREAMS: dict[str, int] = {}


@pytest.fixture(scope="module")
def front_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Service) for _ in ALL]
    for service, server in zip(ALL, servers, strict=True):
        UPSTREAMS[service.name] = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    caddy = Caddy(tmp_path_factory.mktemp("caddy"), UPSTREAMS)
    caddy.start()
    with httpx.Client(base_url=caddy.url, trust_env=False) as client:
        yield client
    caddy.stop()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("path", "service", "seen"),
    [
        ("/v1/products/A.1?channel=web", "catalog", "/v1/products/A.1?channel=web"),
        ("/v1/price-lists/summer", "catalog", "/v1/price-lists/summer"),
        ("/v1/availability", "inventory", "/v1/availability"),
        ("/v1/stock/S1/A.1", "inventory", "/v1/stock/S1/A.1"),
        ("/v1/orders/7", "orders", "/v1/orders/7"),
        ("/.well-known/jwks.json", "orders", "/.well-known/jwks.json"),
        ("/v1/pickup-policies/S1", "pickup", "/v1/pickup-policies/S1"),
        ("/v1/stores?near=48.1,11.6", "geo-offers", "/v1/stores?near=48.1,11.6"),
        ("/geo-offers/docs", "geo-offers", "/docs"),
        ("/orders/openapi.json", "orders", "/openapi.json"),
        ("/problems/not_found", "catalog", "/problems/not_found"),
        ("/problems/payment_due", "pickup", "/problems/payment_due"),
    ],
)
def test_the_first_segment_decides_which_service_answers(
    front_door: httpx.Client, path: str, service: str, seen: str
) -> None:
    """Channels know one address."""
    assert front_door.get(path).json() == [service, seen]


@pytest.mark.parametrize("path", ["/v1/orders-x", "/v1", "/metrics", "/orders/metrics", "/x/v1/orders"])
def test_what_belongs_to_no_service_is_a_problem_in_json(front_door: httpx.Client, path: str) -> None:
    """Metrics and health are not for the shop's visitors."""
    reply = front_door.get(path)
    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
    assert reply.json()["status"] == 404


def test_streams_are_not_held_back(front_door: httpx.Client) -> None:
    """Whoever follows an order sees each event when it happens."""
    began = time.monotonic()
    with front_door.stream("GET", "/v1/orders/1/events") as reply:
        first = next(reply.iter_raw())
        assert time.monotonic() - began < 0.8
        assert first.startswith(b"data: tick")


def test_a_service_that_is_away_is_busy_for_a_moment(tmp_path: Path) -> None:
    """Clients retry a 503 with Retry-After; a bare 502 they do not understand."""
    caddy = Caddy(tmp_path, dict.fromkeys((service.name for service in ALL), 1))
    caddy.start()
    try:
        reply = httpx.get(f"{caddy.url}/v1/orders/1", trust_env=False)
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
        assert reply.json()["type"] == "/problems/busy"
    finally:
        caddy.stop()
