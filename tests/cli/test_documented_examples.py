"""Every example in the documentation is executed, here or by the test that is named; what is not has its reason."""

from __future__ import annotations

import base64
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from k2k_core import hooks
from k2k_core.api import K2K
from k2k_core.delivery import signing
from k2k_core.domain.languages import Language
from k2k_core.domain.pricing import NoValue
from k2k_core.domain.sharing import Denial
from k2k_core.errors import Conflict
from k2k_core.runtime import read_hierarchies
from k2k_core.scenario.document import parse
from k2k_core.store import encryption
from tests.cli.conftest import NETWORK

TOP = Path(__file__).parents[2]
PAGES = [
    TOP / "README.md",
    *sorted((TOP / "docs").rglob("*.md")),
    *sorted(path for path in (TOP / "plugins").rglob("*.md") if "tests" not in path.parts),
]
COMMAND = re.compile(r"^(?:k2k|make|pip|python|\.venv/bin/\S+) ", re.MULTILINE)
NOW = dt.datetime(2026, 2, 9, 14, tzinfo=dt.UTC)


class Block(NamedTuple):
    """A block of code on a page: its place, its language with what stands beside it, and its text."""

    page: str
    language: str
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """The page and the first words, by which the tables below name a block."""
        return self.page, self.text.strip().splitlines()[0][:30]


def _blocks() -> Iterator[Block]:
    for page in PAGES:
        name = str(page.relative_to(TOP))
        for language, text in re.findall(r"^ *```([^\n]*)\n(.*?)^ *```$", page.read_text("utf-8"), re.M | re.S):
            yield Block(name, language.strip(), text)


SIGNATURE = "python signature"
"""The language of a signature, which `make docs` writes: it is no example."""

BLOCKS = [one for one in _blocks() if one.language != SIGNATURE]

ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("docs/embedding.md", "python"): "tests/embedding/test_embedding_page.py",
    ("docs/host-erp.md", "python"): "tests/cli/test_host_erp_page.py",
    ("docs/office-files.md", "workbook"): "tests/facade/test_office_files_page.py",
    ("docs/office-files.md", "csv"): "tests/facade/test_office_files_page.py",
    ("docs/office-files.md", "text"): "tests/facade/test_office_files_page.py",
    ("docs/operating.md", "nginx"): "tests/console/test_behind_a_proxy.py",
    ("docs/operating.md", "caddy"): "tests/console/test_behind_a_proxy.py",
    ("docs/plugins.md", "python"): "tests/runtime/test_plugins_page.py",
    ("docs/plugins.md", "sh"): "tests/cli/test_tutorial.py",
    ("docs/plugins.md", "ini"): "tests/runtime/test_plugins_page.py",
    ("docs/plugins.md", "markdown"): "tests/runtime/test_plugins_page.py",
    ("docs/plugins.md", "console"): "tests/runtime/test_plugins_page.py",
    ("docs/rules/domain.md", "yaml"): "tests/scenarios/test_examples_of_the_docs.py",
    ("docs/rules/pricing.md", "yaml"): "tests/scenarios/test_examples_of_the_docs.py",
    ("docs/rules/index.md", "yaml"): "tests/scenarios/test_examples_of_the_docs.py",
    ("docs/scenarios.md", "yaml"): "tests/scenarios/test_examples_of_the_docs.py",
    ("docs/web-shop.md", "python"): "tests/shop/test_shop.py",
}
"""Page and language -> the test that executes these blocks."""

NOT_EXECUTED: Mapping[tuple[str, str], str] = {
    ("README.md", "make demo     # runs a sample "): "runs all of these tests; tests/cli/test_demo.py runs the demo",
    ("README.md", "make serve"): "serves until it is stopped; tests/cli/test_serve.py starts it",
    ("docs/console.md", "LIST = List("): "parts of a page, with dots for the rest; real ones are in k2k_console/pages",
    (
        "docs/languages.md",
        "make languages",
    ): "writes into the sources; tests/cli/test_languages.py checks what it writes",
    ("docs/operating.md", "psql --host db.example --usern"): "a server of PostgreSQL with another name and user",
    ("docs/operating.md", "k2k copy postgresql://k2k@db.e"): "the same; tests/cli/test_backups.py copies",
    ("docs/operating.md", "k2k restore /mnt/backups/k2k-2"): "a backup of that day; tests/cli/test_backups.py restores",
    ("docs/proofs.md", 'make proofs ONLY="crashes full'): "takes hours; tests/proofs runs the short forms",
    ("docs/proofs.md", ".venv/bin/python -m tests.proo"): "takes hours; tests/proofs runs the short forms",
    ("docs/row-security.md", "CREATE ROLE k2k LOGIN PASSWORD"): "a server of PostgreSQL with a password of yours",
}
"""Page and first words -> why a block is not executed as it stands."""

