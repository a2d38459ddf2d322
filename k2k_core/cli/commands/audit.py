"""`k2k audit`: prove that the audit was not rewritten, and make the anchors that this needs."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import spoken, words
from k2k_core.cli.options import add_command, add_group, add_json
from k2k_core.cli.terminal import Terminal
from k2k_core.cli.usage_error import UsageError
from k2k_core.domain.answers.administration import AuditProof
from k2k_core.domain.audit_chain import ANCHOR_FORMAT
from k2k_core.messages import Message, localized_answer
from k2k_core.services import administration
from k2k_core.texts import translator


def add_to(commands: Any) -> None:
    """Add `k2k audit anchor` and `k2k audit verify`."""
    actions = add_group(commands, "audit", "prove that the audit was not rewritten", described=True)
    anchor = add_command(
        actions,
        "anchor",
        make_anchor,
        "seal the audit and say where each chain ends",
        "Store it where nobody can reach it who reaches the database. The manifest of a backup holds the same.\n\n"
        "  k2k audit anchor /mnt/elsewhere/k2k-audit.json",
    )
    about = Message("a new file for it; without it, it is printed")
    anchor.add_argument("file", metavar="FILE", nargs="?", type=Path, help=about)
    verify = add_command(
        actions,
        "verify",
        verify_chains,
        "prove every entry and the chain of each company",
        "Names the first bad entry of each chain: edited, deleted, inserted, swapped or cut off. That a chain was"
        "\nwritten anew as a whole, or cut off together with the record of its end, only an anchor tells.\n\n"
        "  k2k audit verify --anchor /mnt/backups/k2k-20260214T030000Z.json\n\n"
        "Exit status: 1 when an entry is bad.",
    )
    about = Message("an anchor, or the manifest of a backup")
    verify.add_argument("--anchor", metavar="FILE", type=Path, help=about)
    add_json(verify)


def make_anchor(options: Namespace) -> int:
    """`k2k audit anchor`: seal the audit and print where its chains end, or write it into a new file."""
    with opened(options.database) as k2k:
        anchor = k2k.audit_anchor()
    text = json.dumps(anchor, indent=2, sort_keys=True)
    screen: Terminal = options.screen
    if options.file is None:
        screen.line(text)
        return 0
    administration.audit_chain.write(options.file, text + "\n")
    entries = sum(chain["place"] for chain in anchor["chains"])
    screen.line(words("Anchor of {count:,} {count:entry|entries} in {path}.", count=entries, path=options.file))
    return 0


def verify_chains(options: Namespace) -> int:
    """`k2k audit verify`: prove the audit; 1 when an entry is bad."""
    anchor = None if options.anchor is None else read_anchor(options.anchor)
    with opened(options.database) as k2k:
        proof = localized_answer(k2k.verify_audit(anchor), translator(spoken()))
    if options.json:
        options.screen.line(json.dumps(proof))
    else:
        options.screen.lines(_told(options.screen, proof))
    return 1 if proof["faults"] else 0


def read_anchor(path: Path) -> Mapping[str, Any]:
    """The anchor in a file: one of its own, or that of a backup's manifest. Raises `UsageError`."""
    try:
        values = json.loads(path.read_text("utf-8"))
        if "contents" in values:
            held = values["contents"]
            return {"format": ANCHOR_FORMAT, "network": held["network"], "chains": held["audit"]["chains"] or []}
        return dict(values)
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            Message("{file} is no anchor of an audit.", file=path),
            Message("Name a file of `k2k audit anchor`, or the manifest of a backup that was restored for trial."),
        ) from None


def _told(screen: Terminal, proof: AuditProof) -> Iterator[str]:
    faults = proof["faults"]
    if faults:
        yield screen.bad(words("audit: {count} fault(s).", count=len(faults)))
        yield from (f"  {fault['message']}" for fault in faults)
    else:
        sealed = words("{count:,} sealed {count:entry|entries}, each as it was written.", count=proof["sealed"])
        yield screen.good(words("audit: whole.")) + " " + sealed
    if proof["older"]:
        yield words(
            "{count:,} of them are older than the chain: they are as they were when it began.", count=proof["older"]
        )
    if proof["unsealed"]:
        yield words(
            "{count:,} {count:entry is|entries are} not sealed yet, the oldest for {seconds} seconds.",
            count=proof["unsealed"],
            seconds=proof["oldest_seconds"],
        )
    if proof["late"]:
        yield screen.bad(words("Nobody seals: run `k2k serve` or `k2k worker`."))
