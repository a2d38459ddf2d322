"""The manifest of a backup: a JSON file beside its data, which says what the data must be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from k2k_core.errors import NotABackup

FORMAT = 1
SUFFIX = ".json"
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class ChainEnd:
    """Where the audit of a company ends: its last place and the seal there. `company` is None for the network's own."""

    company: str | None
    place: int
    seal: str


@dataclass(frozen=True)
class AuditAnchor:
    """How many audit entries there are, the id of the last one, a digest of all of them in their order, and where each
    chain ends: None in the manifest of a program that had no chains."""

    rows: int
    last_id: int
    sha256: str
    chains: list[ChainEnd] | None = None


@dataclass(frozen=True)
class Contents:
    """What a database holds: the network's own mark, its migration, the number of rows by table, the audit's anchor."""

    network: str
    schema: int
    counts: dict[str, int]
    audit: AuditAnchor


@dataclass(frozen=True)
class Manifest:
    """A backup: its data file with length and digest, when and by which version it was made, and what a trial restore
    held. `contents` is None without a trial; `faults` is how many faults its verification named, None where none was
    made: without a trial, or of tables that are not of this program. In one folder a later backup has a higher
    `sequence`, whatever the clock says."""

    file: str
    engine: str
    program: str
    made_at: str
    bytes: int
    sha256: str
    contents: Contents | None
    faults: int | None
    sequence: int = 0

    def as_text(self) -> str:
        """The manifest as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, sort_keys=True) + "\n"


def read(path: Path) -> Manifest:
    """The manifest in a file; NotABackup when there is none that can be read."""
    try:
        values = json.loads(path.read_text("utf-8"))
        if values.pop("format") != FORMAT:
            raise NotABackup("{file} was made by a newer program.", file=path)
        held = values.pop("contents")
        contents = None if held is None else Contents(**{**held, "audit": _anchor(held["audit"])})
        return Manifest(**values, contents=contents)
    except OSError as error:
        raise NotABackup("{file} cannot be read: {why}.", file=path, why=error.strerror or error) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotABackup("{file} is no manifest of a backup.", file=path) from None


def _anchor(values: dict[str, Any]) -> AuditAnchor:
    chains = values.pop("chains", None)
    return AuditAnchor(**values, chains=None if chains is None else [ChainEnd(**one) for one in chains])


def beside(path: Path) -> Path:
    """The manifest of a backup that is named by its manifest or by its data file."""
    return path if path.suffix == SUFFIX else path.with_suffix(SUFFIX)


def digest(path: Path) -> str:
    """The SHA-256 of a file, read in blocks."""
    found = hashlib.sha256()
    with path.open("rb") as data:
        while block := data.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def require_whole(path: Path, manifest: Manifest) -> None:
    """NotABackup unless a data file is exactly what its manifest says."""
    if not path.is_file():
        raise NotABackup("The data of this backup, {file}, is not there.", file=path)
    if path.stat().st_size != manifest.bytes or digest(path) != manifest.sha256:
        raise NotABackup("{file} is not what its manifest says: it was cut short or changed.", file=path)
