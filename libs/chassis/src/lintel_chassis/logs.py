"""Logs: one JSON object a line on standard output, with the request they belong to and never its content."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import asyncpg
import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from lintel_chassis.http.request import CURRENT
from lintel_events.aiokafka_internals import quieten

_FRAMES = 12


def configure(level: str) -> None:
    """Send structlog's and the standard library's records the same way."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request,
        _with_error,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(orjson.dumps, default=str)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(_dumps, default=str),
            ],
        )
    )
    logging.basicConfig(level=max(number, logging.INFO), handlers=[handler], force=True)
    for chatty in ("uvicorn.error", "aiokafka", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    quieten()


def _dumps(value: Any, **options: Any) -> str:
    return orjson.dumps(value, **options).decode()


def _with_request(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    current = CURRENT.get()
    if current is not None:
        event["correlation_id"] = current.correlation_id
        if current.traceparent is not None:
            event["trace_id"] = current.traceparent[3:35]
    return event


def _with_error(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace `exc_info` by the error's type, place and message, the message only where it cannot hold data."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info if isinstance(info, BaseException) else sys.exc_info()[1]
    if info and error is not None:
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        event["error"] = type(error).__qualname__
        event["message"] = _message(error)
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _message(error: BaseException) -> str:
    if isinstance(error, asyncpg.PostgresError):
        # The text and DETAIL of a database error quote values.
        places = (getattr(error, place, None) for place in ("table_name", "column_name", "constraint_name"))
        return " ".join(filter(None, (error.sqlstate, *places)))
    if isinstance(error, (ValidationError, RequestValidationError)):
        return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors())
    return str(error)[:300]
