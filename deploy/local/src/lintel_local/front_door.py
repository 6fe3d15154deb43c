"""Which path segment and which problem belongs to which service: written into deploy/Caddyfile from docs/openapi.

`python -m lintel_local.front_door` writes it; a test fails when the committed file says something else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lintel_local.errors import LocalError
from lintel_local.paths import CADDYFILE, OPENAPI
from lintel_local.ports import LOOPBACK
from lintel_local.services import ALL, Service


@dataclass(frozen=True, slots=True)
class Owned:
    """What the front door hands to one service."""

    segments: frozenset[str]
    """Of paths: what follows `/v1/`."""
    problems: frozenset[str]
    """Slugs: what follows `/problems/`."""


_BEGIN = "\t# generated from docs/openapi by `make docs`\n"
_END = "\t# end of what is generated\n"


def owned(documents: Path = OPENAPI) -> Mapping[str, Owned]:
    """By service, as its document says."""
    return {file.stem: _owned(file.stem, json.loads(file.read_text())) for file in sorted(documents.glob("*.json"))}


def _owned(service: str, document: Mapping[str, Any]) -> Owned:
    segments = frozenset(_segment(service, path) for path in document["paths"])
    return Owned(segments, frozenset(document.get("x-problems", ())))


def _segment(service: str, path: str) -> str:
    root, version, segment, *_ = [*path.split("/"), "", ""]
    if (root, version) != ("", "v1") or not segment:
        raise LocalError(f"{service} has the path {path}, which the front door does not serve: it begins with /v1/")
    return segment


def with_routes(caddyfile: str, found: Mapping[str, Owned], services: Sequence[Service] = ALL) -> str:
    """The Caddyfile's text with these; LocalError unless each segment has one owner, and each service some.

    A problem that several services know is explained by the first of them.
    """
    _check(found, services)
    before, _, rest = caddyfile.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise LocalError(f"{CADDYFILE.name} does not say where the segments are written")
    lines = [_import(service, found[service.name]) for service in services]
    return "".join((before, _BEGIN, *lines, _END, after))


def _import(service: Service, of: Owned) -> str:
    upstream = f"{{$LINTEL_{service.setting}_UPSTREAM:{LOOPBACK}:{service.port}}}"
    segments, problems = ("|".join(sorted(names)) for names in (of.segments, of.problems))
    return f'\timport service {service.name} {upstream} "{segments}" "{problems}"\n'


def _check(found: Mapping[str, Owned], services: Sequence[Service]) -> None:
    names = {service.name for service in services}
    for segment in sorted(frozenset().union(*(of.segments for of in found.values()))):
        owners = [name for name, of in found.items() if segment in of.segments]
        if not names & set(owners):
            raise LocalError(f"nobody answers /v1/{segment}: {owners[0]} is no service of the local stack")
        if len(owners) > 1:
            raise LocalError(f"/v1/{segment} has more than one owner: {', '.join(owners)}")
    for name in names:
        if name not in found or not found[name].segments:
            raise LocalError(f"{name} has no path in {OPENAPI.name}: run `make docs`")


def main() -> None:
    CADDYFILE.write_text(with_routes(CADDYFILE.read_text(), owned()))


if __name__ == "__main__":
    main()
