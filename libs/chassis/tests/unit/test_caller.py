"""Who a caller is to the log, to the tables, and to what is theirs."""

import pytest

from lintel_chassis.auth.caller import Caller


def caller(*scopes: str, pseudonym: str | None = None) -> Caller:
    return Caller("ada@shop.test", frozenset(scopes), pseudonym=pseudonym)


@pytest.mark.parametrize("scopes", [("shopper",), ("guest",), ("shopper", "associate")])
def test_a_customers_subject_is_never_published(scopes: tuple[str, ...]) -> None:
    """Nobody could be forgotten whom the log names."""
    assert caller(*scopes).actor is None
    assert caller(*scopes, pseudonym="p").actor == "p"


@pytest.mark.parametrize("scope", ["associate", "pos", "care", "merchandiser", "ops"])
def test_what_staff_does_is_published_under_their_own_name(scope: str) -> None:
    """It is the retailer's business who counted the shelf."""
    assert caller(scope).actor == "ada@shop.test"


def test_a_thing_is_owned_by_pseudonym() -> None:
    assert caller("shopper", pseudonym="p").owns("p")
    assert not caller("shopper", pseudonym="p").owns("q")
    assert not caller("shopper").owns("ada@shop.test")


def test_what_is_nobodys_is_not_a_strangers() -> None:
    """Neither of whom nobody has asked about, nor of what was forgotten."""
    assert not caller("shopper").owns(None)
    assert caller("ops").owns(None)


def test_tables_name_a_customer_by_pseudonym_where_it_is_known() -> None:
    assert caller("shopper", pseudonym="p").kept_as == "p"
    assert caller("shopper").kept_as == "ada@shop.test"


@pytest.mark.parametrize(("scope", "there"), [("shopper", False), ("guest", False), ("associate", True), ("pos", True)])
def test_only_who_works_in_a_store_acts_there(scope: str, *, there: bool) -> None:
    """A shopper's token that names stores says nothing about them."""
    claims = {"sub": "ada", "scope": scope, "store_codes": ["S1"]}
    assert Caller.from_claims(claims).may_act_at("S1") is there
