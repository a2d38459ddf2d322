"""Processes that write and seal the audit at the same time are killed with SIGKILL at random moments: there is one
chain, with every acknowledged entry."""

from __future__ import annotations

import random
import signal
import subprocess
from typing import NamedTuple

from tests.proofs import network
from tests.proofs.processes import start

SEALERS = 2
"""Sealers at once: while one is killed the other one goes on."""


class Figures(NamedTuple):
    """What the kills came to: `acknowledged` changes, of which each has its entry."""

    engine: str
    kills: int
    acknowledged: int
    sealed: int
    faults: list[str]

    @property
    def sound(self) -> bool:
        """One chain, and nothing lost."""
        return not self.faults

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.kills} sealers killed, {self.acknowledged:,} entries acknowledged, {self.sealed:,}"
            f" sealed, {len(self.faults)} faults"
        )


def kill_sealers(url: str, kills: int) -> Figures:
    """Kill so many sealers in the empty database `url`, one after the other, and prove the audit after every kill."""
    chance, faults, acknowledged = random.Random(kills), list[str](), 0
    with network.open_network(url) as k2k:
        k2k.load(network.network(1, 1))
        running = [_start(url) for _ in range(min(SEALERS, kills))]
        for number in range(kills):
            acknowledged += _kill(running.pop(0), chance)
            faults += [fault["message"] for fault in k2k.verify_audit()["faults"]]
            if number + SEALERS < kills:
                running.append(_start(url))
        k2k.seal_audit()
        proof = k2k.verify_audit()
        faults += [fault["message"] for fault in proof["faults"]]
        faults += [f"{proof['unsealed']} entries are not sealed"] if proof["unsealed"] else []
        lost = acknowledged - proof["sealed"]
        faults += [f"{lost} acknowledged entries are lost"] if lost > 0 else []
        return Figures(k2k.context.store.engine, kills, acknowledged, proof["sealed"], faults)


def _start(url: str) -> subprocess.Popen[str]:
    return start("sealing_process.py", {"url": url})


def _kill(sealer: subprocess.Popen[str], chance: random.Random) -> int:
    """Wait for some changes and a moment more, and kill; how many changes were acknowledged."""
    assert sealer.stdout is not None
    lines = [sealer.stdout.readline() for _ in range(chance.randint(3, 9))]
    try:
        sealer.wait(chance.uniform(0, 0.05))
    except subprocess.TimeoutExpired:
        sealer.send_signal(signal.SIGKILL)
    assert sealer.stderr is not None
    rest, complaints = sealer.stdout.read(), sealer.stderr.read()  # not `communicate`, which knows no lines read before
    assert sealer.wait() == -signal.SIGKILL, complaints
    for pipe in (sealer.stdin, sealer.stdout, sealer.stderr):
        if pipe is not None:
            pipe.close()
    return "".join([*lines, rest]).count("\n")
