"""What the battery asks of the writers while they run: a small file that they look into before each operation."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class WriterControl:
    writing: bool = False
    poison: bool = False
    """Every hundredth operation is about a poisoned note."""
    oversize: bool = False
    """Every twentieth carries more than a record may."""

    def save(self, directory: Path) -> None:
        replace(directory / "control.json", json.dumps(asdict(self)))

    @classmethod
    def load(cls, directory: Path) -> Self:
        return cls(**json.loads((directory / "control.json").read_text()))


def replace(path: Path, text: str) -> None:
    """Whoever reads the file finds the old text or the new one, never half."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.rename(path)
