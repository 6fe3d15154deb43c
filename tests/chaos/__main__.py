"""The battery as a program: `python -m tests.chaos [--minutes 5] [--seed 1|random] [--brokers 3] [--only NAME]`."""

import argparse
import asyncio
import random
import sys
from pathlib import Path
from time import monotonic

from tests.chaos.battery import Round, battery
from tests.chaos.catalogue import possible
from tests.chaos.fault_context import Fault
from tests.chaos.processes import ROOT
from tests.chaos.table import foot, head, line

KEPT = ROOT / ".lintel" / "chaos"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="go round again until so much time is over")
    parser.add_argument("--seed", default="1", help="a number, or `random`")
    parser.add_argument("--brokers", type=int, default=3)
    parser.add_argument("--only", default="", help="only faults whose name contains this")
    return parser.parse_args()


async def inject_all(directory: Path, brokers: int, seed: int, faults: list[Fault], until: float) -> list[Round]:
    """Each fault once, in an order that the seed gives, until the time is over or something is broken."""
    rounds: list[Round] = []
    async with battery(directory, brokers=brokers, seed=seed) as running:
        for fault in random.Random(seed).sample(faults, len(faults)):
            if rounds and monotonic() > until:
                break
            rounds.append(await running.round(fault))
            print(line(rounds[-1]), flush=True)
            if rounds[-1].broken:
                break
    return rounds


async def main() -> int:
    given = _arguments()
    seed = random.SystemRandom().randrange(1_000_000) if given.seed == "random" else int(given.seed)
    faults = [fault for fault in possible(given.brokers) if given.only in fault.name]
    until, rounds = monotonic() + 60 * given.minutes, list[Round]()
    print(head(), flush=True)
    while not rounds or monotonic() < until:
        directory = KEPT / str(seed)
        print(f"seed {seed}, {given.brokers} brokers", flush=True)
        rounds += await inject_all(directory, given.brokers, seed, faults, until)
        if rounds[-1].broken:
            break
        seed += 1
    print(foot(rounds))
    if rounds[-1].broken:
        print(f"histories, logs and what was broken: {directory}")
    return 1 if rounds[-1].broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
