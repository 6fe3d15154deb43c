"""Starting the supervisor in the background and ending it, from the command line's side."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from lintel_local.errors import LocalError
from lintel_local.jars import Progress
from lintel_local.supervisor import READY, Runtime

_PATIENCE = 60.0  # stopping takes a second; a process that hangs is given up after this


def start(directory: Path, report: Progress) -> None:
    """Return when the stack is ready; it goes on after the caller's shell closes."""
    command = [sys.executable, "-m", "lintel_local", "--directory", str(directory), "supervise"]
    supervisor = subprocess.Popen(  # noqa: S603 - ourselves
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert supervisor.stdout  # noqa: S101 - a pipe, as asked for
    try:
        for line in supervisor.stdout:
            if line.rstrip() == READY:
                return
            report(line.rstrip())
    except KeyboardInterrupt:
        supervisor.terminate()
        supervisor.wait()
        raise
    raise LocalError(f"the stack did not start; its logs are in {directory / 'logs'}")


def stop(directory: Path) -> bool:
    """Return when nothing runs any more; False when nothing ran."""
    runtime = Runtime(directory)
    pid = runtime.supervisor()
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while runtime.supervisor():
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)  # its children die with it
            deadline += _PATIENCE
        time.sleep(0.1)
    return True
