"""No secret, and no digest or hash of one, is in a log, at any level, of K2K or of a library that it uses."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.cli import main
from k2k_core.errors import K2KError
from k2k_core.services.administration import stored_secrets
from k2k_core.store.encryption import new_key
from k2k_core.store.tables import Endpoint, User
from k2k_core.store.tables import UserSession as Session
from tests.conftest import OwnDatabase
from tests.console.conftest import Browser
from tests.console.test_log_in import guess

PASSWORD, WRONG, MAIL = "seventeen tall lilies", "sixteen tall lilies", "mail-Q7vTz2LkXw9"


def stored(k2k: K2K) -> list[str]:
    """The hashes, digests and encrypted secrets of the database."""
    with k2k.context.store.whole_network.reading() as session:
        users = session.rows(User.select(User.password_hash))
        sessions = session.rows(Session.select(Session.token_digest))
        endpoints = session.rows(Endpoint.select(Endpoint.secret, Endpoint.old_secret))
    return [value for row in (*users, *sessions, *endpoints) for value in row if value]


def test_what_is_secret_is_in_no_log_at_any_level(
    database: OwnDatabase,
    k2k: K2K,
    visit: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys = [new_key(), new_key()]
    monkeypatch.setenv("K2K_ENCRYPTION_KEYS", ",".join(keys))
    monkeypatch.setenv("K2K_SECRET_KEY", secrets.token_urlsafe(48))
    for name, value in {"": "smtp://mailer@127.0.0.1:1", "_FROM": "k2k@bloom.test", "_PASSWORD": MAIL}.items():
        monkeypatch.setenv(f"K2K_MAIL{name}", value)
    caplog.set_level(logging.DEBUG)
    with K2K.open(database.url) as net:
        shown = [net.add_endpoint("BLOOM", "erp", "https://erp.invalid/hook", key="a key")["secret"]]
        shown.append(net.rotate_secret("BLOOM", "erp")["secret"])
        net.add_user("BLOOM", "lily@bloom.test", roles=["admin"], password=PASSWORD)
        net.authenticate("lily@bloom.test", WRONG)
        token = net.start_session("lily@bloom.test", "127.0.0.1", "a browser")["token"]
        net.session_user(token, "127.0.0.1")
        net.try_endpoint("BLOOM", "erp")
        stored_secrets.rotate(net.context)
        held = stored(net)
        with pytest.raises(K2KError):
            net.add_user("BLOOM", "lily@bloom.test", roles=["admin"], password=PASSWORD)
    browser = visit("")
    cookies = log_in(browser)
    main(["secrets", "check", "--database", database.url])
    main(["verify", "--database", database.url])
    main(["deliveries", "check", "--database", database.url])
    said = caplog.text + capsys.readouterr().err
    assert "peewee" in {record.name for record in caplog.records}
    for secret in (*keys, *shown, PASSWORD, WRONG, MAIL, token, *held, *stored(k2k), *cookies):
        assert secret is not None
        assert secret not in said, secret


def log_in(browser: Browser) -> list[str]:
    """What the cookies hold after a wrong and a right password."""
    browser.client.post("/log-in", data=guess("lily@bloom.test", browser, WRONG))
    browser.log_in("lily@bloom.test", PASSWORD)
    browser.get("/me/")
    found = [browser.client.get_cookie(name) for name in ("k2k", "k2k_device")]
    return [cookie.value for cookie in found if cookie is not None]
