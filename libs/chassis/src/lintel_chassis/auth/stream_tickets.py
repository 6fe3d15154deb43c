"""Short-lived tickets for streams: a browser's EventSource cannot send headers, so it brings one in the address."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import jwt
from pydantic import BaseModel, SecretStr

from lintel_chassis.auth.bearer import unauthenticated
from lintel_chassis.auth.caller import Caller
from lintel_chassis.clock import Clock
from lintel_contracts.values import Moment

_ALGORITHM = "HS256"
_LIFETIME = timedelta(seconds=60)


class Ticket(BaseModel):
    ticket: str
    expires_at: Moment


@dataclass(frozen=True, slots=True)
class Tickets:
    """Tickets hold for one path and one minute, whoever of the service's processes made them."""

    key: SecretStr
    clock: Clock

    def issue(self, caller: Caller, path: str) -> Ticket:
        expires_at = self.clock() + _LIFETIME
        claims = {
            "sub": caller.subject,
            "scope": " ".join(sorted(caller.scopes)),
            "store_codes": sorted(caller.store_codes),
            "aud": path,
            "exp": int(expires_at.timestamp()),
        }
        ticket = jwt.encode(claims, self.key.get_secret_value(), _ALGORITHM)
        return Ticket(ticket=ticket, expires_at=expires_at)

    def redeem(self, ticket: str, path: str) -> Caller:
        """Raise Problem for a ticket that is forged, over, or made for another path."""
        decode = partial(jwt.decode, algorithms=[_ALGORITHM], options={"require": ["sub", "aud", "exp"]})
        try:
            return Caller.from_claims(decode(ticket, self.key.get_secret_value(), audience=path))
        except (jwt.PyJWTError, ValueError) as error:
            raise unauthenticated("The ticket is over, or was made for another stream.") from error
