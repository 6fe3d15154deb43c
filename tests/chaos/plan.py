"""What all processes of a run know: addresses, topics, and which note goes where."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from lintel_events.testing import Noted, ToyTopic, noted_on

NOTES = [f"note-{number}" for number in range(20)]
POISONED = ["poison-0", "poison-1"]
"""Whatever is noted under these keys the reader's handler refuses."""


@dataclass(frozen=True)
class Plan:
    """Written once by the battery, read by every worker; `dsns` are by role and lead through the proxy."""

    directory: str
    bootstrap: str
    dsns: dict[str, str]
    name: str
    seed: int

    @property
    def facts(self) -> ToyTopic:
        return ToyTopic(f"{self.name}.facts")

    @property
    def aside(self) -> ToyTopic:
        """Facts of every tenth note; its one partition has a single copy, so that it can be left without a leader."""
        return ToyTopic(f"{self.name}.aside", partitions=1)

    @property
    def states(self) -> ToyTopic:
        return ToyTopic(f"{self.name}.states", kind="state", retention_days=None)

    @property
    def echoes(self) -> ToyTopic:
        return ToyTopic(f"{self.name}.echoes")

    @property
    def topics(self) -> list[ToyTopic]:
        return [self.facts, self.aside, self.states, self.echoes]

    @property
    def reader_group(self) -> str:
        return f"{self.name}-reader"

    @property
    def mirror_group(self) -> str:
        return f"{self.name}-mirror"

    def save(self) -> None:
        self._path(self.directory).write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, directory: str) -> Self:
        return cls(**json.loads(cls._path(directory).read_text()))

    @staticmethod
    def _path(directory: str) -> Path:
        return Path(directory) / "plan.json"


@dataclass(frozen=True)
class Events:
    """The event types of a run, made once a process."""

    fact: type[Noted]
    aside: type[Noted]
    state: type[Noted]
    echo: type[Noted]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        class Aside(noted_on(plan.aside)):  # type: ignore[misc] # a class made at run time
            type = "toy.NotedAside.v1"

        class State(noted_on(plan.states)):  # type: ignore[misc] # a class made at run time
            type = "toy.NoteChanged.v1"

        class Echo(noted_on(plan.echoes)):  # type: ignore[misc] # a class made at run time
            type = "toy.Echoed.v1"

        return cls(noted_on(plan.facts), Aside, State, Echo)

    def fact_about(self, note: str) -> type[Noted]:
        return self.aside if note.endswith("0") and note in NOTES else self.fact
