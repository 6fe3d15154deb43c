"""structlog, loaded without what it takes along where that happens to be installed and the logs have no use for.

If they are installed it imports rich, to draw tracebacks on terminals, and greenlet, for threads that nobody runs:
5 MiB a process, of which rich is 4. To be imported before anything that imports structlog; hence `lintel_chassis.main`
comes first in every `__main__`.
"""

import sys

_NOT_NEEDED = ("rich", "greenlet")

for name in _NOT_NEEDED:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's own sign for "cannot be imported"

import structlog  # noqa: E402, F401 - while they cannot

for name in _NOT_NEEDED:
    if sys.modules[name] is None:
        del sys.modules[name]
