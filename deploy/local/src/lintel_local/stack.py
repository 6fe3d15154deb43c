"""The whole system on one machine: PostgreSQL, Apache Kafka, the services and the front door."""

import sysconfig
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from lintel_local import environment
from lintel_local.caddy import Caddy
from lintel_local.child import Child
from lintel_local.databases import Databases
from lintel_local.errors import LocalError
from lintel_local.jars import Progress, silent
from lintel_local.kafka import Kafka
from lintel_local.parallel import in_parallel
from lintel_local.parts import Part, PartStatus, State
from lintel_local.ports import require_free
from lintel_local.postgres import Postgres
from lintel_local.services import ALL, Service, ServiceProcess
from lintel_local.settings import Settings
from lintel_local.tokens import Issuer


class Stack:
    """A context manager that starts on `start` and stops when left; what it stores stays in `directory`.

    With `ports="free"` it runs beside other stacks. `settings` chooses ports and existing servers.
    """

    def __init__(
        self,
        directory: Path,
        ports: Literal["fixed", "free"] = "fixed",
        services: Sequence[Service] = ALL,
        *,
        settings: Settings | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self.settings = settings or (Settings.free() if ports == "free" else Settings())
        self.issuer = Issuer(self.directory / "issuer")
        self._progress: Progress = silent
        self._broken: set[str] = set()
        self._postgres = None if self.settings.postgres_url else self._own_postgres()
        self._kafka = None if self.settings.kafka else self._own_kafka()
        self.databases = self._postgres.databases if self._postgres else self._existing_databases()
        self.bootstrap = self._kafka.bootstrap if self._kafka else str(self.settings.kafka)
        self._services = [self._service(service) for service in services]
        self._caddy = self._own_caddy()
        own: list[Part | None] = [self._postgres, self._kafka, *self._services, self._caddy]
        self.parts = {part.name: part for part in own if part}
        self._locks = {name: threading.RLock() for name in self.parts}

    def start(self, progress: Progress = silent) -> None:
        """Return when everything is ready; on a failure or Ctrl-C stop what was started, and raise."""
        self._progress = progress
        try:
            for part in self.parts.values():
                require_free(part.name, part.port)
            in_parallel(self._start_databases, self._start_log)
            in_parallel(*(lambda p=part: self._start(p) for part in (*self._services, self._caddy)))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything politely: first the front door, then the services, then what they stand on."""
        for group in ([self._caddy], self._services, [self._postgres, self._kafka]):
            in_parallel(*(lambda p=part: self._stop(p) for part in group if part))
        self._broken.clear()

    def kill(self, name: str) -> None:
        """Kill -9 one part; it stays away until `start_part`."""
        part = self._own(name)
        self._broken.add(name)
        part.kill()
        with self._locks[name]:  # somebody may just have been starting it
            part.kill()

    def start_part(self, name: str) -> None:
        """Start one part after `kill`; return when it is ready."""
        part = self._own(name)
        with self._locks[name]:
            if not part.pid:
                part.start()
            self._broken.discard(name)

    def has_died(self, name: str) -> bool:
        """Whether a part ended though nobody broke it."""
        return name not in self._broken and not self._own(name).pid

    @property
    def broken(self) -> list[str]:
        """What was killed and not started since, in the order in which it is started."""
        return [name for name in self.parts if name in self._broken]

    def status(self) -> list[PartStatus]:
        """Asks every part now."""
        with ThreadPoolExecutor(max_workers=len(self.parts)) as askers:
            own = list(askers.map(self._status, self.parts.values()))
        external = [name for name in ("postgres", "kafka") if name not in self.parts]
        return [PartStatus(name, None, None, "external") for name in external] + own

    def env(self) -> dict[str, str]:
        """What clients need, as `make env` prints it."""
        return environment.for_clients(
            front_door=self._caddy.url, databases=self.databases, kafka=self.bootstrap, ports=self.settings.ports
        )

    def log(self, name: str) -> Path:
        """The file a part writes to."""
        return self.directory / "logs" / f"{name}.log"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _own(self, name: str) -> Part:
        try:
            return self.parts[name]
        except KeyError:
            raise LocalError(f"no part of this stack is called {name}: {', '.join(self.parts)}") from None

    def _status(self, part: Part) -> PartStatus:
        pid = part.pid
        state: State
        if part.name in self._broken:
            state = "broken"
        elif not pid:
            state = "down"
        else:
            state = "ready" if part.ready() else "starting"
        return PartStatus(part.name, pid, part.port, state)

    def _start(self, part: Part) -> None:
        began = time.monotonic()
        with self._locks[part.name]:
            part.start()
        self._progress(f"{part.name} is ready on port {part.port} ({time.monotonic() - began:.1f} s)")

    def _stop(self, part: Part) -> None:
        part.stop()
        if self._locks[part.name].acquire(timeout=5):  # somebody may just have been starting it
            part.stop()
            self._locks[part.name].release()

    def _report(self, text: str) -> None:
        self._progress(text)

    def _start_databases(self) -> None:
        if self._postgres:
            self._start(self._postgres)
        self.databases.create()
        in_parallel(*(service.migrate for service in self._services))

    def _start_log(self) -> None:
        if self._kafka:
            self._start(self._kafka)
        if self._services:
            apply = [f"{sysconfig.get_path('scripts')}/lintel-events", "topics", "apply"]
            Child(apply, self.log("topics"), env={"LINTEL_KAFKA": self.bootstrap}).finish(timeout=60)

    def _own_postgres(self) -> Postgres:
        return Postgres(self.directory / "postgres", self.settings.ports["postgres"], log=self.log("postgres"))

    def _own_kafka(self) -> Kafka:
        return Kafka(
            self.directory / "kafka",
            self.settings.ports["kafka"],
            log=self.log("kafka"),
            progress=self._report,
        )

    def _existing_databases(self) -> Databases:
        return Databases(str(self.settings.postgres_url), self.directory / "secrets" / "databases.json")

    def _own_caddy(self) -> Caddy:
        upstreams = {service.name: self.settings.ports[service.name] for service in ALL}
        return Caddy(self.directory / "caddy", upstreams, self.settings.ports["caddy"], log=self.log("caddy"))

    def _service(self, service: Service) -> ServiceProcess:
        env = environment.for_service(
            service,
            databases=self.databases,
            kafka=self.bootstrap,
            ports=self.settings.ports,
            issuer=self.issuer,
            secrets=self.directory / "secrets",
        )
        return ServiceProcess(service, self.settings.ports[service.name], env, self.log(service.name))
