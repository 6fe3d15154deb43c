"""Where a bench leaves its figures."""

import json
from pathlib import Path
from typing import Any

_RESULTS = Path(__file__).parents[1] / ".lintel" / "bench"


def save(name: str, figures: dict[str, Any]) -> None:
    """Write the figures to .lintel/bench/<name>.json."""
    path = _RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2))
    print(f"written to {path}")
