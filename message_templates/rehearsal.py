"""The line above everything that a rehearsal tells, and what is said when one begins or ends."""

from __future__ import annotations

from typing import Any

from message_templates import kit
from message_templates.catalogs import Text

Json = dict[str, Any]

PARTS = ("owner", "supplier", "security")


def above(t: Text, part: str) -> list[Json]:
    """Whose part the reader plays now."""
    return [kit.context(kit.plain(t(f"rehearsal.part_{part}")))]


def above_text(t: Text, sentence: str) -> str:
    """The same for notifications; `sentence` is escaped already."""
    return t("rehearsal.fallback", text=sentence)[: kit.FALLBACK]


def begun_text(t: Text, part: str, *, fresh: bool) -> str:
    """It has begun, or goes on where it was left."""
    return t("rehearsal.begun") if fresh else t(f"home.rehearsal_{part}")
