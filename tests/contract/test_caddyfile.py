"""The front door hands every path that a service documents to that service, and to no other."""

import json
from pathlib import Path

import pytest

from lintel_local.errors import LocalError
from lintel_local.front_door import owned, with_routes
from lintel_local.paths import CADDYFILE
from lintel_local.services import Service

COFFEE, TEA = Service("coffee", 9001), Service("black-tea", 9002)
CADDY = "{\n\t# generated from docs/openapi by `make docs`\n\told\n\t# end of what is generated\n}\n"


def documented(directory: Path, **paths: str) -> Path:
    for name, path in paths.items():
        document = {"paths": {path: {}, f"{path}/{{id}}": {}}, "x-problems": [f"no_{name}", "cold"]}
        (directory / f"{name.replace('_', '-')}.json").write_text(json.dumps(document))
    return directory


def test_the_committed_caddyfile_says_what_the_documents_say() -> None:
    """A new path would otherwise be known to its service and be nowhere for the channels."""
    committed = CADDYFILE.read_text()
    assert committed == with_routes(committed, owned()), "deploy/Caddyfile is stale: run `make docs` and commit it"


def test_each_segment_and_problem_is_its_services(tmp_path: Path) -> None:
    found = owned(documented(tmp_path, coffee="/v1/beans", black_tea="/v1/leaves"))
    written = with_routes(CADDY, found, (COFFEE, TEA))
    assert written.splitlines()[2:4] == [
        '\timport service coffee {$LINTEL_COFFEE_UPSTREAM:127.0.0.1:9001} "beans" "cold|no_coffee"',
        '\timport service black-tea {$LINTEL_BLACK_TEA_UPSTREAM:127.0.0.1:9002} "leaves" "cold|no_black_tea"',
    ]
    assert with_routes(written, found, (COFFEE, TEA)) == written


def test_a_segment_with_two_owners_is_refused(tmp_path: Path) -> None:
    """Caddy would hand it to whoever stands first."""
    found = owned(documented(tmp_path, coffee="/v1/cups", black_tea="/v1/cups"))
    with pytest.raises(LocalError, match="/v1/cups has more than one owner: black-tea, coffee"):
        with_routes(CADDY, found, (COFFEE, TEA))


def test_a_segment_without_an_owner_is_refused(tmp_path: Path) -> None:
    """A document of a service that nobody starts."""
    found = owned(documented(tmp_path, coffee="/v1/beans", cocoa="/v1/cocoa"))
    with pytest.raises(LocalError, match="nobody answers /v1/cocoa"):
        with_routes(CADDY, found, (COFFEE,))


def test_a_service_without_a_path_is_refused(tmp_path: Path) -> None:
    """An empty list would match every path."""
    found = owned(documented(tmp_path, coffee="/v1/beans"))
    with pytest.raises(LocalError, match="black-tea has no path"):
        with_routes(CADDY, found, (COFFEE, TEA))


@pytest.mark.parametrize("path", ["/beans", "/v2/beans", "/v1"])
def test_a_path_outside_v1_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(LocalError, match="begins with /v1/"):
        owned(documented(tmp_path, coffee=path))
