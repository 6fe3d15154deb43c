"""What a person does first: the tour by hand on an empty folder, then the demo on what the tour left there."""

import asyncio
import json
import os
import re
import sys
import time
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

from lintel_local.demo.data.dataset import KNOWN
from lintel_local.ports import free_port
from lintel_local.settings import FIXED_PORTS

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_DEMO_IS_OPEN = f'call "$LINTEL_URL/v1/slots?store_code={KNOWN[0]}&days=2" | grep slot_id > /dev/null'
"""`make up` on an empty folder opens the demo's stores."""
_PATIENCE_S = 180


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("first-steps")


async def test_the_tour_can_be_pasted_into_a_shell_as_it_stands(directory: Path) -> None:
    """Block after block into one shell, which ends at the first command that fails; the folder, empty, is ours."""
    start, *blocks = BLOCK.findall((ROOT / "docs" / "tour.md").read_text())
    script = "\n".join(["set -e -o pipefail", "trap 'make -s down' EXIT", start, _DEMO_IS_OPEN, *blocks])
    local = f".venv/bin/python -m lintel_local --directory {directory}".replace(" ", r"\ ")
    said = await _run("bash", "-x", "-c", script, MAKEFLAGS=f"-- LOCAL={local}")
    assert "opening the demo's 20 stores" in said
    assert await _left_of(directory) == []


async def test_the_demo_ends_well_and_leaves_nothing_running(directory: Path) -> None:
    """It finds the stores open and their data loaded."""
    await _run(sys.executable, "-m", "lintel_local.demo", "--directory", str(directory))
    figures = json.loads((directory / "demo.json").read_text())
    assert (figures["oversold"], figures["faults"]) == (0, [])
    assert figures["baskets"] >= 500
    assert set(figures["orders"]) == {"confirmed", "rejected (out_of_stock)"}
    assert figures["place_to_confirmed_ms"]["p99"] > 0
    assert await _left_of(directory) == []


async def _run(*command: str, **env: str) -> str:
    """What it said. Fails unless it ends well."""
    ports = {f"LINTEL_PORT_{name.upper().replace('-', '_')}": str(free_port()) for name in FIXED_PORTS}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=STDOUT, env=os.environ | ports | env
    )
    said, _ = await asyncio.wait_for(process.communicate(), _PATIENCE_S)
    assert process.returncode == 0, said.decode()[-3000:]
    return said.decode()


async def _left_of(directory: Path) -> list[str]:
    """Whatever runs on, with the directory in its command line or environment; a last process may just be exiting."""
    deadline = time.monotonic() + 5
    while (found := _running(directory)) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    return found


def _running(directory: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            about = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(directory).encode() in about and process.name != str(os.getpid()):
            found.append(process.name)
    return found
