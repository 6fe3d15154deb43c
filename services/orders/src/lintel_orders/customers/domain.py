"""How to reach whoever ordered, and who collects it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """Personal data: shown at the counter, never in events."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
    pickup_person: str | None = None
