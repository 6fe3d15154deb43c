"""The demo from its first line to its last."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

from lintel_local.demo import scenarios
from lintel_local.demo.client import FrontDoor
from lintel_local.demo.data.cities import NOTICE
from lintel_local.demo.data.dataset import KNOWN, Dataset, dataset
from lintel_local.demo.environment import DemoEnvironment, environment
from lintel_local.demo.fixtures import inventory
from lintel_local.demo.fixtures.context import Context
from lintel_local.demo.log_watcher import LogWatcher
from lintel_local.demo.replay import IN_FLIGHT, replay
from lintel_local.demo.seeding import seed
from lintel_local.demo.summary import Summary
from lintel_local.demo.terminal import Terminal
from lintel_local.paths import JARS
from lintel_local.verify import verify


class Laps:
    """Seconds of each stage, the one that has just ended being named."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def end(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage], self._last = now - self._last, now


def run(directory: Path, terminal: Terminal) -> bool:
    """Whether all went well; the figures are in `directory`/demo.json."""
    _introduce(terminal)
    laps = Laps()
    with terminal.stages() as report:
        report("reading the data", 0, 1)
        data = dataset()
        report("reading the data", 1, 1)
    laps.end("reading the data")
    with environment(directory, terminal) as running:
        laps.end("starting the stack")
        summary = asyncio.run(_perform(running, terminal, data, laps))
    laps.end("stopping")
    (directory / "demo.json").write_text(json.dumps(summary.json(), indent=2) + "\n")
    _conclude(terminal, summary, directory)
    return not summary.faults()


async def _perform(running: DemoEnvironment, terminal: Terminal, data: Dataset, laps: Laps) -> Summary:
    bootstrap = running.env["LINTEL_KAFKA"]
    async with FrontDoor(running.env["LINTEL_URL"], running.issuer) as front:
        with terminal.stages() as report:
            await seed(front, data, report)
        laps.end("loading")
        async with LogWatcher(bootstrap) as watcher:
            demo = Context(front, watcher, terminal, data, run=uuid4().hex[:8])
            await scenarios.play(demo)
            laps.end("the scenarios")
            terminal.title(f"{len(data.baskets)} real baskets, {IN_FLIGHT} at a time, and not enough for all of them")
            with terminal.stages() as report:
                await inventory.stock(demo, data.stock, report)
                laps.end("stocking up")
                since, began = len(watcher.events), time.perf_counter()
                outcomes = await replay(front, data.baskets, report)
                seconds = time.perf_counter() - began
                laps.end("the baskets")
                report("checking", 0, 1)
                found = await verify(running.databases, bootstrap, whole_log=True, patience_s=60)
                report("checking", 1, 1)
            laps.end("checking")
            caused = Counter(event.topic for event in watcher.events[since:])
    lines = sum(len(basket.lines) for basket in data.baskets)
    return Summary(outcomes, seconds, lines, caused, found, data, laps.seconds)


def _introduce(terminal: Terminal) -> None:
    terminal.title("Lintel: the whole system, one journey after another, real baskets")
    if not JARS.exists():
        terminal.say("Fetches, once: Apache Kafka's jars, about 44 MB from Maven Central.")
    terminal.say("Products, prices and baskets are real: The Complete Journey by 84.51, one year of 2,469 households.")
    terminal.say(NOTICE)


def _conclude(terminal: Terminal, summary: Summary, directory: Path) -> None:
    terminal.table("What happened to the baskets", summary.rows())
    stages = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in summary.stages.items())
    terminal.say(f"{stages}; {sum(summary.stages.values()):.0f} s in all. The same figures: {directory / 'demo.json'}")
    for fault in summary.faults():
        terminal.say(f"FAULT: {fault}")
    store, sku = KNOWN
    terminal.say("Try next, with the same data:")
    terminal.say("  make up")
    terminal.say(f"  curl 'http://127.0.0.1:8000/v1/products/{sku}'")
    terminal.say(f"  curl 'http://127.0.0.1:8000/v1/slots?store_code={store}&days=2'")
    terminal.say('  curl -H "Authorization: Bearer $(make -s token ROLE=ops)" \\')
    terminal.say(f"    http://127.0.0.1:8000/v1/stock/{store}/{sku}/explain")
