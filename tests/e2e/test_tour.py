"""docs/tour.md does what it says."""

import asyncio
import os
import re
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
_PATIENCE_S = 150


async def test_the_tour_can_be_pasted_into_a_shell_as_it_stands(tmp_path: Path) -> None:
    """Block after block into one shell, which ends at the first command that fails; the folder, empty, is ours."""
    blocks = BLOCK.findall((ROOT / "docs" / "tour.md").read_text())
    script = "\n".join(["set -e -o pipefail", "trap 'make -s down' EXIT", *blocks, _DEMO_IS_OPEN])
    ports = {f"LINTEL_PORT_{part.upper().replace('-', '_')}": str(free_port()) for part in FIXED_PORTS}
    local = f".venv/bin/python -m lintel_local --directory {tmp_path}".replace(" ", r"\ ")
    process = await asyncio.create_subprocess_exec(
        "bash", "-x", "-c", script, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=STDOUT,
        env=os.environ | ports | {"MAKEFLAGS": f"-- LOCAL={local}"},
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), _PATIENCE_S)
    assert process.returncode == 0, said.decode()[-3000:]
