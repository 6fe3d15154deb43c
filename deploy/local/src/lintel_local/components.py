"""What all processes of a stack have in common."""

from dataclasses import dataclass
from typing import Literal, Protocol

State = Literal["ready", "starting", "down", "broken", "external"]


class Component(Protocol):
    """One process of the stack: start returns when it can be used, kill is kill -9, pid is None unless it runs."""

    name: str
    port: int

    @property
    def pid(self) -> int | None: ...
    def start(self) -> None: ...
    def ready(self) -> bool: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...


@dataclass(frozen=True)
class ComponentStatus:
    """`broken` was broken on purpose, `down` ended by itself, `external` is an existing server that is not ours."""

    name: str
    pid: int | None
    port: int | None
    state: State
