"""Which backups of a folder are too many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from k2k_core.errors import NotABackup
from k2k_core.store.backups.manifest import SUFFIX, Contents, Manifest, read


def sound_backups(folder: Path, network: str) -> list[tuple[Path, Manifest]]:
    """The sound backups of a network in a folder with their manifests, the newest first. Whatever else lies there is
    none of them."""
    found = [
        (path, manifest)
        for path, manifest in _manifests(folder)
        if _network(manifest.contents) == network and manifest.faults == 0
    ]
    return sorted(found, key=lambda one: (one[1].sequence, one[1].made_at, one[0].name), reverse=True)


def next_sequence(folder: Path) -> int:
    """A number above those of all backups in a folder: the newest one is known by it when the clock was moved."""
    return 1 + max((manifest.sequence for _, manifest in _manifests(folder)), default=0)


def _manifests(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(NotABackup):
            yield path, read(path)


def rotate(folder: Path, network: str, keep: int) -> list[str]:
    """Remove the sound backups of a network beyond the `keep` newest; returns the names of their data files."""
    removed = []
    for path, manifest in sound_backups(folder, network)[keep:]:
        # The manifest last: what is left of an interrupted removal is still found by the next one.
        (folder / Path(manifest.file).name).unlink(missing_ok=True)
        path.unlink()
        removed.append(manifest.file)
    return removed


def _network(contents: Contents | None) -> str | None:
    return None if contents is None else contents.network
