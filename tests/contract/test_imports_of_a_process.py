"""What a service's process loads at its start: memory that every instance of it keeps."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE

import pytest

SERVICES = ["catalog", "geo_offers", "inventory", "orders", "pickup"]
_NOT_FOR_SERVING = {"alembic", "greenlet", "httpx", "numpy", "rich", "sqlalchemy", "timezonefinder"}
_STARTED = """
import runpy, sys
try:
    runpy.run_module(sys.argv[1], run_name="__main__")
except SystemExit:
    print(*sys.modules)
"""


@pytest.mark.parametrize("service", SERVICES)
async def test_a_process_loads_nothing_that_serving_does_not_need(service: str) -> None:
    """Migrations, maps and terminals are for others; together they were a third of each process."""
    command = (sys.executable, "-c", _STARTED, f"lintel_{service}")  # its own name is no word it knows: it says so
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=DEVNULL)
    output, _ = await process.communicate()
    loaded = set(output.decode().split())
    assert {"fastapi", f"lintel_{service}.app"} <= loaded
    assert loaded & _NOT_FOR_SERVING == set()
