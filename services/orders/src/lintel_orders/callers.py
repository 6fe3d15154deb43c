"""Who may call which of orders' routes, in the words of its counter and its tills."""

from typing import Annotated

from lintel_chassis.http.access import allow
from lintel_chassis.http.call import Call

Customer = Annotated[Call, allow("shopper", "guest")]
Shopper = Annotated[Call, allow("shopper", "guest", "care")]
Buyer = Annotated[Call, allow("shopper", "guest", "care", "pos")]
Anybody = Annotated[Call, allow("shopper", "guest", "associate", "pos", "care")]
Canceller = Annotated[Call, allow("shopper", "guest", "associate", "care")]
Counter = Annotated[Call, allow("associate", "care")]
Care = Annotated[Call, allow("care")]
Till = Annotated[Call, allow("pos")]

JSON = "application/json"
