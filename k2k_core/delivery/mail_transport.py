"""Transports for mails: a folder with one file for each message, or an SMTP server."""

from __future__ import annotations

import datetime as dt
import os
import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from k2k_core.delivery.mail_message import MailMessage, as_message
from k2k_core.domain.retry_policy import Outcome


class Mailbox(Protocol):
    """Sends mails."""

    def send(self, mail: MailMessage) -> Outcome:
        """Send a mail. Never raises for failures of the server or the network: the outcome says what happened."""


@dataclass(frozen=True)
class Folder:
    """Writes each mail atomically into an `.eml` file. A mail that is sent again is the same file."""

    path: Path
    sender: str

    def send(self, mail: MailMessage) -> Outcome:
        """Write the file."""
        begun = time.monotonic()
        try:
            content = as_message(mail, self.sender).as_bytes()
            self.path.mkdir(parents=True, exist_ok=True)
            _write_whole(self.path / f"{mail.message_id}.eml", content)
        except OSError as error:
            return Outcome(False, f"{self.path} cannot be written: {error.strerror or error}")
        except ValueError:
            return Outcome(False, "the address cannot stand in a mail", final=True)
        return Outcome(True, took=dt.timedelta(seconds=time.monotonic() - begun))


def _write_whole(path: Path, content: bytes) -> None:
    """Write under a temporary name first, so that neither a reader nor a crash finds an incomplete file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


STARTTLS, TLS, PLAIN = "starttls", "tls", "plain"


@dataclass(frozen=True)
class Smtp:
    """An SMTP server. With STARTTLS and TLS its certificate must be valid; plain is for a server in a private
    network."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 15.0
    trust: ssl.SSLContext | None = None

    def send(self, mail: MailMessage) -> Outcome:
        """Send it. A permanent refusal by the server (5xx about the address or the mail) is final."""
        begun = time.monotonic()
        try:
            message = as_message(mail, self.sender)
        except ValueError:
            return Outcome(False, "the address cannot stand in a mail", final=True)
        try:
            self._send(message, mail.to)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return _refused(code, words)
        except smtplib.SMTPDataError as error:
            return _refused(error.smtp_code, error.smtp_error)
        except smtplib.SMTPSenderRefused as error:  # a configuration error, which somebody will correct
            return Outcome(False, f"the mail server does not take mails from {self.sender} ({error.smtp_code})")
        except smtplib.SMTPAuthenticationError as error:
            return Outcome(False, f"the mail server refused the log-in ({error.smtp_code})")
        except ssl.SSLCertVerificationError as error:
            return Outcome(False, f"the mail server's certificate is not valid: {error.verify_message}")
        except UnicodeError:  # a configuration error too: SMTP's log-in allows ASCII only
            return Outcome(False, "the mail server's name, user or password has characters that cannot be sent to it")
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(False, f"the mail server could not be reached: {type(error).__name__}")
        return Outcome(True, took=dt.timedelta(seconds=time.monotonic() - begun))

    def _send(self, message: EmailMessage, to: str) -> None:
        trust = self.trust or ssl.create_default_context()
        if self.security == TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=trust)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        with server:
            if self.security == STARTTLS:
                server.starttls(context=trust)
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message, self.sender, [to])


def _refused(code: int, words: bytes | str) -> Outcome:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return Outcome(False, f"the mail server refused it: {code} {text[:200]}", final=code >= 500)