LEFT_OUT = ("k2k serve ", "k2k user add ", "k2k webhook test ")
"""Lines that do not end, ask for a password, or post to the internet: tests/cli/test_serve.py, test_user.py and
tests/delivery do that."""
MAY_FIND = ("k2k prices check", "k2k deliveries check", "k2k rows import", "k2k prices import")
"""Commands whose exit status 1 says that they have found something."""


def _of(language: str, *, here: bool = True) -> list[Block]:
    found = [one for one in BLOCKS if one.language.partition(" ")[0] == language and one.key not in NOT_EXECUTED]
    return [one for one in found if here is ((one.page, language) not in ELSEWHERE)]


def _ids(blocks: list[Block]) -> list[str]:
    return [f"{one.page}-{BLOCKS.index(one)}" for one in blocks]


@pytest.fixture
def open_network(tmp_path: Path) -> Iterator[K2K]:
    """The network of the examples: ANDES sells to BLOOM, who sells to C-100; one order is on an AWB."""
    with K2K.open(f"sqlite:///{tmp_path / 'network.db'}", clock=lambda: NOW) as k2k:
        k2k.load(_network())
        sold = k2k.add("BLOOM", "C-100", lot="ANDES/L1", boxes=1, ship_date="2026-02-12")
        k2k.checkout("BLOOM", cart=sold["cart"])
        k2k.confirm("ANDES", sold["sales_order"], reference_number="729-88123456")
        yield k2k


def _network() -> dict[str, Any]:
    """The small network of these tests, and what the pages name besides."""
    read: dict[str, Any] = parse(NETWORK.read_text("utf-8"))
    lists = [{"code": code, "name": code.title(), "type": "all"} for code in ("SPRING", "SUMMER")]
    more = {"price_lists": lists, "categories": [{"code": "ROSES"}], "locations": [{"code": "NYC", "name": "New York"}]}
    vendor, buyer = read["companies"]
    vendor["lots"][0]["arrival_date"] = "2026-02-08"
    return {"companies": [vendor, buyer | more], "connections": read["connections"]}


def _given(k2k: K2K) -> dict[str, Any]:
    """The names that examples use without saying where they come from."""
    products = b"code,description,category\nR-1,Rose one,ROSES\nR-2,Rose two,ROSSES\n"
    names = {name: getattr(hooks, name) for name in hooks.__all__}
    return names | {
        "k2k": k2k, "last_seq": 0, "content": products, "Language": Language, "Denial": Denial, "number": "1001",
        "state": "checked out", "friends_price": lambda request: NoValue("{customer} is no friend", {"customer": "C"}),
    }  # fmt: skip


RAISES = {("docs/languages.md", "from k2k_core.errors import Co"): Conflict}


@pytest.mark.parametrize("block", _of("python"), ids=_ids(_of("python")))
def test_an_example_in_python_runs(block: Block, open_network: K2K) -> None:
    names = _given(open_network)
    code = compile(block.text, block.page, "exec")
    if expected := RAISES.get(block.key):
        with pytest.raises(expected):
            exec(code, names)
    else:
        exec(code, names)
    if "is_genuine" in names:
        _require_genuine(names["is_genuine"])


def _require_genuine(is_genuine: Any) -> None:
    """The example of the page on webhooks knows what K2K has signed, and nothing else."""
    secret = "whsec_" + base64.b64encode(b"a secret of twenty-four.").decode()
    signed = signing.signatures([secret], "msg_1", 1770040800, b"{}")
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1770040800", "webhook-signature": signed}
    assert is_genuine(secret, headers, b"{}")
    assert not is_genuine(secret, headers, b"{ }")


