"""The envelope of every record as AsyncAPI describes it: the CloudEvent's attributes, the headers, the key."""

from typing import Any

_TEXT = {"type": "string", "minLength": 1}

ENVELOPE: dict[str, Any] = {
    "title": "CloudEvent",
    "description": "CloudEvents 1.0, structured mode. There may be more attributes than these.",
    "type": "object",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid", "description": "The same in every copy of the event"},
        "source": _TEXT | {"description": "The service that published it"},
        "type": _TEXT | {"description": "What happened, with the version of its data"},
        "subject": _TEXT | {"description": "Whom or what it happened to; the record's key, too"},
        "time": {"type": "string", "format": "date-time"},
        "dataschema": _TEXT,
        "datacontenttype": {"const": "application/json"},
        "sequence": {
            "type": "string",
            "pattern": r"^\d{4,}-\d{12,}$",
            "description": "Higher is newer, among the events of one source about one subject; compares as text",
        },
        "correlationid": _TEXT | {"description": "The request that everything goes back to"},
        "causationid": _TEXT | {"description": "The event or command that directly led here"},
        "channel": _TEXT | {"description": "Where the shopper met the retailer"},
        "touchpoint": _TEXT | {"description": "Where in the channel"},
        "journeyid": _TEXT | {"description": "Joins what one shopper did, over channels; opaque"},
        "actor": _TEXT | {"description": "Who acted; opaque"},
        "data": {"type": "object"},
    },
    "required": ["specversion", "id", "source", "type", "subject", "time", "sequence", "correlationid", "data"],
}

TRAIT: dict[str, Any] = {
    "contentType": "application/cloudevents+json",
    "headers": {
        "type": "object",
        "properties": {
            "content-type": {"const": "application/cloudevents+json"},
            "traceparent": {"type": "string", "description": "W3C Trace Context"},
            "tracestate": {"type": "string", "description": "W3C Trace Context"},
        },
        "required": ["content-type"],
    },
    "correlationId": {"location": "$message.payload#/correlationid"},
    "bindings": {"kafka": {"key": _TEXT | {"description": "The event's subject"}, "bindingVersion": "0.5.0"}},
}
