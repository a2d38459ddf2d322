"""Programs written for a former name go on working; the warning names their own line."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from k2k_core.delivery import letters, mail_message


def test_a_former_name_is_todays_and_warns_with_the_line_that_uses_it() -> None:
    with pytest.warns(DeprecationWarning, match=r"^k2k_core\.delivery\.letters\.") as warned:
        from k2k_core.delivery.letters import Letter, as_message
    assert (Letter, as_message) == (mail_message.MailMessage, mail_message.as_message)
    assert {Path(one.filename).read_text("utf-8").splitlines()[one.lineno - 1].strip() for one in warned} == {
        "from k2k_core.delivery.letters import Letter, as_message"
    }
    assert {str(one.message).partition(":")[0] for one in warned} == {
        "k2k_core.delivery.letters.Letter is k2k_core.delivery.mail_message.MailMessage now",
        "k2k_core.delivery.letters.as_message is k2k_core.delivery.mail_message.as_message now",
    }


def test_a_former_module_warns_only_of_what_is_used() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert letters.NEW_NAMES
        with pytest.raises(AttributeError, match="has no attribute 'Postcard'"):
            letters.Postcard  # type: ignore[attr-defined]  # noqa: B018  # asked for, not used: it is not there
