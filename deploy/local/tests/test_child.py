"""A child process never outlives us, whatever ends us."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from lintel_local.child import Child
from lintel_local.errors import LocalError

PARENT = """
import sys, threading, time
from pathlib import Path
from lintel_local.child import Child
children = []
starter = threading.Thread(target=lambda: children.append(Child(["/bin/sleep", "60"], Path(sys.argv[1]))))
starter.start(); starter.join()
time.sleep(0.3)
print(children[0].pid if children[0].alive else "dead with its thread", flush=True)
time.sleep(60)
"""


def runs(pid: int) -> bool:
    """A zombie, which waits for its new parent to take notice, runs no more."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no death signal")
def test_a_child_dies_with_its_parent_even_by_kill_9_but_not_with_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    """A test run that is shot must not leave a database running."""
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603 - our own
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 5
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not runs(pid)


def test_what_a_failed_command_said_last_is_in_the_error(tmp_path: Path) -> None:
    """Nobody wants to look for the log first."""
    child = Child(["/bin/sh", "-c", "echo no such luck >&2; exit 3"], tmp_path / "log")
    with pytest.raises(LocalError, match="no such luck"):
        child.finish(timeout=10)


def test_a_child_that_ignores_a_polite_end_is_killed(tmp_path: Path) -> None:
    """`make down` ends in any case."""
    child = Child(["/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"], tmp_path / "log")
    child.wait_until(lambda: (tmp_path / "log").read_text().startswith("deaf"), timeout=10)
    child.stop(timeout=0.2)
    assert not child.alive
