"""`make demo` and what it leaves, as processes on free ports."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from lintel_local.demo.data.dataset import KNOWN
from lintel_local.settings import FIXED_PORTS, Settings

pytestmark = pytest.mark.e2e


def run(directory: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    ports = {f"LINTEL_PORT_{part.upper().replace('-', '_')}": str(port) for part, port in PORTS.items()}
    command = [sys.executable, "-m", module, "--directory", str(directory), *arguments]
    return subprocess.run(  # noqa: S603 - ourselves
        command, env={**os.environ, **ports}, capture_output=True, text=True, timeout=400, check=False
    )


PORTS = {part: Settings.free().ports[part] for part in FIXED_PORTS}


def left_of(directory: Path) -> list[str]:
    """Whatever runs on, with the directory in its command line or environment; a last process may just be exiting."""
    deadline = time.monotonic() + 5
    while (found := _running(directory)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _running(directory: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(directory).encode() in text and process.name != str(os.getpid()):
            found.append(process.name)
    return found


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def test_the_demo_ends_well_and_leaves_nothing_running(directory: Path) -> None:
    """What a person sees first of Lintel."""
    demo = run(directory, "lintel_local.demo")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    figures = json.loads((directory / "demo.json").read_text())
    assert (figures["oversold"], figures["faults"]) == (0, [])
    assert figures["baskets"] >= 500
    assert set(figures["orders"]) == {"confirmed", "rejected (out_of_stock)"}
    assert figures["place_to_confirmed_ms"]["p99"] > 0
    assert left_of(directory) == []


def test_make_up_finds_the_demos_data(directory: Path) -> None:
    """Who has seen the demo wants to try it by hand."""
    up = run(directory, "lintel_local", "up")
    try:
        assert up.returncode == 0, up.stdout + up.stderr
        product = httpx.get(f"http://127.0.0.1:{PORTS['caddy']}/v1/products/{KNOWN[1]}", trust_env=False)
        assert product.json()["name"].startswith("Bananas")
    finally:
        down = run(directory, "lintel_local", "down")
    assert down.returncode == 0
    assert left_of(directory) == []
