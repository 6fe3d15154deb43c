"""Starts again what died by itself, later and later while it keeps dying."""

import threading
import time

from lintel_local.errors import LocalError
from lintel_local.jars import Progress
from lintel_local.stack import Stack

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY = 60.0  # who lived this long begins with the first pause again


class Restarter:
    """Watches every component of a started stack until `stop`; says what it does."""

    def __init__(self, stack: Stack, say: Progress) -> None:
        self._stack = stack
        self._say = say
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._watch, args=(name,), daemon=True) for name in stack.components]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Nothing is started again from here on."""
        self._stopped.set()

    def _watch(self, name: str) -> None:
        pause, alive_since = FIRST_PAUSE, time.monotonic()
        while not self._stopped.wait(0.2):
            if not self._stack.has_died(name):
                continue
            if time.monotonic() - alive_since > STEADY:
                pause = FIRST_PAUSE
            self._say(f"{name} died; it is started again in {pause:g} s ({self._stack.log(name)})")
            if self._stopped.wait(pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE)
            self._revive(name)
            alive_since = time.monotonic()

    def _revive(self, name: str) -> None:
        if not self._stack.has_died(name):  # broken on purpose meanwhile
            return
        try:
            self._stack.start_component(name)
        except LocalError as failure:
            self._say(str(failure))
        else:
            self._say(f"{name} is back")
