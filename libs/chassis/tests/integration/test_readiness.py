"""What /readyz tells operators beside whether requests may come."""

import asyncio
from dataclasses import replace

import pytest

from lintel_chassis.http.app import Role, create_app
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings
from lintel_chassis.testing import running

pytestmark = pytest.mark.integration


class Consumer:
    def __init__(self) -> None:
        self.state = "running"

    async def run(self, stopping: asyncio.Event) -> None:
        await stopping.wait()


async def test_a_service_whose_consumer_is_paused_is_degraded(
    service: Service[ServiceSettings], settings: ServiceSettings
) -> None:
    """It answers, so requests may come; what other services tell it, it does not hear."""
    broker = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    host, port = broker.sockets[0].getsockname()
    consumer = Consumer()
    app = create_app(
        replace(service, workers=lambda _: {"consumer": consumer}),
        settings.model_copy(update={"kafka": f"{host}:{port}"}),
        Role.ALL,
    )
    async with running(app) as client:
        assert (await client.get("/readyz")).json()["status"] == "ready"
        consumer.state = "paused"
        answer = await client.get("/readyz")
    broker.close()

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["workers"]["consumer"] == "paused"
