"""Who may call which of inventory's routes."""

from typing import Annotated

from lintel_chassis.auth.caller import OPS
from lintel_chassis.http.access import allow, public
from lintel_chassis.http.call import Call

Anybody = Annotated[Call, public]
Associate = Annotated[Call, allow("associate")]
AtTheStore = Annotated[Call, allow("associate", "pos")]
Operations = Annotated[Call, allow(OPS)]
