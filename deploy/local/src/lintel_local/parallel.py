"""Several blocking steps at the same time."""

import threading
from collections.abc import Callable


def in_parallel(*steps: Callable[[], None]) -> None:
    """Return when all are done; the first failure is raised then. Ctrl-C does not wait for them."""
    failures: list[Exception] = []

    def run(step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as failure:  # noqa: BLE001 - raised again below
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(step,), daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
