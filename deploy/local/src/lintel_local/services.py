"""The five services as processes: where they listen, how they are migrated, started and asked if ready."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lintel_local.caddy import answers
from lintel_local.child import Child
from lintel_local.errors import LocalError
from lintel_local.ports import LOOPBACK


@dataclass(frozen=True)
class Service:
    """`port` is where it listens when ports are fixed."""

    name: str
    port: int

    @property
    def module(self) -> str:
        """Its import package, which is also the name of its database."""
        return f"lintel_{self.name.replace('-', '_')}"

    @property
    def setting(self) -> str:
        """How environment variables name it: GEO_OFFERS."""
        return self.name.upper().replace("-", "_")


ALL = (
    Service("catalog", 8001),
    Service("inventory", 8002),
    Service("orders", 8003),
    Service("pickup", 8004),
    Service("geo-offers", 8005),
)


def service_named(name: str) -> Service:
    """Raise LocalError for another one."""
    for service in ALL:
        if service.name == name.replace("_", "-"):
            return service
    raise LocalError(f"no service is called {name}: {', '.join(service.name for service in ALL)}")


class ServiceProcess:
    """One service on this machine with the environment it is given."""

    def __init__(self, service: Service, port: int, env: Mapping[str, str], log: Path) -> None:
        self.name = service.name
        self.port = port
        self.log = log
        self._module = service.module
        self._env = {**env, "LINTEL_HOST": LOOPBACK, "LINTEL_PORT": str(port)}
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self._child.alive else None

    def migrate(self) -> None:
        """Bring its database to the newest schema."""
        Child([sys.executable, "-m", self._module, "migrate"], self.log, env=self._env).finish(timeout=120)

    def check_restore(self, without: str) -> None:
        """Raise LocalError unless all that the log does not hold of it is named: `contacts,owners`."""
        self._restore(without, "--check")

    def restore(self, without: str) -> None:
        """Take up from the log what its restored database does not know."""
        self._restore(without)

    def _restore(self, without: str, *options: str) -> None:
        command = [sys.executable, "-m", self._module, "restore", f"--without={without}", *options]
        Child(command, self.log, env=self._env).finish(timeout=600)

    def start(self) -> None:
        """Return when it says that it is ready."""
        self._child = Child([sys.executable, "-m", self._module], self.log, env=self._env)
        self._child.wait_until(self.ready, timeout=60)

    def ready(self) -> bool:
        return answers(f"http://{LOOPBACK}:{self.port}/readyz")

    def stop(self) -> None:
        if self._child:
            self._child.stop(timeout=20)

    def kill(self) -> None:
        """Kill -9."""
        if self._child:
            self._child.kill()
