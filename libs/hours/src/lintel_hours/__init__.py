"""When a store is open, by the clock on its own wall."""

from lintel_hours.hours import Hours, UnknownTimezone, UnreadableHours, check, is_readable
from lintel_hours.open_time import first_open_minute, is_open, open_windows
from lintel_hours.wall_clock import Span, moments

__all__ = [
    "Hours",
    "Span",
    "UnknownTimezone",
    "UnreadableHours",
    "check",
    "first_open_minute",
    "is_open",
    "is_readable",
    "moments",
    "open_windows",
]
