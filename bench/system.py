"""What every bench of the whole system stands on: a stack of its own, one store, products, stock and slots."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import httpx

import bare
from lintel_local.child import Child
from lintel_local.ports import free_port
from lintel_local.services import ALL
from lintel_local.stack import Stack
from lintel_local.verify import verify

STORE = "BENCH"
PRODUCTS = 2_000
STOCK = 1_000_000
_BATCH = 500


@dataclass
class System:
    """A running stack with something to sell, and the bare endpoint beside it."""

    stack: Stack
    env: dict[str, str]
    bare_url: str
    memory_started_mib: dict[str, float] = field(default_factory=dict)
    """Before anything was asked of it."""

    def token(self, role: str, subject: str = "bench") -> str:
        return self.stack.issuer.token(role, subject, (STORE,))

    def service(self, name: str) -> str:
        return self.env[f"LINTEL_{name}_URL"]

    def memory_mib(self) -> dict[str, float]:
        """Resident memory of every component, children included."""
        pids = {component.name: component.pid for component in self.stack.status() if component.pid}
        return {name: round(sum(map(_resident_mib, _family(pid))), 1) for name, pid in pids.items()}


@asynccontextmanager
async def running_system() -> AsyncIterator[System]:
    """Start everything in a folder of its own and stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="lintel-bench-") as folder, Stack(Path(folder), "free") as stack:
        await asyncio.to_thread(stack.start, print)
        env = stack.env()
        await _prepare_bare(env["LINTEL_POSTGRES_URL"])
        port = free_port()
        settings = os.environ | {"BARE_DATABASE_URL": env["LINTEL_POSTGRES_URL"], "BARE_PORT": str(port)}
        baseline = Child([sys.executable, str(Path(bare.__file__))], Path(folder) / "bare.log", env=settings)
        try:
            system = System(stack, env, f"http://127.0.0.1:{port}")
            await _until(lambda: _answers(f"{system.bare_url}/openapi.json"))
            system.memory_started_mib = system.memory_mib()
            await _fill(system)
            yield system
            await _audit(system)
        finally:
            baseline.stop(timeout=5)


async def _audit(system: System) -> None:
    """Speed that leaves the books wrong is none. Raise RuntimeError naming what is."""
    databases = {service.name: system.env[f"LINTEL_{service.setting}_DB"] for service in ALL}
    report = await verify(databases, system.env["LINTEL_KAFKA"], patience_s=60)
    print(report)
    if report.wrong:
        raise RuntimeError(f"{report.wrong} things are wrong after the bench")


async def _prepare_bare(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(bare.SCHEMA)
    await connection.close()


async def _fill(system: System) -> None:
    """Through the front door, as anybody would."""
    skus = [f"SKU-{number}" for number in range(1, PRODUCTS + 1)]
    headers = {"Authorization": f"Bearer {system.token('ops')}"}
    async with httpx.AsyncClient(base_url=system.env["LINTEL_URL"], headers=headers, timeout=60) as client:
        await _expect(client.put(f"/v1/stores/{STORE}", json=_store()))
        policy = {"slot_length": "PT30M", "slot_capacity": 100_000, "lead_time": "PT0S", "hold_for": "P3D",
                  "remind_after": "P1D"}  # fmt: skip
        await _until(lambda: _succeeds(client.put(f"/v1/pickup-policies/{STORE}", json=policy)))
        for start in range(0, PRODUCTS, _BATCH):
            some = skus[start : start + _BATCH]
            await _expect(client.post("/v1/products/batch", json={"items": [_product(sku) for sku in some]}))
            await _expect(client.post("/v1/movements/batch", json={"items": [_receipt(sku) for sku in some]}))
        line = {"channel": "web", "store_code": STORE, "lines": [{"sku": skus[-1], "quantity": 1}]}
        await _until(lambda: _succeeds(client.post("/v1/quotes", json=line)))
        await _until(lambda: _succeeds(client.get(f"/v1/slots?store_code={STORE}")))


def _store() -> dict[str, Any]:
    return {
        "name": "Bench",
        "lat": 40.0,
        "lon": -75.0,
        "address": {"street": "1 Bench Street", "city": "Philadelphia", "postal_code": "19103", "country": "US"},
        "currency": "USD",
        "opening_hours": "24/7",
        "services": ["pickup"],
        "status": "open",
    }


def _product(sku: str) -> dict[str, Any]:
    return {
        "sku": sku,
        "name": f"Product {sku}",
        "category": ["BENCH", "THINGS"],
        "price": {"amount": "1.50", "currency": "USD"},
    }


def _receipt(sku: str) -> dict[str, Any]:
    return {
        "id": f"bench-{sku}",
        "store_code": STORE,
        "sku": sku,
        "kind": "receipt",
        "quantity": STOCK,
        "reason": "bench",
    }


async def _expect(request: Awaitable[httpx.Response]) -> None:
    answer = await request
    if answer.is_error or any(item["status"] == "rejected" for item in answer.json().get("items", ())):
        raise RuntimeError(answer.text[:1000])


async def _succeeds(request: Awaitable[httpx.Response]) -> bool:
    return (await request).is_success


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(url)).is_success
    except httpx.TransportError:
        return False


async def _until(holds: Callable[[], Awaitable[bool]], at_most_s: float = 60) -> None:
    deadline = monotonic() + at_most_s
    while not await holds():
        if monotonic() > deadline:
            raise TimeoutError("the system did not get ready for the bench")
        await asyncio.sleep(0.1)


def _resident_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in _family(int(child)))]
