"""Who may call which of geo-offers' routes."""

from typing import Annotated

from lintel_chassis.auth.caller import OPS
from lintel_chassis.http.access import allow, public
from lintel_chassis.http.call import Call

Anybody = Annotated[Call, public]
Operations = Annotated[Call, allow(OPS)]
