"""The line above everything that a rehearsal tells, and what is said when one begins or ends."""

from __future__ import annotations

from typing import Any

from message_templates import kit
from message_templates.catalogs import Text

Json = dict[str, Any]

PARTS = ("owner", "supplier", "security")


def above(t: Text, part: str, *, files: bool = False) -> list[Json]:
    """Whose part the reader plays. `files`: what stands below asks for files, which a rehearsal cannot take."""
    line = [kit.plain(t(f"rehearsal.part_{part}"))]
    return [kit.context(*line, *([kit.plain(t("rehearsal.no_files"))] if files else []))]


def above_text(t: Text, sentence: str) -> str:
    """The same for notifications; `sentence` is escaped already."""
    return t("rehearsal.fallback", text=sentence)[: kit.FALLBACK]


def begun_text(t: Text, part: str, *, fresh: bool, paused: bool) -> str:
    """It has begun, or goes on where it was left; nothing arrives before a pause has ended."""
    said = t("rehearsal.begun") if fresh else t(f"home.rehearsal_{part}")
    return "\n".join([said, *([t("rehearsal.paused")] if paused else [])])
