"""Mails are complete, names cannot inject headers or content, and a repeat can be recognised."""

from __future__ import annotations

import base64
import datetime as dt
import os
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from k2k_core.delivery.mail_message import MailMessage, as_message
from k2k_core.delivery.mail_transport import PLAIN, STARTTLS, Folder, Smtp
from tests.delivery.receivers import MailServer, mail_server

FROM = "k2k@bloom.example"
AT = dt.datetime(2026, 2, 2, tzinfo=dt.UTC)
TEXT = "Corner Florist\n¡Año nuevo!"
LETTER = MailMessage("msg_1", "ana@bloom.example", "Order B-1 checked out", TEXT, "es", AT)
HOSTILE = (
    *("Rose\r\nBcc: all@y.example", "Rose\nSubject: other", "Rose\x00\x0b\x1b[31m", "Rose\u2028Bcc: x@y.example"),
    *("Rose\u202egnissim", "=?utf-8?q?Bcc=3A_x?=", '"quoted" <x@example.com>', "Ñandú 花 🌹" * 60, ", x@example.com,"),
)


def read(content: bytes) -> EmailMessage:
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_mail_says_who_tells_whom_what_in_which_language() -> None:
    mail = read(as_message(LETTER._replace(on_behalf_of="Bloom Wholesale"), FROM).as_bytes())
    assert mail["From"] == f"Bloom Wholesale <{FROM}>"
    assert mail["To"] == "ana@bloom.example"
    assert mail["Message-ID"] == "<msg_1@bloom.example>"
    assert mail["Content-Language"] == "es"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["Corner Florist", "¡Año nuevo!"]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_adds_a_header_or_an_address(name: str) -> None:
    letter = LETTER._replace(subject=f"Voided: {name}", on_behalf_of=name, locale=name, body=f"{name}\r\n.\r\nQUIT")
    mail = read(as_message(letter, FROM).as_bytes())
    assert len(mail.keys()) == len(set(mail.keys())) == 11
    assert [one.addr_spec for one in mail["To"].addresses] == ["ana@bloom.example"]
    assert [one.addr_spec for one in mail["From"].addresses] == [FROM]
    assert mail["Bcc"] is None
    assert str(mail["Subject"]).startswith("Voided: ")


NO_ADDRESSES = (
    *("a@b.example\r\nBcc: x@example.com", "a b@c.example", "a@b, c@d", "nobody", ""),
    *("@b.example", "a@", "@", "a@b@c.example", "a@[b", '"@b.example', "<a@b.example>"),
)


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_gets_no_mail_and_is_not_tried_again(address: str, tmp_path: Path) -> None:
    outcome = Folder(tmp_path, FROM).send(LETTER._replace(to=address))
    assert (outcome.delivered, outcome.final) == (False, True)
    assert list(tmp_path.iterdir()) == []
    nowhere = Smtp("localhost", 1, PLAIN, FROM, timeout=1).send(LETTER._replace(to=address))
    assert (nowhere.delivered, nowhere.final) == (False, True)


def test_a_folder_holds_each_mail_once_however_often_it_is_sent(tmp_path: Path) -> None:
    box = Folder(tmp_path / "new" / "mail", FROM)
    assert box.send(LETTER).delivered
    assert box.send(LETTER).delivered
    (file,) = (tmp_path / "new" / "mail").iterdir()
    assert file.name == "msg_1.eml"
    assert read(file.read_bytes())["Subject"] == LETTER.subject


def test_a_folder_that_cannot_be_written_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = Folder(tmp_path, FROM).send(LETTER)
    assert (outcome.delivered, outcome.final) == (False, False)
    assert "No space left" in outcome.error
    assert list(tmp_path.iterdir()) == []


def box(server: MailServer, **more: Any) -> Smtp:
    return Smtp("localhost", server.port, more.pop("security", PLAIN), FROM, timeout=5, **more)


def test_a_mail_server_gets_it() -> None:
    with mail_server() as server:
        assert box(server).send(LETTER._replace(body="one\n.\n..two")).delivered
    ((sender, receivers, content),) = server.mails
    assert sender.casefold().startswith(f"mail from:<{FROM}>".casefold())  # commands of SMTP have no case
    assert [one.casefold() for one in receivers] == ["rcpt to:<ana@bloom.example>"]
    assert read(content).get_content().splitlines() == ["one", ".", "..two"]


@pytest.mark.needs("openssl")
def test_it_is_encrypted_for_a_server_that_is_who_it_says_it_is(trust: Any) -> None:
    with mail_server(trust.server) as server:
        safe = box(server, security=STARTTLS, trust=trust.client, user="mailer", password="seven red roses")
        assert safe.send(LETTER).delivered
        assert base64.b64encode(b"\0mailer\0seven red roses").decode() in server.log_ins[0]
        outcome = box(server, security=STARTTLS, user="mailer", password="seven red roses").send(LETTER)
    assert outcome.error.startswith("the mail server's certificate is not valid")
    assert len(server.log_ins) == len(server.mails) == 1


def test_a_server_that_does_not_encrypt_gets_neither_password_nor_mail() -> None:
    with mail_server() as server:
        outcome = box(server, security=STARTTLS, user="mailer", password="seven red roses").send(LETTER)
    assert not outcome.delivered
    assert (server.log_ins, server.mails) == ([], [])


@pytest.mark.parametrize(
    ("command", "answer", "final"),
    [
        *[("RCPT", "550 no such box", True), ("RCPT", "451 later", False), ("DATA", "554 no", True)],
        *[("DATA", "452 full", False), ("MAIL", "550 not you", False), ("EHLO", "421 busy", False)],
    ],
)
def test_what_a_server_refuses_for_good_is_final(command: str, answer: str, final: bool) -> None:
    with mail_server(refusals={command: answer, "HELO": answer}) as server:
        outcome = box(server).send(LETTER)
    assert (outcome.delivered, outcome.final, server.mails) == (False, final, [])


@pytest.mark.needs("openssl")
def test_a_password_that_cannot_be_sent_is_put_right_and_loses_no_mail(trust: Any) -> None:
    with mail_server(trust.server) as server:
        wrong = box(server, security=STARTTLS, trust=trust.client, user="mailer", password="siete rosas de mañana")
        outcome = wrong.send(LETTER)
    assert (outcome.delivered, outcome.final, server.mails) == (False, False, [])
    assert "mañana" not in outcome.error


def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    with mail_server() as server:
        pass
    outcome = box(server).send(LETTER)
    assert (outcome.delivered, outcome.final) == (False, False)


def test_a_password_is_in_no_text_of_the_mailbox() -> None:
    made = Smtp("mail.example", 587, STARTTLS, FROM, "mailer", "seven red roses")
    assert "seven red roses" not in repr(made)
    assert smtplib.SMTP.debuglevel == 0
