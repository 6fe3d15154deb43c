"""The demo from its first line to its last."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

from lintel_local.demo.channel import FrontDoor
from lintel_local.demo.figures import SqlGauges
from lintel_local.demo.house import House, house
from lintel_local.demo.loading import load
from lintel_local.demo.places import NOTICE
from lintel_local.demo.replay import IN_FLIGHT, replay
from lintel_local.demo.show import Show
from lintel_local.demo.stage import Stage
from lintel_local.demo.stockroom import KNOWN, Stockroom, stockroom
from lintel_local.demo.story import tell
from lintel_local.demo.watcher import Watcher
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


def play(directory: Path, show: Show) -> bool:
    """Whether all went well; the figures are in `directory`/demo.json."""
    _introduce(show)
    laps = Laps()
    with show.stages() as report:
        report("reading the data", 0, 1)
        room = stockroom()
        report("reading the data", 1, 1)
    laps.end("reading the data")
    with house(directory, show) as running:
        laps.end("starting the stack")
        figures = asyncio.run(_perform(running, show, room, laps))
    laps.end("stopping")
    (directory / "demo.json").write_text(json.dumps(figures.json(), indent=2) + "\n")
    _conclude(show, figures, directory)
    return not figures.faults()


async def _perform(running: House, show: Show, room: Stockroom, laps: Laps) -> SqlGauges:
    run = uuid4().hex[:8]
    bootstrap = running.env["LINTEL_KAFKA"]
    async with FrontDoor(running.env["LINTEL_URL"], running.issuer) as front:
        with show.stages() as report:
            await load(front, room, report)
        laps.end("loading")
        async with Watcher(bootstrap) as watcher:
            stage = Stage(front, watcher, show, room, run)
            await tell(stage)
            laps.end("the story")
            show.title(f"{len(room.baskets)} real baskets, {IN_FLIGHT} at a time, and not enough for all of them")
            with show.stages() as report:
                await stage.stock(room.stock, report)
                laps.end("stocking up")
                since, began = len(watcher.events), time.perf_counter()
                outcomes = await replay(front, room.baskets, report)
                seconds = time.perf_counter() - began
                laps.end("the baskets")
                report("checking", 0, 1)
                found = await verify(running.databases, bootstrap, whole_log=True, patience_s=60)
                report("checking", 1, 1)
            laps.end("checking")
            caused = Counter(event.topic for event in watcher.events[since:])
    lines = sum(len(basket.lines) for basket in room.baskets)
    return SqlGauges(outcomes, seconds, lines, caused, found, room, laps.seconds)


def _introduce(show: Show) -> None:
    show.title("Lintel: the whole system, one story, real baskets")
    if not JARS.exists():
        show.say("Fetches, once: Apache Kafka's jars, about 44 MB from Maven Central.")
    show.say("Products, prices and baskets are real: The Complete Journey by 84.51, one year of 2,469 households.")
    show.say(NOTICE)


def _conclude(show: Show, figures: SqlGauges, directory: Path) -> None:
    show.table("What happened to the baskets", figures.rows())
    stages = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in figures.stages.items())
    show.say(f"{stages}; {sum(figures.stages.values()):.0f} s in all. The same figures: {directory / 'demo.json'}")
    for fault in figures.faults():
        show.say(f"FAULT: {fault}")
    store, sku = KNOWN
    show.say("Try next, with the same data:")
    show.say("  make up")
    show.say(f"  curl 'http://127.0.0.1:8000/v1/products/{sku}'")
    show.say(f"  curl 'http://127.0.0.1:8000/v1/slots?store_code={store}&days=2'")
    show.say('  curl -H "Authorization: Bearer $(make -s token ROLE=ops)" \\')
    show.say(f"    http://127.0.0.1:8000/v1/stock/{store}/{sku}/explain")
