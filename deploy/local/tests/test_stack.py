"""The stack as a whole, here without the services."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lintel_local import daemon
from lintel_local.control import call
from lintel_local.errors import LocalError, PortTakenError
from lintel_local.restarter import Restarter
from lintel_local.settings import Settings
from lintel_local.stack import Stack
from lintel_local.supervisor import Runtime

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack"), ports="free", services=()) as started:
        started.start()
        yield started


def states(stack: Stack) -> dict[str, str]:
    return {part.name: part.state for part in stack.status()}


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_started_stack_is_ready(stack: Stack) -> None:
    """Whoever waited for `start` need not wait for anything else."""
    assert states(stack) == {"postgres": "ready", "kafka": "ready", "caddy": "ready"}


def test_clients_get_every_address(stack: Stack) -> None:
    """Tests and examples are pointed at a stack by these names."""
    env = stack.env()
    assert env["LINTEL_KAFKA"] == stack.bootstrap
    assert env["LINTEL_GEO_OFFERS_URL"] == f"http://127.0.0.1:{stack.settings.ports['geo-offers']}"
    assert env["LINTEL_ORDERS_DB"].startswith("postgresql://lintel_orders:")


def test_what_was_broken_on_purpose_stays_away_until_it_is_healed(stack: Stack) -> None:
    """Otherwise nobody could watch the system do without it."""
    restarter = Restarter(stack, lambda _: None)
    restarter.start()
    stack.kill("caddy")
    time.sleep(1)
    assert states(stack)["caddy"] == "broken"
    stack.start_component("caddy")
    restarter.stop()
    assert states(stack)["caddy"] == "ready"


def test_what_dies_by_itself_is_started_again_and_said_so(stack: Stack) -> None:
    """One crash of one process is not the end of a demo."""
    said: list[str] = []
    restarter = Restarter(stack, said.append)
    restarter.start()
    died = stack.components["caddy"].pid
    assert died
    os.kill(died, signal.SIGKILL)
    eventually(lambda: "caddy is back" in said)
    restarter.stop()
    assert said[0].startswith("caddy died; it is started again in 0.5 s")
    assert states(stack)["caddy"] == "ready"


def test_an_unknown_part_is_answered_with_the_known_ones(stack: Stack) -> None:
    """`make break WHAT=kafak` should teach."""
    with pytest.raises(LocalError, match="postgres, kafka, caddy"):
        stack.kill("kafak")


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    """And nothing is left running."""
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        settings = Settings(ports={**Settings.free().ports, "kafka": port})
        stack = Stack(tmp_path, services=(), settings=settings)
        with pytest.raises(PortTakenError, match=f"port {port} of kafka .* LINTEL_PORT_KAFKA"):
            stack.start()
    assert set(states(stack).values()) == {"down"}


def test_commands_say_that_nothing_is_up(tmp_path: Path) -> None:
    """Rather than a traceback."""
    with pytest.raises(LocalError, match="not up"):
        call(Runtime(tmp_path).control, "status")
    assert not daemon.stop(tmp_path)


def test_only_one_supervisor_keeps_a_directory(tmp_path: Path) -> None:
    """Two would fight for the same data; the claim of a dead one is void."""
    with Runtime(tmp_path).claim():
        assert Runtime(tmp_path).supervisor() == os.getpid()
        with pytest.raises(LocalError, match="already up"):
            Runtime(tmp_path).claim()
    assert Runtime(tmp_path).supervisor() is None
