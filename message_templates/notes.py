"""Small modals that only say something: a refusal, a 'please wait', a 'done'."""

from __future__ import annotations

from typing import Any

from message_templates import ids, kit
from message_templates.catalogs import Text


def note_view(t: Text, sentence: str, title_key: str = "note.title") -> dict[str, Any]:
    """A modal with one sentence and a close button."""
    return kit.modal(
        t(title_key), [kit.section(kit.plain(sentence))], callback_id=ids.View.DONE, close=t("common.close")
    )


def wait_view(t: Text) -> dict[str, Any]:
    """A modal that stands while something slow is looked up; an update replaces it."""
    return kit.modal(t("note.wait_title"), [kit.section(kit.plain(t("note.wait")))], callback_id=ids.View.WAIT)
