"""A certificate authority for tests, made with the machine's openssl, and certificates that it signs."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest


class Trust(NamedTuple):
    """A server that is `localhost`, and a client that trusts its authority."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    """A certificate of this run's own, for `localhost`."""
    folder = tmp_path_factory.mktemp("trust")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    _make(key, certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return Trust(server, ssl.create_default_context(cafile=str(certificate)))


def _make(key: Path, certificate: Path) -> None:
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    command = ["openssl", "req", "-x509", *kind]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, *named, "-keyout", key, "-out", certificate], check=True, capture_output=True)
