"""A secret that the documentation or an example prints is refused in production."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from k2k_core.settings.secret_strength import PRINTED, digest, guessable

PRINTING = ("README.md", "CHANGELOG.md", "Makefile", "docs/**/*.md", "plugins/**/*.md", "config/**/*.toml")
PRINTING += ("config/**/*.yaml", "plugins/samples/**/*.*", "tests/sample_plugins/**/*.*", ".ci/*")
LOOKS_RANDOM = re.compile(r"[A-Za-z0-9_+/=-]{24,}")
VARIABLES = re.compile(r"K2K_(?:SECRET_KEY|MAIL_PASSWORD|ENCRYPTION_KEYS)")


def printed(top: Path) -> set[str]:
    """The random-looking words, and the code beside the variables that hold secrets."""
    found = set()
    for pattern in PRINTING:
        for path in top.glob(pattern):
            for line in path.read_text("utf-8", "ignore").splitlines() if path.is_file() else ():
                found |= {word for word in LOOKS_RANDOM.findall(line) if sum(map(str.isdigit, word)) > 4}
                found |= {code for code in line.split("`")[1::2] if len(code) > 11 and VARIABLES.search(line)}
    return found


def test_what_is_printed_is_refused_as_a_secret(top: Path) -> None:
    accepted = {text: digest(text) for text in printed(top) if not guessable(text)}
    assert accepted == {}, "add these digests to k2k_core.settings.secret_strength.PRINTED"


def test_a_digest_belongs_to_a_text_that_is_printed(top: Path) -> None:
    assert {digest(text) for text in printed(top)} >= PRINTED


@pytest.mark.parametrize(
    "text",
    [
        *("changeme-changeme-changeme-changeme!!", "my-super-secret-key-for-production-1234", "deadbeef" * 5),
        *("0123456789abcdef0123456789abcdef", "abcdefghijklmnopqrstuvwxyz012345", "qwertyuiopasdfghjklzxcvbnm123456"),
        *("django-insecure-change-me-please-00000000", "Change_Me_To_A_Long_Random_String_1", "Zk3vJp7xQm2wRt9y" * 2),
    ],
)
def test_a_placeholder_a_row_and_a_repetition_can_be_guessed(text: str) -> None:
    assert guessable(text)


@pytest.mark.parametrize("text", ["Zk3vJp7xQm2wRt9yLb5nHc8fDs1gAe4u", "b8e1f04c5a7d92e63c0fa87b15d4296e"])
def test_a_random_text_cannot_be_guessed(text: str) -> None:
    assert not guessable(text)
