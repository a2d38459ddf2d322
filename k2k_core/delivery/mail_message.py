"""Builds a mail from a notification: plain text in UTF-8, with headers that no text can inject anything into."""

from __future__ import annotations

import datetime as dt
import re
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import NamedTuple

from k2k_core.domain.mail_addresses import in_ascii

LONGEST_HEADER = 200

_TOUCHING = re.compile(r"(=\?[^?\s]+\?[bq]\?[^?\s]*\?=)(?==\?)", re.IGNORECASE)


class _Headers(EmailPolicy):
    """Python 3.13 folds some headers so that two encoded words touch, which mail servers refuse for good: between two
    of them stands white space, which readers leave out (RFC 2047). A subject is encoded as a whole, because folding it
    word by word doubles some of its blanks."""

    def fold(self, name: str, value: str) -> str:
        if name == "Subject" and not value.isascii():
            encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {encoded}{self.linesep}"
        return _TOUCHING.sub(r"\1\r\n ", super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


HEADERS = _Headers(linesep="\r\n")
"""As `email.policy.SMTP`, on every Python."""


class MailMessage(NamedTuple):
    """A message to one address. `message_id` is the same when it is sent again, so that a receiver recognises
    repeats."""

    message_id: str
    to: str
    subject: str
    body: str
    locale: str
    at: dt.datetime
    on_behalf_of: str = ""


def as_message(mail: MailMessage, sender: str) -> EmailMessage:
    """The mail. `sender` is a bare address; the display name is that of the notifying company.

    Raises `ValueError` for an invalid address.
    """
    to = _address(mail.to)
    message = EmailMessage(policy=HEADERS)
    message["Message-ID"] = f"<{mail.message_id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(mail.at)
    message["From"] = Address(one_line(mail.on_behalf_of), addr_spec=sender)
    message["To"] = to
    message["Subject"] = one_line(mail.subject)
    message["Auto-Submitted"] = "auto-generated"  # an absence note does not answer it
    message["X-K2K-Notification"] = mail.message_id
    message.set_content(_plain(mail.body), cte="quoted-printable")
    message["Content-Language"] = one_line(mail.locale)
    return message


def _address(written: str) -> Address:
    found = in_ascii(written)
    if found is None:
        raise ValueError("no address")
    return Address(addr_spec=found)


def one_line(text: str) -> str:
    """A text as one line of a header: no line break, no control character, of limited length."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST_HEADER else line[: LONGEST_HEADER - 1] + "…"


def _plain(text: str) -> str:
    """A body of printable lines; control characters other than line breaks become blanks."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text.replace("\r\n", "\n")) + "\n"
