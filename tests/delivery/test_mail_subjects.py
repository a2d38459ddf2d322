"""Subjects with accents are folded so that white space stands between two encoded words, on every Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]

MAILS = """
import datetime as dt, itertools
from email import message_from_bytes, policy
from k2k_core.delivery.mail_message import MailMessage, as_message
GOODS = ["Rosa Freedom 60 cm caja Señorita", "Clavel Estándar Rojo Selección", "Alstroemeria mixta Añil Perú",
         "Hortensia azul Antioqueña", "Rosa Spray Corazón de León 50 cm", "Gypsophila Overtime Nevada Montaña",
         "Crisantemo Pompón Margarita Española"]
AT = dt.datetime(2026, 2, 2, tzinfo=dt.timezone.utc)
for count, goods in itertools.product((1, 12, 123), itertools.product(GOODS, repeat=3)):
    subject = "Retirado del pedido B-100{0}: {0} HB {1}, {0} QB {2}, 3 HB {3}".format(count, *goods)
    mail = MailMessage("m", "ana@flores.example", subject, "b", "es", AT, "Flores Señorita de Añil, Perú & Compañía")
    raw = as_message(mail, "k2k@sender.example").as_bytes()
    head = raw.partition(b"\\r\\n\\r\\n")[0]
    assert b"?==?" not in head, head
    assert max(map(len, head.split(b"\\r\\n"))) <= 998
    if goods[0] == goods[1]:
        read = message_from_bytes(raw, policy=policy.default)["Subject"]
        assert read == subject, read
"""


def pythons() -> list[str]:
    """The Pythons of this machine that K2K runs on, its own first."""
    found = [sys.executable]
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            found.append(path)
    return found


@pytest.mark.long
@pytest.mark.timeout(120)
def test_no_two_encoded_words_touch_on_any_python_of_this_machine() -> None:
    for python in pythons():
        done = subprocess.run(
            [python, "-c", MAILS], env={"PYTHONPATH": str(TOP)}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (python, done.stderr[-800:])
