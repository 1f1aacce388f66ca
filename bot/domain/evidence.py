"""What may become evidence: decided from the content, never from the name or the declared type."""

from __future__ import annotations

import unicodedata

LIMIT = 20 * 1024 * 1024  # bytes
_MAGIC = (
    (b"MZ", "active"),
    (b"\x7fELF", "active"),
    (b"#!", "active"),
    (b"\xca\xfe\xba\xbe", "active"),
    (b"\xcf\xfa\xed\xfe", "active"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<svg", b"<script", b"<?xml")


def refuse(content: bytes) -> str:
    """Why a file is not taken ('' when it is): empty, too_big, or active (programs, macros, HTML and SVG)."""
    if not content:
        return "empty"
    if len(content) > LIMIT:
        return "too_big"
    if any(content.startswith(magic) for magic, _ in _MAGIC):
        return "active"
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(start.startswith(mark) for mark in _MARKUP) or b"<svg" in start or b"<script" in start:
        return "active"
    return "active" if content.startswith(b"PK") and b"vbaProject.bin" in content else ""


def safe_name(name: str) -> str:
    """A file name without control characters, direction marks and path parts; at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return kept.strip()[:120] or "file"
