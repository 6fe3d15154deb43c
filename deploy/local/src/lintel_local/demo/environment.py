"""The stack that the demo runs on: the one that is up, or one of its own that is gone afterwards."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from lintel_local.control import call
from lintel_local.demo.progress import Report
from lintel_local.demo.terminal import Terminal
from lintel_local.errors import PortTakenError
from lintel_local.ports import require_free
from lintel_local.services import ALL
from lintel_local.settings import Settings
from lintel_local.stack import Stack
from lintel_local.supervisor import Runtime
from lintel_local.tokens import Issuer

_SO_MANY = re.compile(r"(\d+) of (\d+)$")


@dataclass(frozen=True, slots=True)
class DemoEnvironment:
    """A running system: `env` as `make env` prints it, and who signs its tokens."""

    env: Mapping[str, str]
    issuer: Issuer

    @property
    def databases(self) -> dict[str, str]:
        """By service."""
        return {service.name: self.env[f"LINTEL_{service.setting}_DB"] for service in ALL}


@contextmanager
def environment(directory: Path, terminal: Terminal) -> Iterator[DemoEnvironment]:
    """What is up stays up; what is started here is stopped."""
    runtime = Runtime(directory)
    if runtime.supervisor():
        terminal.say("The stack is up already: the demo runs on it and leaves it running.")
        yield DemoEnvironment(call(runtime.control, "env"), Issuer(directory / "issuer"))
        return
    with runtime.claim(), Stack(directory, settings=_settings(terminal)) as stack:
        with terminal.stages() as report:
            stack.start(_StartProgress(report, len(stack.components)))
        yield DemoEnvironment(stack.env(), stack.issuer)
        terminal.say("Stopping everything ...")
    terminal.say("All processes are gone; the data stay in the directory, and `make up` finds them.")


class _StartProgress:
    """A stack's progress as stages: a step for each component that is ready, a stage of its own for a download."""

    def __init__(self, report: Report, total: int) -> None:
        self._report = report
        self._total = total
        self._ready: set[str] = set()
        report("starting the stack", 0, total)

    def __call__(self, text: str) -> None:
        if text.startswith("fetching"):
            if found := _SO_MANY.search(text):
                self._report("fetching Apache Kafka", int(found[1]), int(found[2]))
        else:
            self._ready.add(text)
            self._report("starting the stack", len(self._ready), self._total)


def _settings(terminal: Terminal) -> Settings:
    """The fixed ports, unless somebody listens there."""
    settings = Settings.from_environment(os.environ)
    try:
        for component, port in settings.ports.items():
            require_free(component, port)
    except PortTakenError as taken:
        terminal.say(f"{taken}; the demo takes free ports instead")
        return replace(settings, ports=Settings.free().ports)
    return settings
