"""The former name of `k2k_core.delivery.mail_message`: programs that import it go on working, and are warned."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from k2k_core.delivery import mail_message

if TYPE_CHECKING:
    Letter = mail_message.MailMessage
    as_message = mail_message.as_message

NEW_NAMES = {"Letter": "MailMessage", "as_message": "as_message"}
"""The names that this module had, each with its name in `mail_message`."""


def __getattr__(name: str) -> object:
    """What has that name today; the warning names the line that asks for it."""
    if name not in NEW_NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    today = NEW_NAMES[name]
    warnings.warn(
        f"{__name__}.{name} is {mail_message.__name__}.{today} now: the former name will be removed",
        DeprecationWarning,
        stacklevel=2,
    )
    return getattr(mail_message, today)
