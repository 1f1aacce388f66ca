"""What may be kept as a file (evidence, documents), and what it is: decided from the content, never from the name.

What we cannot look into is refused too (an encrypted archive, 7z, RAR): nobody could say what we would be keeping. A PDF with
a password is one document and is taken.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterable

LIMIT = 20 * 1024 * 1024  # bytes
_MAGIC = (
    (b"MZ", "active"),
    (b"\x7fELF", "active"),
    (b"#!", "active"),
    (b"\xca\xfe\xba\xbe", "active"),
    (b"\xcf\xfa\xed\xfe", "active"),
    (b"7z\xbc\xaf\x27\x1c", "sealed"),
    (b"Rar!\x1a\x07", "sealed"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<svg", b"<script", b"<?xml")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_INSTALLER = b"\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"  # the class of an .msi
_PROGRAMS = frozenset(
    ("exe", "dll", "scr", "com", "msi", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "jar", "lnk")
)
_ENCRYPTED = 0x1  # a flag of an entry of a ZIP
MEMBERS = 5000
REASONS = ("empty", "too_big", "active", "sealed")
"""Why a file is not taken: each with a sentence `evidence.why_<reason>`."""

_KINDS = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
)
_WRITTEN = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
_ALSO = {"jpg": ("jpeg",), "tif": ("tiff",), "heic": ("heif",), "docx": ("docm",), "pptx": ("pptm",)}


def refuse(content: bytes) -> str:
    """Why a file is not taken ('' when it is): empty, too_big, active (programs, macros, HTML and SVG), or sealed."""
    if not content:
        return "empty"
    if len(content) > LIMIT:
        return "too_big"
    for magic, why in _MAGIC:
        if content.startswith(magic):
            return why
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(start.startswith(mark) for mark in _MARKUP) or b"<svg" in start or b"<script" in start:
        return "active"
    if content.startswith(_OLD_OFFICE):
        return _old_office(content)
    return _archive(content) if content.startswith(b"PK") else ""


def _archive(content: bytes) -> str:
    """A ZIP, which new Office files are too, by its list of entries; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError):
        return "active" if b"vbaProject.bin" in content else "sealed"
    if len(entries) > MEMBERS or any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return "sealed"
    return "active" if _runs(entry.filename for entry in entries) else ""


def _runs(names: Iterable[str]) -> bool:
    last = [name.replace("\\", "/").rsplit("/", 1)[-1].lower() for name in names]
    return any(name == "vbaproject.bin" or name.rpartition(".")[2] in _PROGRAMS for name in last)


def _old_office(content: bytes) -> str:
    """.doc and .xls of before 2007, and the case around a new Office file with a password: their parts have names."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "sealed"
    return "active" if _INSTALLER in content or "_VBA_PROJECT".encode("utf-16-le") in content else ""


def kind(content: bytes) -> str:
    """What a file is, as the end of its name: pdf, a kind of picture, a letter or slides; '' for all others (a ledger too)."""
    found = next((name for magic, name in _KINDS if content.startswith(magic)), "")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1"):
        return "heic"
    return _written(content) if content.startswith(b"PK") else found


def _written(content: bytes) -> str:
    """A letter or slides of a new Office; '' for any other ZIP. Macros make them another kind, and are refused before."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, RuntimeError):
        return ""
    return next((end for part, end in _WRITTEN.items() if part in names), "")


def safe_name(name: str) -> str:
    """A file name without control characters, direction marks and path parts; at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return kept.strip()[:120] or "file"


def true_name(name: str, content: bytes) -> str:
    """A safe name whose end says what the content is, where we know: it is opened by that end one day."""
    safe, known = safe_name(name), kind(content)
    if not known or safe.rpartition(".")[2].lower() in (known, *_ALSO.get(known, ())):
        return safe
    return f"{safe}.{known}"
