"""Builds webhook requests and mails, and opens the transports that send them.

The body of a webhook is `{type, timestamp, company, seq, data}`: `seq` is the event's place in the company's feed, for
receivers that also poll.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from k2k_core.clock import moment_text
from k2k_core.delivery.mail_message import MailMessage
from k2k_core.delivery.mail_transport import Folder, Mailbox, Smtp
from k2k_core.delivery.signing import signatures
from k2k_core.delivery.webhook_post import PostLimits, post
from k2k_core.domain.retry_policy import Outcome, RetryPolicy
from k2k_core.settings.delivery_settings import DeliverySettings
from k2k_core.store.events.deliveries import Mail, Webhook

DEFAULT_FOLDER = Path("var/mail")
Post = Callable[[str, Mapping[str, str], bytes], Outcome]


class Message(NamedTuple):
    """The content of one webhook."""

    id: str
    type: str
    data: Mapping[str, Any]
    at: dt.datetime
    seq: int
    company: str


@dataclass(frozen=True)
class Transports:
    """The transports of an installation: the HTTP client for webhooks, and the mail server."""

    post: Post
    mailbox: Mailbox

    def send(self, outgoing: Webhook | Mail, now: dt.datetime) -> Outcome:
        """Send one delivery."""
        if isinstance(outgoing, Mail):
            return self.mailbox.send(mail_of(outgoing))
        message = message_of(outgoing)
        return self.post(outgoing.url, signed(message, outgoing.keys, now), body_of(message))


def open_transports(settings: DeliverySettings, policy: RetryPolicy) -> Transports:
    """The transports of an installation."""

    limits = PostLimits(policy.connect.total_seconds(), policy.answer.total_seconds(), settings.local_targets)

    def post_there(url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        return post(url, headers, body, limits)

    return Transports(post_there, mailbox(settings))


def mailbox(settings: DeliverySettings) -> Mailbox:
    """The mail server of an installation, or its folder."""
    server = settings.server
    if server is None:
        return Folder(settings.folder or DEFAULT_FOLDER, settings.sender)
    return Smtp(server.host, server.port, server.security, settings.sender, server.user, server.password)


def message_of(webhook: Webhook) -> Message:
    """The message of a delivery: the same bytes at every attempt."""
    return Message(webhook.taken.message_id, webhook.type, webhook.data, webhook.at, webhook.seq, webhook.company)


def body_of(message: Message) -> bytes:
    """The body of a webhook."""
    envelope = {
        "type": message.type,
        "timestamp": moment_text(message.at),
        "company": message.company,
        "seq": message.seq,
    }
    return json.dumps({**envelope, "data": message.data}, separators=(",", ":")).encode("ascii")


def signed(message: Message, keys: Sequence[str], now: dt.datetime) -> dict[str, str]:
    """The headers of a webhook, signed for this attempt."""
    moment = int(now.timestamp())
    return {
        "Content-Type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signatures(keys, message.id, moment, body_of(message)),
    }


def mail_of(mail: Mail) -> MailMessage:
    """The mail of a delivery: the same at every attempt."""
    return MailMessage(mail.taken.message_id, mail.to, mail.subject, mail.body, mail.locale, mail.at, mail.company)
