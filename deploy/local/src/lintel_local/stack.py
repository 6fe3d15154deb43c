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
from lintel_local.components import Component, ComponentStatus, State
from lintel_local.databases import Databases
from lintel_local.errors import LocalError
from lintel_local.jars import Progress, silent
from lintel_local.kafka import Kafka
from lintel_local.parallel import in_parallel
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
        own: list[Component | None] = [self._postgres, self._kafka, *self._services, self._caddy]
        self.components = {component.name: component for component in own if component}
        self._locks = {name: threading.RLock() for name in self.components}

    def start(self, progress: Progress = silent) -> None:
        """Return when everything is ready; on a failure or Ctrl-C stop what was started, and raise."""
        self._progress = progress
        try:
            for component in self.components.values():
                require_free(component.name, component.port)
            in_parallel(self._start_databases, self._start_log)
            in_parallel(*(lambda c=component: self._start(c) for component in (*self._services, self._caddy)))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything politely: first the front door, then the services, then what they stand on."""
        for group in ([self._caddy], self._services, [self._postgres, self._kafka]):
            in_parallel(*(lambda c=component: self._stop(c) for component in group if component))
        self._broken.clear()

    def kill(self, name: str) -> None:
        """Kill -9 one component; it stays away until `start_component`."""
        component = self._own(name)
        self._broken.add(name)
        component.kill()
        with self._locks[name]:  # somebody may just have been starting it
            component.kill()

    def start_component(self, name: str) -> None:
        """Start one component after `kill`; return when it is ready."""
        component = self._own(name)
        with self._locks[name]:
            if not component.pid:
                component.start()
            self._broken.discard(name)

    def has_died(self, name: str) -> bool:
        """Whether a component ended though nobody broke it."""
        return name not in self._broken and not self._own(name).pid

    @property
    def broken(self) -> list[str]:
        """What was killed and not started since, in the order in which it is started."""
        return [name for name in self.components if name in self._broken]

    def status(self) -> list[ComponentStatus]:
        """Asks every component now."""
        with ThreadPoolExecutor(max_workers=len(self.components)) as askers:
            own = list(askers.map(self._status, self.components.values()))
        external = [name for name in ("postgres", "kafka") if name not in self.components]
        return [ComponentStatus(name, None, None, "external") for name in external] + own

    def env(self) -> dict[str, str]:
        """What clients need, as `make env` prints it."""
        return environment.for_clients(
            front_door=self._caddy.url, databases=self.databases, kafka=self.bootstrap, ports=self.settings.ports
        )

    def log(self, name: str) -> Path:
        """The file a component writes to."""
        return self.directory / "logs" / f"{name}.log"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _own(self, name: str) -> Component:
        try:
            return self.components[name]
        except KeyError:
            raise LocalError(f"no component of this stack is called {name}: {', '.join(self.components)}") from None

    def _status(self, component: Component) -> ComponentStatus:
        pid = component.pid
        state: State
        if component.name in self._broken:
            state = "broken"
        elif not pid:
            state = "down"
        else:
            state = "ready" if component.ready() else "starting"
        return ComponentStatus(component.name, pid, component.port, state)

    def _start(self, component: Component) -> None:
        began = time.monotonic()
        with self._locks[component.name]:
            component.start()
        self._progress(f"{component.name} is ready on port {component.port} ({time.monotonic() - began:.1f} s)")

    def _stop(self, component: Component) -> None:
        component.stop()
        if self._locks[component.name].acquire(timeout=5):  # somebody may just have been starting it
            component.stop()
            self._locks[component.name].release()

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
