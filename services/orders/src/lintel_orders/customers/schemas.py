"""The shapes of sessions, customers and contact data."""

from pydantic import BaseModel

from lintel_contracts.values import Moment
from lintel_orders.schemas import Input, Opaque


class ErasureInput(Input):
    customer_id: Opaque
    """As the retailer's own tokens name the customer."""


class CustomerView(BaseModel):
    pseudonym: str
    """What this customer is called in events and by every service."""


class SessionView(BaseModel):
    token: str
    visitor_id: str
    expires_at: Moment
