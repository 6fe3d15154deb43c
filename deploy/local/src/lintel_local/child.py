"""Processes of ours: each logs to a file, is ended by its pid, and dies with the process that started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lintel_local import launch
from lintel_local.errors import LocalError

# Linux sends the death signal when the *thread* that forked ends: so one thread, which lives as long as the
# interpreter, starts every child.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lintel-spawner")
_TAIL_BYTES = 2000


class Child:
    """A started process; `command[0]` is an absolute path."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        death_signal: signal.Signals = signal.SIGKILL,
        as_nobody: bool = False,
    ) -> None:
        """`as_nobody` is for a program that refuses to be root; `death_signal` ends it when we die."""
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        user = "nobody" if as_nobody else "same"
        arguments = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), str(int(death_signal)), user]
        arguments += command
        self._process = _spawner.submit(self._spawn, arguments, {**os.environ, **(env or {})}).result()

    def _spawn(self, arguments: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - commands are this package's own
                arguments,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C at the terminal is ours to handle
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def finish(self, timeout: float) -> None:
        """Wait for a command that ends by itself; LocalError unless it succeeds."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise LocalError(f"{self.log.stem} did not finish within {timeout:.0f} s{self.last_words()}") from None
        if code != 0:
            raise LocalError(f"{self.log.stem} failed{self.last_words()}")

    def wait_until(self, ready: Callable[[], bool], timeout: float) -> None:
        """Return as soon as `ready()`; LocalError when the process ends or the time is up before that."""
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.alive:
                raise LocalError(f"{self.log.stem} ended while starting{self.last_words()}")
            if time.monotonic() > deadline:
                raise LocalError(f"{self.log.stem} is not ready after {timeout:.0f} s{self.last_words()}")
            time.sleep(0.05)

    def stop(self, timeout: float, polite: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end and wait; one that does not end within `timeout` seconds is killed."""
        self._process.send_signal(polite)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill -9."""
        self._process.kill()
        self._process.wait()

    def last_words(self) -> str:
        """The end of the log, to go behind a message."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - _TAIL_BYTES))
            text = log.read().decode(errors="replace").strip()
        return f"; the end of {self.log}:\n{text}" if text else f" and said nothing ({self.log})"
