"""docs/asyncapi.json is valid, current, and true of the examples it shows.

The schema beside this file is AsyncAPI's own, as in npm's @asyncapi/specs 6.11.1 (schemas/3.0.0.json, Apache-2.0, the
AsyncAPI Initiative); `make asyncapi` runs AsyncAPI's own validator too, where there is node.
"""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from lintel_contracts import CONSUMER_GROUPS, EVENTS, TOPICS
from lintel_events.log.topics import installed_readers

COMMITTED = Path(__file__).parents[2] / "docs" / "asyncapi.json"
OFFICIAL = Path(__file__).with_name("asyncapi-3.0.0.schema.json.gz")
DOCUMENT: dict[str, Any] = json.loads(COMMITTED.read_text())
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]


@pytest.fixture(scope="module")
def official() -> Draft7Validator:
    return Draft7Validator(json.loads(gzip.decompress(OFFICIAL.read_bytes())))


def test_the_document_is_what_the_contracts_and_handlers_say() -> None:
    """`lintel-events asyncapi` needs neither broker nor database."""
    command = [str(Path(sys.executable).parent / "lintel-events"), "asyncapi"]
    generated = subprocess.run(command, check=True, capture_output=True, env={}).stdout  # noqa: S603 - ours
    assert COMMITTED.read_bytes() == generated, "docs/asyncapi.json is stale: run `make docs` and commit the change"


def test_the_document_is_asyncapi_by_its_official_schema(official: Draft7Validator) -> None:
    assert [f"{fault.json_path}: {fault.message[:200]}" for fault in official.iter_errors(DOCUMENT)] == []


@pytest.mark.parametrize("path", ["info/title", "operations/orders.sends.orders.orders/action"])
def test_the_official_schema_bites(official: Draft7Validator, path: str) -> None:
    """It resolves its own references; otherwise it would accept anything."""
    spoilt = json.loads(json.dumps(DOCUMENT))
    *way, last = path.split("/")
    place = spoilt
    for name in way:
        place = place[name]
    del place[last]
    assert not official.is_valid(spoilt)


@pytest.mark.parametrize("name", EVENTS)
def test_each_example_is_as_its_message_says(name: str) -> None:
    """Envelope, headers and data: what a generated client would check."""
    trait = DOCUMENT["components"]["messageTraits"]["cloudevent"]
    payload = Draft7Validator({"$ref": f"#/components/messages/{name}/payload", "components": DOCUMENT["components"]})
    assert MESSAGES[name]["examples"]
    for example in MESSAGES[name]["examples"]:
        payload.validate(example["payload"])
        Draft7Validator(trait["headers"]).validate(example["headers"])
        assert not payload.is_valid(example["payload"] | {"type": "another"})
        assert not payload.is_valid(example["payload"] | {"data": {}})


def test_every_topic_has_a_sender_and_every_group_receives() -> None:
    operations = DOCUMENT["operations"].values()
    sent = [operation["channel"]["$ref"] for operation in operations if operation["action"] == "send"]
    groups = {
        operation["bindings"]["kafka"]["groupId"]["const"]
        for operation in operations
        if operation["action"] == "receive"
    }
    assert sorted(sent) == sorted(f"#/channels/{topic.name}" for topic in TOPICS)
    assert groups == set(CONSUMER_GROUPS)


def test_a_group_receives_what_it_handles_and_nothing_else() -> None:
    received = {
        (operation["bindings"]["kafka"]["groupId"]["const"], message["$ref"].rpartition("/")[2])
        for operation in DOCUMENT["operations"].values()
        if operation["action"] == "receive"
        for message in operation["messages"]
    }
    assert received == {(group, name) for name, groups in installed_readers().items() for group in groups}
