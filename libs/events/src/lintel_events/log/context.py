"""Who caused what: the thread that runs from a request or an event to the events it gives rise to."""

from dataclasses import dataclass
from typing import Any

import uuid_utils


@dataclass(frozen=True, slots=True)
class Context:
    """Travels with every unit of work and is written into the envelope of what it publishes."""

    correlation_id: str
    """The request everything goes back to."""
    causation_id: str | None = None
    """The event or command that directly led here."""
    channel: str | None = None
    touchpoint: str | None = None
    journey_id: str | None = None
    actor: str | None = None
    """Opaque id of the person or program that acted."""
    traceparent: str | None = None
    tracestate: str | None = None

    def attributes(self) -> dict[str, str]:
        """The CloudEvents extension attributes, those that are set."""
        found = {
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
            "channel": self.channel,
            "touchpoint": self.touchpoint,
            "journeyid": self.journey_id,
            "actor": self.actor,
        }
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def unprompted(cls) -> "Context":
        """Of work that no single request or event asked for: a poll, a replay, a deadline."""
        return cls(correlation_id=str(uuid_utils.uuid7()))

    @classmethod
    def from_attributes(cls, attributes: dict[str, Any], traceparent: str | None, tracestate: str | None) -> "Context":
        """What an incoming envelope says of its origin; the event itself becomes the cause."""
        return cls(
            correlation_id=str(attributes.get("correlationid") or attributes["id"]),
            causation_id=str(attributes["id"]),
            channel=attributes.get("channel"),
            touchpoint=attributes.get("touchpoint"),
            journey_id=attributes.get("journeyid"),
            actor=attributes.get("actor"),
            traceparent=traceparent,
            tracestate=tracestate,
        )
