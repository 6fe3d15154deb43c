"""Who calls, and what a token says of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

OPS = "ops"
CARE = "care"


@dataclass(frozen=True, slots=True)
class Caller:
    """The subject of a verified token."""

    subject: str
    scopes: frozenset[str]
    store_codes: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Self:
        """Raise ValueError for claims of a wrong shape."""
        scope, stores = claims.get("scope", ""), claims.get("store_codes", [])
        if not isinstance(scope, str) or not isinstance(stores, list):
            raise ValueError("scope is a space-separated text, store_codes a list")  # noqa: TRY004 - one kind of error for one caller
        return cls(str(claims["sub"]), frozenset(scope.split()), frozenset(map(str, stores)), claims)

    def has(self, *scopes: str) -> bool:
        """Whether any of the scopes was granted; `ops` has them all."""
        return OPS in self.scopes or not self.scopes.isdisjoint(scopes)

    def may_act_at(self, store_code: str) -> bool:
        """Associates and tills act at the stores their token names; customer care and ops at every store.

        A service answers NotFound, not Forbidden, for a store or a thing that is not the caller's.
        """
        return self.has(CARE) or store_code in self.store_codes

    def owns(self, owner: str | None) -> bool:
        """Whether the thing is the caller's own; to ops everything is."""
        return OPS in self.scopes or owner == self.subject
