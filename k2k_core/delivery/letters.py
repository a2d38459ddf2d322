"""The former name of `k2k_core.delivery.mail_message`: programs that import it go on working, and are warned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k2k_core.former_names import former_names

if TYPE_CHECKING:
    from k2k_core.delivery import mail_message

    Letter = mail_message.MailMessage
    as_message = mail_message.as_message

NEW_NAMES = {
    "Letter": "k2k_core.delivery.mail_message:MailMessage",
    "as_message": "k2k_core.delivery.mail_message:as_message",
}
"""The names that this module had, each with what it is today."""

__getattr__ = former_names(__name__, NEW_NAMES)
