"""Who may call which of catalog's routes."""

from typing import Annotated

from lintel_chassis.http.access import allow, public
from lintel_chassis.http.call import Call

Anybody = Annotated[Call, public]
Merchandiser = Annotated[Call, allow("merchandiser")]

MAX_BULK_BODY = 8 * 1_048_576
