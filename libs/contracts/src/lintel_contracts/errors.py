"""How a domain refuses: four kinds, each with a slug that names the rule. They know nothing of HTTP."""

from typing import Any


class DomainError(Exception):
    """A refusal that the caller can understand and act on.

    `slug` names the rule (`/problems/<slug>` explains it), `detail` says what happened this time, `pointer` is the
    JSON pointer of the input at fault, and `extra` are members that a program can read (the short lines of a hold).
    """

    def __init__(self, slug: str, detail: str, pointer: str | None = None, **extra: Any) -> None:
        super().__init__(slug, detail)
        self.slug = slug
        self.detail = detail
        self.pointer = pointer
        self.extra = extra


class NotFound(DomainError):  # noqa: N818 - the kinds are outcomes
    """There is no such thing, or none that this caller may know of."""


class Conflict(DomainError):  # noqa: N818 - the kinds are outcomes
    """The thing's present state does not allow it."""


class Invalid(DomainError):  # noqa: N818 - the kinds are outcomes
    """The command makes no sense, whatever the state."""


class Forbidden(DomainError):  # noqa: N818 - the kinds are outcomes
    """This caller may not do it, though it exists and could be done."""
