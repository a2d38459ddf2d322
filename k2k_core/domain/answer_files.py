"""Answers of the facade that hold files: labels, invoices and results of jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k2k_core.domain.labels import Label
from k2k_core.errors import K2KError


@dataclass(frozen=True, slots=True)
class Printed:
    """Labels as files: one for each box (`Label`, or the error of one that failed), and all of them on one sheet if the
    format has sheets."""

    labels: tuple[tuple[str, Label | K2KError], ...]
    media_type: str
    sheet: bytes | None


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job: the answer of its method, or the file that it made."""

    media_type: str
    content: bytes | None
    result: Any


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """An invoice as a file."""

    number: str
    media_type: str
    content: bytes
