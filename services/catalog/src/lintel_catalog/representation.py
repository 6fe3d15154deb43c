"""A resource as it is answered: JSON, and the version that it shows."""

from dataclasses import dataclass

from fastapi import Response

from lintel_catalog.entries.domain.entry import Done

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Representation:
    body: bytes
    etag: str

    def response(self, done: Done = Done.UNCHANGED) -> Response:
        """201 for what is new."""
        return Response(self.body, status_of(done), {"ETag": self.etag}, JSON)


def status_of(done: Done) -> int:
    return 201 if done is Done.CREATED else 200
