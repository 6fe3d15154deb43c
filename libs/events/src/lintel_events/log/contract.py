"""What the backbone asks of an event and of a topic; who declares them brings any pydantic model that fits."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self


class Topic(Protocol):
    """A Kafka topic; `kind` is `state` (compacted) or `facts` (kept for `retention_days`)."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def partitions(self) -> int: ...
    @property
    def retention_days(self) -> int | None: ...


class Event(Protocol):
    """A published fact: `type` names it with its version, `topic` places it, `key` orders it."""

    type: ClassVar[str]
    topic: ClassVar[Any]
    """A Topic. (A class variable of protocol type cannot be stated more narrowly.)"""

    @property
    def key(self) -> str: ...
    def model_dump_json(self) -> str: ...
    @classmethod
    def model_validate(cls, obj: Any) -> Self: ...


class Answer(Protocol):
    """Once all of `after` have happened to a subject, one of `by` must follow."""

    @property
    def after(self) -> Sequence[type[Event]]: ...
    @property
    def by(self) -> Sequence[type[Event]]: ...


class Contracts(Protocol):
    """A module that declares what is published: event types by name, topics, who publishes, consumes and answers."""

    EVENTS: Mapping[str, type[Event]]
    TOPICS: tuple[Topic, ...]
    CONSUMER_GROUPS: tuple[str, ...]
    ANSWERS: Sequence[Answer]
    PUBLISHERS: Mapping[str, str]
    """The service behind each topic."""

    @staticmethod
    def examples_of(event_type: str) -> Sequence[dict[str, Any]]:
        """Whole CloudEvents."""
