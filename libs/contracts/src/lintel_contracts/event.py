"""The base of every event: frozen, explicitly named and versioned, with an ordering key."""

from abc import abstractmethod
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from lintel_contracts.topic import Topic


class Part(BaseModel):
    """A piece of an event. Readers ignore properties newer than themselves."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Event(Part):
    """One published fact.

    `type` names the fact and its version, `topic` says where it is published, `key` orders it: all events of one
    key are read in the order in which they were committed, and the key is also the CloudEvents `subject`.
    """

    type: ClassVar[str]
    topic: ClassVar[Topic]

    @property
    @abstractmethod
    def key(self) -> str: ...
