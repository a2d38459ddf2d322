"""The delivery settings of an installation, from the environment: where mails go, and which webhook targets are
allowed.

They belong to the machine that sends, not to a company; passwords are in no file and no database of K2K.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from k2k_core.domain import parsing
from k2k_core.errors import Invalid, NotConfigured
from k2k_core.settings.secret_strength import LEAST_OF_PASSWORD, guessable

MAIL, MAIL_FROM, MAIL_PASSWORD = "K2K_MAIL", "K2K_MAIL_FROM", "K2K_MAIL_PASSWORD"
LOCAL = "K2K_WEBHOOK_LOCAL"
ENVIRONMENT, PRODUCTION = "K2K_ENV", "production"
ENVIRONMENTS = (PRODUCTION, "development", "test")
NO_SENDER = "k2k@localhost.localdomain"
"""The sender of mails that are only written to a folder."""

SENDING_THREADS = 8
"""How many deliveries one process sends at once, unless it is said."""

SECURITY = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "plain"}
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class MailServer:
    """A mail server."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class DeliverySettings:
    """How an installation sends mails and webhooks. At most one of `folder` and `server` is set; with neither, mails
    are written beside the database."""

    folder: Path | None = None
    server: MailServer | None = None
    sender: str = NO_SENDER
    local_targets: bool = False


def in_production(environ: Mapping[str, str]) -> bool:
    """Whether `K2K_ENV` is `production`. Raises `NotConfigured` for a word that is none of `ENVIRONMENTS`: a typing
    error must not switch protection off."""
    given = environ.get(ENVIRONMENT, "").strip().lower()
    if given and given not in ENVIRONMENTS:
        raise NotConfigured(
            "{variable} is {value!r}: use one of {known}.", variable=ENVIRONMENT, value=given, known=list(ENVIRONMENTS)
        )
    return given == PRODUCTION


def read_delivery_settings(environ: Mapping[str, str]) -> DeliverySettings:
    """The settings of the environment. Raises `NotConfigured` for invalid values, and in production for unsafe ones:
    mails without encryption across a network, a password that can be guessed, webhook targets in private networks."""
    production = in_production(environ)
    local = environ.get(LOCAL, "").strip().lower() in ("1", "on", "yes", "true", "allow")
    if local and production:
        raise NotConfigured(
            "{variable} lets webhooks call private networks: not in production. Remove it.", variable=LOCAL
        )
    where = environ.get(MAIL, "").strip()
    folder, server = None, None
    if where.startswith("file:"):
        folder = Path(unquote(where.removeprefix("file:"))) if where != "file:" else None
    elif where:
        server = _server(where, environ.get(MAIL_PASSWORD, ""), production)
    return DeliverySettings(folder, server, _sender(environ.get(MAIL_FROM, "").strip(), server), local)


def _sender(given: str, server: MailServer | None) -> str:
    if not given:
        if server is not None:
            raise NotConfigured(
                "{sender} is required, the address that mails are sent from: {variable} names a server.",
                sender=MAIL_FROM,
                variable=MAIL,
            )
        return NO_SENDER
    try:
        return parsing.email(given)
    except Invalid as error:
        raise NotConfigured("{sender}: {problem}", sender=MAIL_FROM, problem=error.message) from None


def _server(where: str, password: str, production: bool) -> MailServer:
    scheme, host, port, user = _taken_apart(where)
    security = SECURITY[scheme]
    if user and not password:
        raise NotConfigured(
            "{variable} names the user {user}: {secret} is missing.", variable=MAIL, user=user, secret=MAIL_PASSWORD
        )
    if production and security == "plain" and host not in LOCAL_HOSTS:
        raise NotConfigured(
            "{variable} sends mails without encryption: in production use smtp:// (STARTTLS) or smtps://.",
            variable=MAIL,
        )
    if production and user and (password == user or guessable(password, LEAST_OF_PASSWORD)):
        raise NotConfigured("{secret} can be guessed: not in production.", secret=MAIL_PASSWORD)
    return MailServer(host, port, security, user, password if user else "")


def _taken_apart(where: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and user."""
    wrong = NotConfigured(
        "{variable} is file:FOLDER, smtp://USER@HOST:PORT, smtps://... or smtp+plain://...", variable=MAIL
    )
    try:
        parts = urlsplit(where)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.password is not None:
        raise NotConfigured(
            "{variable} must not contain a password: set {secret}.", variable=MAIL, secret=MAIL_PASSWORD
        )
    if parts.scheme not in SECURITY or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise wrong
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme], unquote(parts.username or "")
