"""A start imports what it needs and nothing more: the facade and the help of the command line import no package of a
third party, no table and no service. What is missing from the installation is named before anything else is done.
"""

from __future__ import annotations

import configparser
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from k2k_core import K2K
from k2k_core.bootstrap import open_context
from k2k_core.errors import MissingPackages
from k2k_core.required_packages import EXTRAS, REQUIRED, require_packages

IMPORTED = "import json, sys; sys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))"
FACADE = f"from k2k_core import K2K; {IMPORTED}"
HELP = f"""
import sys
from k2k_core.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
{IMPORTED}
"""
HEAVY = frozenset(("bootstrap", "delivery", "hooks", "printing", "runtime", "store", "testing"))
"""Parts of the core that no start imports."""

MOST_MODULES = {"facade": 100, "help": 100}
"""How many modules of its own K2K imports at a start, with some room for new ones. Each takes about half a
millisecond."""


@pytest.fixture(scope="module", params=["facade", "help"])
def started(request: pytest.FixtureRequest) -> tuple[str, list[str]]:
    script = FACADE if request.param == "facade" else HELP
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return request.param, json.loads(ran.stderr.rpartition("\n")[2])


@pytest.fixture
def fresh() -> Iterator[None]:
    require_packages.cache_clear()
    yield
    require_packages.cache_clear()


def test_a_start_imports_no_package_of_a_third_party(started: tuple[str, list[str]]) -> None:
    tops = {name.partition(".")[0] for name in started[1]}
    assert tops & {*REQUIRED, *EXTRAS["console"], "psycopg", "werkzeug", "PIL"} == set()


def test_a_start_imports_no_table_no_plugin_and_no_service(started: tuple[str, list[str]]) -> None:
    own = [name for name in started[1] if name.startswith("k2k_")]
    assert {name.partition(".")[0] for name in own} == {"k2k_core", "k2k_config"}
    parts = [name.split(".")[1:] for name in own]
    assert {part[0] for part in parts if part} & HEAVY == set()
    deep = {".".join(part) for part in parts if part[:1] == ["services"] and len(part) > 2}
    assert deep <= {"services.lists.page_request"}


def test_a_start_imports_a_bounded_number_of_modules(started: tuple[str, list[str]]) -> None:
    kind, names = started
    assert len([name for name in names if name.startswith("k2k_core")]) <= MOST_MODULES[kind]


def test_an_unknown_name_of_a_package_with_lazy_modules_is_no_module() -> None:
    import k2k_core.services.documents as documents

    assert not hasattr(documents, "no_such_module")
    assert not hasattr(documents, "_hidden")
    assert documents.credits.__name__ == "k2k_core.services.documents.credits"


def test_every_package_that_setup_cfg_requires_is_looked_for(top: Path) -> None:
    parser = configparser.ConfigParser()
    parser.read(top / "setup.cfg", encoding="utf-8")
    declared = {"": parser["options"]["install_requires"], **parser["options.extras_require"]}
    for extra, packages in {"": REQUIRED, **EXTRAS}.items():
        lines = [line for line in declared[extra].splitlines() if line.strip() and not line.startswith("#")]
        required = {canonicalize_name(Requirement(line).name) for line in lines}
        assert {canonicalize_name(name) for name in packages.values()} == required, extra


@pytest.mark.usefixtures("fresh")
def test_a_network_is_not_opened_without_a_package_that_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for hidden in ("numpy", "yaml"):
        monkeypatch.setitem(sys.modules, hidden, None)
    for opening in (K2K.open, open_context):
        with pytest.raises(MissingPackages) as refused:
            opening(f"sqlite:///{tmp_path / 'network.db'}")
        assert refused.value.code == "missing_packages"
        assert refused.value.message == "Not installed: PyYAML, numpy."
        assert "pip install -r requirements.txt" in refused.value.hint
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    K2K.open(f"sqlite:///{tmp_path / 'network.db'}").close()


def test_the_command_line_names_every_missing_package_and_what_to_do(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules |= dict.fromkeys(('numpy', 'peewee')); from k2k_core.cli import main; sys.exit(main())"
    )
    asked = [sys.executable, "-c", script, "init", "--database", f"sqlite:///{tmp_path / 'network.db'}"]
    ran = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    said = ran.stderr.splitlines()
    assert said[0] == "error[missing_packages]: Not installed: numpy, peewee."
    assert said[1].startswith("hint: Install K2K again with its requirements")
    assert list(tmp_path.iterdir()) == []
