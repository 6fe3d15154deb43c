"""The worker processes of a run: started, killed, frozen, and asked to end."""

import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from lintel_local.child import Child
from lintel_local.errors import LocalError

ROOT = Path(__file__).parents[2]
ENDS_WITHIN_S = 10.0
_STARTS_WITHIN_S = 60.0


class Processes:
    """Workers by name; a name is a role, or a role with a number for one more of it (`reader-2`)."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._children: dict[str, Child] = {}
        self.kills = 0
        self.late: list[str] = []
        """Who did not end in time, or not well, when told to."""

    def start(self, *names: str, failpoint: str = "") -> None:
        for name in names:
            role = name.partition("-")[0]
            self._children[name] = Child(
                [sys.executable, "-m", "tests.chaos.worker", role, str(self._directory)],
                self._directory / f"{name}.log",
                env={
                    "PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)])),
                    "LINTEL_FAILPOINTS": failpoint,
                },
            )

    def alive(self, name: str) -> bool:
        return self._children[name].alive

    def died(self) -> list[str]:
        """Those that ended though nobody asked them to."""
        return [name for name, child in self._children.items() if not child.alive]

    def kill(self, name: str) -> None:
        self.kills += 1
        self._children.pop(name).kill()

    def frozen(self, name: str) -> bool:
        """Whether it has stopped itself at a failpoint; true once for each time."""
        return bool(os.waitid(os.P_PID, self._children[name].pid, os.WSTOPPED | os.WNOHANG))

    def thaw(self, name: str) -> None:
        os.kill(self._children[name].pid, signal.SIGCONT)

    def stop(self, *names: str) -> None:
        """SIGTERM to all of these at once, once they can hear it; each must end well and in time."""
        leaving = {name: self._children.pop(name) for name in names}
        for child in leaving.values():
            child.wait_until((self._directory / f"up-{child.pid}").exists, timeout=_STARTS_WITHIN_S)
            os.kill(child.pid, signal.SIGTERM)
        for name, child in leaving.items():
            try:
                child.finish(timeout=ENDS_WITHIN_S)
            except LocalError as error:
                self.late.append(f"{name}: {error}")

    def end(self, names: Iterable[str] = ()) -> None:
        """Kill -9 whoever is left."""
        for name in list(names or self._children):
            self._children.pop(name).kill()
