"""The operator's command, run as a process on a running system."""

import asyncio
import json
import os
import sysconfig
from pathlib import Path
from typing import Any

from tests.system.running import System


async def lintel_events(system: System, *words: str) -> str:
    """What it said."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sysconfig.get_path("scripts")) / "lintel-events"), *words,
        stdout=asyncio.subprocess.PIPE, env={**os.environ, **system.stack.env()},
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, words
    return said.decode()


async def objects(system: System, *words: str) -> list[dict[str, Any]]:
    """What it said with --json."""
    return [json.loads(line) for line in (await lintel_events(system, "--json", *words)).splitlines()]
