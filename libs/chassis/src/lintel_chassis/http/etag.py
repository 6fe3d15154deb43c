"""Versions of single resources: `ETag` out, `If-Match` in; `If-None-Match` is answered by every GET route itself."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

from lintel_chassis.problems import Problem


def etag_of(version: int | str) -> str:
    """The value of the header ETag for a version."""
    return f'"{version}"'


@dataclass(frozen=True, slots=True)
class Expected:
    """The versions that the client's `If-Match` names; without the header any will do."""

    etags: frozenset[str] | None

    def check(self, etag: str) -> None:
        """Raise Problem (412) when the present version is none of them."""
        if self.etags is not None and etag not in self.etags:
            raise Problem("precondition_failed", "The resource has changed since you read it.")


async def _expected(if_match: Annotated[str | None, Header()] = None) -> Expected:
    if if_match is None or if_match.strip() == "*":
        return Expected(None)
    return Expected(frozenset(etag.strip() for etag in if_match.split(",")))


IfMatch = Annotated[Expected, Depends(_expected)]
