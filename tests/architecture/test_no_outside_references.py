"""The repository names no machine, no private package registry and no personal folder."""

from __future__ import annotations

import re
from pathlib import Path

HOSTS = ("registry.npmjs" + ".org", "pypi" + ".org", "pythonhosted" + ".org", "deb.debian" + ".org")
FOLDERS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/tmp/" + "brief", "/Us" + "ers/")
PATTERN = re.compile("|".join(re.escape(text) for text in HOSTS + FOLDERS))
NOT_TEXT = frozenset((".png", ".ttf", ".pdf", ".ico", ".woff2", ".gz", ".db", ".mo", ".wasm"))

OF_OTHERS = frozenset(("htmx.min.js", "zxing_reader.js"))
"""Files of the console that others wrote: they are served as their packages have them."""

KEPT_TIDY = frozenset((".py", ".md", ".toml", ".cfg", ".yaml", ".html", ".css", ".js"))


def test_no_file_names_a_machine_or_a_registry(top: Path, own_files: list[Path]) -> None:
    found = [
        f"{path.relative_to(top)}:{number}: {line.strip()[:100]}"
        for path in own_files
        if path.suffix not in NOT_TEXT
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if PATTERN.search(line)
    ]
    assert found == []


def test_every_text_file_is_utf8_with_unix_line_ends_and_no_stray_blanks(top: Path, own_files: list[Path]) -> None:
    untidy = []
    for path in own_files:
        if path.name not in OF_OTHERS and path.suffix in KEPT_TIDY:
            text = path.read_bytes().decode("utf-8")
            if "\r" in text or "\t\n" in text or " \n" in text or (text and not text.endswith("\n")):
                untidy.append(str(path.relative_to(top)))
    assert untidy == []
