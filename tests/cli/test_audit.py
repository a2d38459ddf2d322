"""`k2k audit`: the anchor and the proof, and their exit statuses."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from k2k_core.api import K2K


def test_an_anchor_is_written_once_and_the_audit_is_proved_against_it(k2k: Any, network: str, tmp_path: Path) -> None:
    with K2K.open(network) as net:
        for minutes in (20, 25, 30):
            net.set("BLOOM", settings={"cart_minutes": minutes})
    waiting = k2k("audit", "verify", "--database", network)
    assert waiting.status == 0
    assert "3 entries are not sealed yet" in waiting.out
    anchor = str(tmp_path / "anchor.json")
    made = k2k("audit", "anchor", anchor, "--database", network)
    assert (made.status, f"Anchor of 3 entries in {anchor}." in made.out) == (0, True)
    assert "error[already_there]" in k2k("audit", "anchor", anchor, "--database", network).err
    whole = k2k("audit", "verify", "--anchor", anchor, "--database", network)
    assert (whole.status, whole.out) == (0, "audit: whole. 3 sealed entries, each as it was written.\n")
    _cut_off(tmp_path / "network.db")
    assert k2k("audit", "verify", "--database", network).status == 0
    cut = k2k("audit", "verify", "--anchor", anchor, "--database", network)
    assert cut.status == 1
    assert "the audit of BLOOM: it goes to place 1, the anchor to 3: its end was cut off" in cut.out
    asked = k2k("audit", "verify", "--json", "--anchor", anchor, "--database", network)
    assert (asked.status, len(json.loads(asked.out)["faults"])) == (1, 1)


def test_the_manifest_of_a_backup_is_an_anchor_and_another_file_is_none(k2k: Any, network: str, tmp_path: Path) -> None:
    assert k2k("backup", "--database", network).status == 0
    manifest = next((tmp_path / "backup").glob("*.json"))
    assert k2k("audit", "verify", "--anchor", str(manifest), "--database", network).status == 0
    (tmp_path / "other.json").write_text("[]")
    for other in ("other.json", "nowhere.json"):
        assert "is no anchor of an audit" in k2k("audit", "verify", "--anchor", other, "--database", network).err


def _cut_off(path: Path) -> None:
    """Cut off the end of every chain, with the record of it."""
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('audit', 'audit_head')"
        for (name,) in database.execute(query).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM audit WHERE place > 1")
        database.execute(
            "UPDATE audit_head SET place = 1, seal = (SELECT seal FROM audit WHERE audit.company_id IS"
            " audit_head.company_id AND audit.place = 1)"
        )
        database.commit()
