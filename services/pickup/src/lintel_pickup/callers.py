"""Who may call which of pickup's routes."""

from typing import Annotated

from lintel_chassis.http.access import allow, public
from lintel_chassis.http.call import Call

Anybody = Annotated[Call, public]
Customer = Annotated[Call, allow("shopper", "guest")]
CustomerOrAssociate = Annotated[Call, allow("shopper", "guest", "associate")]
Associate = Annotated[Call, allow("associate")]
Counter = Annotated[Call, allow("associate", "pos")]
Operations = Annotated[Call, allow("ops")]
