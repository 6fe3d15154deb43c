"""What the shapes of all slices are made of."""

from pydantic import BaseModel, ConfigDict

LARGEST = 1_000_000_000
"""No quantity is more."""


class Input(BaseModel):
    """What inventory accepts has no members that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
