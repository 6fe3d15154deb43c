"""What the shapes of all slices are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=200)]


class Input(BaseModel):
    """What pickup accepts has no members that it does not know."""

    model_config = ConfigDict(extra="forbid")
