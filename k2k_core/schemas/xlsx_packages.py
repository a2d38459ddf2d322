"""The package of a workbook, checked before it is unpacked: how large it is, and whether a workbook is in it."""

from __future__ import annotations

import io
import zipfile

from openpyxl.xml.functions import fromstring

from k2k_core.errors import UnreadableFile

LARGEST_UNPACKED = 400_000_000
"""The greatest unpacked size of the package, in bytes; its sheets are read as a stream, never as a whole."""

LARGEST_TEXTS = 64_000_000
"""The greatest size of the table of texts, in bytes; it is held in memory."""

LARGEST_PART = 8_000_000
"""The greatest size of any other part, in bytes, which is read as a whole: styles, names, relations."""

MOST_PARTS = 2_000

CONTENT_TYPES = "[Content_Types].xml"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_WITH_MACROS = "application/vnd.ms-excel."
_LARGE_KINDS = {f"{_KIND}worksheet+xml": LARGEST_UNPACKED, f"{_KIND}sharedStrings+xml": LARGEST_TEXTS}
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_HEAD = 2_000
"""Within its first bytes a part says what it is."""


def check(content: bytes) -> None:
    """Raise `UnreadableFile` for a package that unpacks to too much, or is another kind of file. A part never unpacks
    to more than the package declares, so the declared size is enough."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise UnreadableFile("The file unpacks to more than is read.")
            kinds = _kinds(package)
            _refuse_large(parts, kinds)
            _refuse_other_workbooks(package, kinds)
    except UnreadableFile:
        raise
    except Exception as error:  # a broken package raises many kinds of errors
        raise UnreadableFile(
            "The file is no XLSX: it is no whole package ({error}).", error=type(error).__name__
        ) from None


def _refuse_large(parts: list[zipfile.ZipInfo], kinds: dict[str, set[str]]) -> None:
    for part in parts:
        most = min((_LARGE_KINDS.get(kind, 0) for kind in kinds.get(part.filename, ())), default=0)
        if part.file_size > max(most, LARGEST_PART):
            raise UnreadableFile(
                "The file unpacks to more than is read: {part!r} is too large.", part=part.filename[:100]
            )


def _kinds(package: zipfile.ZipFile) -> dict[str, set[str]]:
    """The types of the package's parts. Only sheets and texts are read as streams; no other part is large."""
    if CONTENT_TYPES not in package.namelist() or package.getinfo(CONTENT_TYPES).file_size > LARGEST_PART:
        return {}
    kinds: dict[str, set[str]] = {}
    for entry in fromstring(package.read(CONTENT_TYPES)):
        name, kind = entry.get("PartName"), entry.get("ContentType")
        if name and kind:
            kinds.setdefault(name.lstrip("/"), set()).add(kind)
    return kinds


def _refuse_other_workbooks(package: zipfile.ZipFile, kinds: dict[str, set[str]]) -> None:
    names = set(package.namelist())
    if "mimetype" in names and _head(package, "mimetype").startswith(_OPEN_DOCUMENT):
        raise UnreadableFile("The file is an OpenDocument spreadsheet (.ods): save it as Excel Workbook (.xlsx).")
    if not any(_is_book(kind) for of_part in kinds.values() for kind in of_part) and _BINARY not in str(kinds):
        raise UnreadableFile("The file is no XLSX: there is no workbook in it, as in an archive or another document.")
    for name, of_part in kinds.items():
        if _BINARY in of_part:
            raise UnreadableFile("The file is a binary workbook (.xlsb): save it as Excel Workbook (.xlsx).")
        if any(map(_is_book, of_part)) and name in names and _STRICT in _head(package, name):
            raise UnreadableFile(
                "The file is a Strict Open XML Spreadsheet: save it as Excel Workbook (.xlsx), without Strict."
            )


def _is_book(kind: str) -> bool:
    """Whether a part is a workbook, a template of one, or one with macros."""
    return kind.endswith(".main+xml") and kind.startswith((_KIND, _WITH_MACROS))


def _head(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(_HEAD)
