"""Which first path segment belongs to which service: written into deploy/Caddyfile from the OpenAPI documents.

`python -m lintel_local.front_door` writes it; a test fails when the committed file says something else.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from lintel_local.errors import LocalError
from lintel_local.paths import CADDYFILE, OPENAPI
from lintel_local.ports import LOOPBACK
from lintel_local.services import ALL, Service

Segments = Mapping[str, frozenset[str]]
"""Of each service by its name."""

_BEGIN = "\t# generated from docs/openapi by `make docs`\n"
_END = "\t# end of what is generated\n"


def segments(documents: Path = OPENAPI) -> Segments:
    """What follows `/v1/` in the paths of each service's document."""
    return {
        file.stem: frozenset(_segment(file.stem, path) for path in json.loads(file.read_text())["paths"])
        for file in sorted(documents.glob("*.json"))
    }


def _segment(service: str, path: str) -> str:
    root, version, segment, *_ = [*path.split("/"), "", ""]
    if (root, version) != ("", "v1") or not segment:
        raise LocalError(f"{service} has the path {path}, which the front door does not serve: it begins with /v1/")
    return segment


def with_segments(caddyfile: str, found: Segments, services: Sequence[Service] = ALL) -> str:
    """The Caddyfile's text with these segments; LocalError unless each has one owner, and each service some."""
    _check(found, services)
    before, _, rest = caddyfile.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise LocalError(f"{CADDYFILE.name} does not say where the segments are written")
    lines = [_import(service, sorted(found[service.name])) for service in services]
    return "".join((before, _BEGIN, *lines, _END, after))


def _import(service: Service, owned: Sequence[str]) -> str:
    upstream = f"{{$LINTEL_{service.setting}_UPSTREAM:{LOOPBACK}:{service.port}}}"
    return f'\timport service {service.name} {upstream} "{"|".join(owned)}"\n'


def _check(found: Segments, services: Sequence[Service]) -> None:
    names = {service.name for service in services}
    for segment in sorted(frozenset().union(*found.values())):
        owners = [name for name, owned in found.items() if segment in owned]
        if not names & set(owners):
            raise LocalError(f"nobody answers /v1/{segment}: {owners[0]} is no service of the local stack")
        if len(owners) > 1:
            raise LocalError(f"/v1/{segment} has more than one owner: {', '.join(owners)}")
    for name in names:
        if not found.get(name):
            raise LocalError(f"{name} has no path in {OPENAPI.name}: run `make docs`")


def main() -> None:
    CADDYFILE.write_text(with_segments(CADDYFILE.read_text(), segments()))


if __name__ == "__main__":
    main()
