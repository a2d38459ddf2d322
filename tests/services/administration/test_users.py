"""Users: passwords are stored as hashes only, and roles decide who may administer whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from k2k_core.services.administration import users
from k2k_core.services.administration.users import NewUser, PasswordChange
from k2k_core.services.context import ServiceContext
from k2k_core.services.setup import network_loading
from k2k_core.store import tables
from tests.conftest import PRODUCTION_HASHER

PASSWORD = "seven red roses"


@pytest.fixture
def context(database_url: str) -> Iterator[ServiceContext]:
    with K2K.open(database_url) as opened:
        for code in ("ANDES", "BLOOM"):
            network_loading.add_company(opened.context, {"code": code, "currency": "USD", "timezone": "America/Bogota"})
        users.add_user(opened.context, "ANDES", NewUser("ana@andes.example", roles=["admin"], password=PASSWORD))
        yield opened.context


def ana(context: ServiceContext) -> ServiceContext:
    return context.on_behalf_of(Actor("ana@andes.example", "ANDES", frozenset({"admin"})))


def test_the_right_password_says_who_it_is(context: ServiceContext) -> None:
    found = users.authenticate(context, "ana@andes.example", PASSWORD)
    assert found == Actor("ana@andes.example", "ANDES", frozenset({"admin"}))


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@andes.example", "seven red rose"), ("nobody@andes.example", PASSWORD), ("ana@andes.example", ""), ("", "")],
)
def test_nobody_else_gets_in(context: ServiceContext, email: str, password: str) -> None:
    assert users.authenticate(context, email, password) is None


def test_somebody_without_a_password_or_put_out_does_not_get_in(context: ServiceContext) -> None:
    users.add_user(context, "ANDES", NewUser("new@andes.example"))
    assert users.authenticate(context, "new@andes.example", "") is None
    users.set_active(context, "ana@andes.example", False)
    assert users.authenticate(context, "ana@andes.example", PASSWORD) is None


def test_an_operator_belongs_to_no_company(context: ServiceContext) -> None:
    users.add_user(context, None, NewUser("op@k2k.example", password=PASSWORD))
    found = users.authenticate(context, "op@k2k.example", PASSWORD)
    assert found is not None
    assert found.operator
    with pytest.raises(NotAllowed):
        users.add_user(ana(context), None, NewUser("other@k2k.example"))


def test_a_password_is_kept_as_a_hash_and_told_nowhere(context: ServiceContext) -> None:
    with context.store.whole_network.reading() as session:
        stored = session.value(tables.User.select(tables.User.password_hash))
        audit: Any = session.rows(tables.Audit.select(tables.Audit.after, tables.Audit.before))
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in str(audit)
    assert "password" not in str(users.users(context, "ANDES"))


def test_outside_of_tests_a_guess_of_a_password_takes_64_mb_and_three_passes() -> None:
    hasher = PRODUCTION_HASHER()
    assert (hasher.type.name, hasher.memory_cost, hasher.time_cost) == ("ID", 64 * 1024, 3)


def test_an_admin_looks_after_the_people_of_the_company_only(context: ServiceContext) -> None:
    admin = ana(context)
    users.add_user(admin, "ANDES", NewUser("joe@andes.example", roles=["warehouse"], password=PASSWORD))
    users.set_roles(admin, "joe@andes.example", ["procurement"])
    users.add_user(context, "BLOOM", NewUser("eve@bloom.example"))
    joe = context.on_behalf_of(Actor("joe@andes.example", "ANDES", frozenset({"procurement"})))
    assert [(row["email"], row["roles"]) for row in users.users(admin, "ANDES")] == [
        ("ana@andes.example", ["admin"]),
        ("joe@andes.example", ["procurement"]),
    ]
    with pytest.raises(NotAllowed):
        users.add_user(joe, "ANDES", NewUser("friend@andes.example"))
    with pytest.raises(NotAllowed):
        users.set_roles(joe, "joe@andes.example", ["admin"])
    with pytest.raises(NotAllowed):
        users.users(admin, "BLOOM")
    with pytest.raises(NotFound):
        users.set_roles(admin, "eve@bloom.example", ["admin"])
    with pytest.raises(NotFound):
        users.change_password(admin, "nobody@andes.example", PasswordChange(PASSWORD))


def test_anyone_changes_their_own_password_with_the_present_one_and_an_admin_anyones(context: ServiceContext) -> None:
    new = "eight red roses"
    users.add_user(context, "ANDES", NewUser("joe@andes.example", password=PASSWORD))
    joe = context.on_behalf_of(Actor("joe@andes.example", "ANDES"))
    for wrong in (None, "", new, PASSWORD + " ", "\0"):
        with pytest.raises(NotAllowed):
            users.change_password(joe, "joe@andes.example", PasswordChange(new, present=wrong))
    assert users.authenticate(context, "joe@andes.example", PASSWORD)
    users.change_password(joe, "joe@andes.example", PasswordChange(new, present=PASSWORD))
    assert users.authenticate(context, "joe@andes.example", PASSWORD) is None
    assert users.authenticate(context, "joe@andes.example", new)
    with pytest.raises(NotAllowed):
        users.change_password(joe, "ana@andes.example", PasswordChange(new, present=PASSWORD))
    with pytest.raises(NotAllowed):
        users.change_password(ana(context), "ana@andes.example", PasswordChange(new))
    with pytest.raises(NotAllowed):
        users.change_password(ana(context), "joe@andes.example", PasswordChange(new, present=PASSWORD))
    users.change_password(ana(context), "joe@andes.example", PasswordChange(PASSWORD))
    assert users.authenticate(context, "joe@andes.example", PASSWORD)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"email": "nobody"}, "email"),
        ({"roles": ["king"]}, "roles[0]"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 2000}, "password"),
        ({"locale": "fr"}, "locale"),
    ],
)
def test_a_person_that_cannot_be_is_refused(context: ServiceContext, given: dict[str, Any], path: str) -> None:
    values: dict[str, Any] = {"email": "joe@andes.example", **given}
    with pytest.raises(Invalid) as refused:
        users.add_user(context, "ANDES", NewUser(**values))
    assert [fault["path"] for fault in refused.value.faults] == [path]


def test_an_address_has_one_account(context: ServiceContext) -> None:
    with pytest.raises(Conflict):
        users.add_user(context, "BLOOM", NewUser("ana@andes.example"))
