"""What the shapes of all slices are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_LINES = 500

Opaque = Annotated[str, Field(min_length=1, max_length=64)]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]


class Input(BaseModel):
    """What orders accepts has no members that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
