"""Who calls, and what a token says of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

OPS = "ops"
CARE = "care"
CUSTOMERS = frozenset({"shopper", "guest"})
OF_A_STORE = frozenset({"associate", "pos"})
"""Scopes that act at the stores that their token names; to every other scope these names mean nothing."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The subject of a verified token."""

    subject: str
    scopes: frozenset[str]
    store_codes: frozenset[str] = frozenset()
    """Where an associate or a till works; empty of anybody else."""
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
    pseudonym: str | None = None
    """What orders calls this person: the only name under which a customer is kept and published. None until asked."""

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Self:
        """Raise ValueError for claims of a wrong shape."""
        scope, stores = claims.get("scope", ""), claims.get("store_codes", [])
        if not isinstance(scope, str) or not isinstance(stores, list):
            raise ValueError("scope is a space-separated text, store_codes a list")  # noqa: TRY004 - one kind of error for one caller
        return cls(str(claims["sub"]), frozenset(scope.split()), frozenset(map(str, stores)), claims)

    def __post_init__(self) -> None:
        if self.scopes.isdisjoint(OF_A_STORE):  # whatever the token says, also once its issuer's limits are applied
            object.__setattr__(self, "store_codes", frozenset())

    def has(self, *scopes: str) -> bool:
        """Whether any of the scopes was granted; `ops` has them all."""
        return OPS in self.scopes or not self.scopes.isdisjoint(scopes)

    def may_act_at(self, store_code: str) -> bool:
        """Associates and tills act at the stores their token names; customer care and ops at every store.

        A service answers NotFound, not Forbidden, for a store or a thing that is not the caller's.
        """
        return self.has(CARE) or store_code in self.store_codes

    def owns(self, owner: str | None) -> bool:
        """Whether the thing, owned by this pseudonym, is the caller's own; to ops everything is."""
        return OPS in self.scopes or (owner is not None and owner == self.pseudonym)

    def known_as(self, pseudonym: str | None) -> Self:
        return replace(self, pseudonym=pseudonym)

    @property
    def is_customer(self) -> bool:
        """Whether the token is a shopper's or a guest's, whatever else it may do."""
        return not self.scopes.isdisjoint(CUSTOMERS)

    @property
    def actor(self) -> str | None:
        """As the log may name them: staff by their subject, a customer by pseudonym or not at all."""
        return self.pseudonym if self.is_customer else self.subject

    @property
    def kept_as(self) -> str:
        """As a service's own tables name them: by pseudonym wherever it is known."""
        return self.pseudonym or self.subject
