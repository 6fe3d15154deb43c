"""What a service's process loads at its start: memory that every instance of it keeps."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE

import pytest

from lintel_local.services import ALL

_NOT_FOR_SERVING = {"alembic", "httpx", "numpy", "timezonefinder"}
_STARTED = """
import runpy, sys
try:
    runpy.run_module(sys.argv[1], run_name="__main__")
except SystemExit:
    print(*sys.modules)
"""


@pytest.mark.parametrize("module", [service.module for service in ALL])
async def test_a_process_loads_nothing_that_serving_does_not_need(module: str) -> None:
    """Migrations, maps and calls to others come when they are asked for; most processes never are."""
    command = (sys.executable, "-c", _STARTED, module)  # its own name is no word it knows: it says so
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=DEVNULL)
    output, _ = await process.communicate()
    loaded = set(output.decode().split())
    assert {"fastapi", f"{module}.app"} <= loaded
    assert loaded & _NOT_FOR_SERVING == set()
