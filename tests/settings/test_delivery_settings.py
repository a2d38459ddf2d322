"""Delivery settings are read from the environment; insecure ones are refused in production."""

from __future__ import annotations

from pathlib import Path

import pytest

from k2k_core.errors import NotConfigured
from k2k_core.settings.delivery_settings import (
    NO_SENDER,
    DeliverySettings,
    MailServer,
    in_production,
    read_delivery_settings,
)

GOOD = {"K2K_MAIL_FROM": "k2k@bloom.example", "K2K_MAIL_PASSWORD": "seven red roses"}


def test_nothing_said_is_a_folder_and_no_target_in_the_house() -> None:
    assert read_delivery_settings({}) == DeliverySettings(None, None, NO_SENDER, False)
    assert read_delivery_settings({"K2K_MAIL": "file:"}) == DeliverySettings()
    assert read_delivery_settings({"K2K_MAIL": "file:/srv/k2k/mail"}).folder == Path("/srv/k2k/mail")


@pytest.mark.parametrize(
    ("where", "server"),
    [
        ("smtp://mailer@mail.example", MailServer("mail.example", 587, "starttls", "mailer", "seven red roses")),
        ("smtps://a%40b@mail.example", MailServer("mail.example", 465, "tls", "a@b", "seven red roses")),
        ("smtp+plain://localhost:2525", MailServer("localhost", 2525, "plain")),
    ],
)
def test_a_mail_server_is_an_address(where: str, server: MailServer) -> None:
    assert read_delivery_settings({**GOOD, "K2K_MAIL": where}).server == server
    assert read_delivery_settings({**GOOD, "K2K_MAIL": where, "K2K_ENV": "production"}).server == server


@pytest.mark.parametrize(
    "environ",
    [
        {"K2K_MAIL": "smtp://mail.example"},
        {**GOOD, "K2K_MAIL": "mail.example"},
        {**GOOD, "K2K_MAIL": "smtp://mail.example:x"},
        {**GOOD, "K2K_MAIL": "smtp://mail.example/path"},
        {**GOOD, "K2K_MAIL": "smtp://"},
        {**GOOD, "K2K_MAIL": "smtp://mailer:seven@mail.example"},
        {"K2K_MAIL_FROM": "k2k@bloom.example", "K2K_MAIL": "smtp://mailer@mail.example"},
        {"K2K_MAIL_FROM": "nobody"},
    ],
)
def test_what_makes_no_sense_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(NotConfigured, match="K2K_MAIL"):
        read_delivery_settings(environ)


@pytest.mark.parametrize(
    "environ",
    [
        {**GOOD, "K2K_MAIL": "smtp+plain://mail.example"},
        {**GOOD, "K2K_MAIL": "smtp://mailer@mail.example", "K2K_MAIL_PASSWORD": "changeme"},
        {**GOOD, "K2K_MAIL": "smtp://mailer@mail.example", "K2K_MAIL_PASSWORD": "mailer"},
        {**GOOD, "K2K_MAIL": "smtp://mailer@mail.example", "K2K_MAIL_PASSWORD": "Password2026!"},
        {**GOOD, "K2K_MAIL": "smtp://mailer@mail.example", "K2K_MAIL_PASSWORD": "aaaaaaaa"},
        {"K2K_WEBHOOK_LOCAL": "on"},
    ],
)
def test_what_is_not_safe_is_refused_in_production_alone(environ: dict[str, str]) -> None:
    read_delivery_settings(environ)
    with pytest.raises(NotConfigured):
        read_delivery_settings({**environ, "K2K_ENV": "production"})


def test_a_password_is_in_no_text_and_no_error() -> None:
    environ = {**GOOD, "K2K_MAIL": "smtp://mailer@mail.example"}
    assert "seven red roses" not in repr(read_delivery_settings(environ))
    with pytest.raises(NotConfigured) as refused:
        read_delivery_settings({**environ, "K2K_MAIL": "smtp://mailer:hunter2@mail.example"})
    assert "hunter2" not in refused.value.message


def test_a_word_for_the_environment_that_is_none_is_refused() -> None:
    assert [in_production({"K2K_ENV": word}) for word in ("", "test", "Production ")] == [False, False, True]
    for word in ("prod", "productoin", "live"):
        with pytest.raises(NotConfigured, match="K2K_ENV"):
            in_production({"K2K_ENV": word})
