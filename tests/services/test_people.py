"""People log in with a password that nobody can read, and look after each other by their roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from k2k_core.services import people, setup
from k2k_core.services.office import Office
from k2k_core.store import tables

PASSWORD = "seven red roses"


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    with K2K.open(database_url) as opened:
        for code in ("ANDES", "BLOOM"):
            setup.add_company(opened.office, {"code": code, "currency": "USD", "timezone": "America/Bogota"})
        people.add_user(opened.office, "ANDES", "ana@andes.example", roles=["admin"], password=PASSWORD)
        yield opened.office


def ana(office: Office) -> Office:
    return office.on_behalf_of(Actor("ana@andes.example", "ANDES", frozenset({"admin"})))


def test_the_right_password_says_who_it_is(office: Office) -> None:
    found = people.authenticate(office, "ana@andes.example", PASSWORD)
    assert found == Actor("ana@andes.example", "ANDES", frozenset({"admin"}))


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@andes.example", "seven red rose"), ("nobody@andes.example", PASSWORD), ("ana@andes.example", ""), ("", "")],
)
def test_nobody_else_gets_in(office: Office, email: str, password: str) -> None:
    assert people.authenticate(office, email, password) is None


def test_somebody_without_a_password_or_put_out_does_not_get_in(office: Office) -> None:
    people.add_user(office, "ANDES", "new@andes.example")
    assert people.authenticate(office, "new@andes.example", "") is None
    people.set_active(office, "ana@andes.example", False)
    assert people.authenticate(office, "ana@andes.example", PASSWORD) is None


def test_an_operator_belongs_to_no_company(office: Office) -> None:
    people.add_user(office, None, "op@k2k.example", password=PASSWORD)
    found = people.authenticate(office, "op@k2k.example", PASSWORD)
    assert found is not None
    assert found.operator
    with pytest.raises(NotAllowed):
        people.add_user(ana(office), None, "other@k2k.example")


def test_a_password_is_kept_as_a_hash_and_told_nowhere(office: Office) -> None:
    with office.store.reading() as session:
        stored = session.value(tables.User.select(tables.User.password_hash))
        audit: Any = session.rows(tables.Audit.select(tables.Audit.after, tables.Audit.before))
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in str(audit)
    assert "password" not in str(people.users(office, "ANDES"))


def test_an_admin_looks_after_the_people_of_the_company_only(office: Office) -> None:
    admin = ana(office)
    people.add_user(admin, "ANDES", "joe@andes.example", roles=["warehouse"], password=PASSWORD)
    people.set_roles(admin, "joe@andes.example", ["procurement"])
    people.add_user(office, "BLOOM", "eve@bloom.example")
    joe = office.on_behalf_of(Actor("joe@andes.example", "ANDES", frozenset({"procurement"})))
    assert [(row["email"], row["roles"]) for row in people.users(admin, "ANDES")] == [
        ("ana@andes.example", ["admin"]),
        ("joe@andes.example", ["procurement"]),
    ]
    with pytest.raises(NotAllowed):
        people.add_user(joe, "ANDES", "friend@andes.example")
    with pytest.raises(NotAllowed):
        people.set_roles(joe, "joe@andes.example", ["admin"])
    with pytest.raises(NotAllowed):
        people.users(admin, "BLOOM")
    with pytest.raises(NotFound):
        people.set_roles(admin, "eve@bloom.example", ["admin"])
    with pytest.raises(NotFound):
        people.change_password(admin, "nobody@andes.example", PASSWORD)


def test_anyone_may_change_their_own_password_and_an_admin_anyones(office: Office) -> None:
    people.add_user(office, "ANDES", "joe@andes.example", password=PASSWORD)
    joe = office.on_behalf_of(Actor("joe@andes.example", "ANDES"))
    people.change_password(joe, "joe@andes.example", "eight red roses")
    assert people.authenticate(office, "joe@andes.example", PASSWORD) is None
    assert people.authenticate(office, "joe@andes.example", "eight red roses")
    with pytest.raises(NotAllowed):
        people.change_password(joe, "ana@andes.example", "eight red roses")
    people.change_password(ana(office), "joe@andes.example", PASSWORD)
    assert people.authenticate(office, "joe@andes.example", PASSWORD)


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
def test_a_person_that_cannot_be_is_refused(office: Office, given: dict[str, Any], path: str) -> None:
    values: dict[str, Any] = {"email": "joe@andes.example", **given}
    with pytest.raises(Invalid) as refused:
        people.add_user(office, "ANDES", **values)
    assert [fault["path"] for fault in refused.value.faults] == [path]


def test_an_address_has_one_account(office: Office) -> None:
    with pytest.raises(Conflict):
        people.add_user(office, "BLOOM", "ana@andes.example")