@pytest.fixture
def shell(open_network: K2K, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the commands of the pages find what they name."""
    content = open_network.export_price_lists("BLOOM", format="xlsx")
    (tmp_path / "lists.xlsx").write_bytes(content)
    open_network.close()
    steps = NETWORK.read_text("utf-8")
    for name in ("prices.yaml", "my-prices.yaml", "a.yaml"):
        (tmp_path / name).write_text(steps, "utf-8")
    (changes,) = (one.text for one in BLOCKS if one.page == "docs/price-checks.md" and one.language == "yaml")
    (tmp_path / "changes.yaml").write_text(changes, "utf-8")
    (tmp_path / "docs" / "rules").mkdir(parents=True)
    shutil.copy(TOP / "docs" / "rules" / "network.yaml", tmp_path / "docs" / "rules")
    for variable in ("NEW", "OLD"):
        monkeypatch.setenv(variable, encryption.new_key())
    monkeypatch.setenv("K2K_DATABASE", f"sqlite:///{tmp_path / 'network.db'}")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def _script(block: Block, folder: Path) -> str:
    lines = ["set -e"]
    for line in (
        block.text.replace("/mnt/", f"{folder}/mnt/").replace("sqlite:///my.db", "sqlite:///mine.db").splitlines()
    ):
        if not line.startswith(LEFT_OUT):
            finds = line.startswith(MAY_FIND)
            command = line.partition("#")[0].rstrip()
            lines.append(f"{command} || [ $? -eq 1 ]" if finds else command)
    return "\n".join(lines)


@pytest.mark.long
@pytest.mark.parametrize("block", _of("sh"), ids=_ids(_of("sh")))
def test_the_commands_of_an_example_run(block: Block, shell: Path) -> None:
    if "/mnt/backups/k2k-2026" in block.text:
        _run("k2k backup mnt/backups && mv mnt/backups/*.json mnt/backups/k2k-20260214T030000Z.json", shell)
    if "/mnt/elsewhere" in block.text:
        (shell / "mnt" / "elsewhere").mkdir(parents=True)
    if "prices.yaml" in block.text and "--database" in block.text:
        _run("k2k init --database sqlite:///mine.db", shell)
    if "deliveries replay" in block.text:
        _run("k2k webhook add BLOOM erp https://erp.bloom.example/k2k", shell)
    _run(_script(block, shell), shell)


def _run(script: str, folder: Path) -> None:
    ran = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=240)
    assert ran.returncode == 0, f"{script}\n{ran.stdout}{ran.stderr}"


@pytest.mark.parametrize("block", _of("toml"), ids=_ids(_of("toml")))
def test_an_example_of_configuration_is_read(block: Block, tmp_path: Path) -> None:
    read = tomllib.loads(block.text)
    if "hierarchy" in read or "adjustments" in read:
        shipped = tomllib.loads(files("k2k_config").joinpath("hierarchies.toml").read_text("utf-8"))
        assert read_hierarchies(shipped, read) != read_hierarchies(shipped)
    if "overrides" in read:
        (tmp_path / "k2k.toml").write_text(block.text, "utf-8")
        with K2K.open("sqlite://", config=tmp_path / "k2k.toml") as k2k:
            k2k.load(_network())
            (row,) = k2k.price("BLOOM", "C-100", ["ANDES/L1"])
            assert (row["price"], "acme_prices" in str(k2k.check_prices("BLOOM"))) == (None, True)


def test_every_block_of_code_is_executed_or_says_why_not() -> None:
    here = {"python", "sh", "toml"}
    of_the_shell = ("docs/price-checks.md", "yaml")
    known = [
        one
        for one in BLOCKS
        if one.key in NOT_EXECUTED
        or (one.page, one.language.partition(" ")[0]) in {*ELSEWHERE, of_the_shell}
        or one.language.partition(" ")[0] in here
        or not one.language
    ]
    assert [one.key for one in BLOCKS if one not in known] == []
    assert [one.key for one in BLOCKS if not one.language and COMMAND.search(one.text)] == []
    assert set(NOT_EXECUTED) - {one.key for one in BLOCKS} == set()
    assert len(_of("python")) + len(_of("sh")) > 25


def test_a_test_that_executes_examples_elsewhere_reads_their_page() -> None:
    used = {(one.page, one.language.partition(" ")[0]) for one in BLOCKS}
    assert set(ELSEWHERE) - used == set()
    for (page, _), test in ELSEWHERE.items():
        source = (TOP / test).read_text("utf-8")
        assert Path(page).name in source or (page.startswith("docs/rules/") and 'RULES.glob("*.md")' in source), page
