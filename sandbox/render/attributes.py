"""Texts of Block Kit as HTML or plain, and the attributes by which a page finds its elements. A part of `elements.py`.

To let a page know one more thing about every element, add it to `data_of`.
"""

from __future__ import annotations

from sandbox.render.mrkdwn import Names, read_text
from sandbox.render.spans import to_html, to_plain
from sandbox.world import Json


def text(value: Json | None, names: Names) -> str:
    """A text object as HTML."""
    return to_html(read_text(value, names))


def words(value: Json | None, names: Names) -> str:
    """A text object as plain text (for attributes; not escaped yet)."""
    return to_plain(read_text(value, names))


_CONFIRM = ("title", "text", "confirm", "deny")
"""The texts of a confirmation dialog."""


def data_of(element: Json, block_id: str) -> dict[str, object]:
    """What a page needs to bring it to life; `dispatch`, `label`, `wrong` and `error_id` come from the input block around it."""
    label, confirm = element.get("label"), element.get("confirm") or {}
    return {
        "id": element.get("dom_id"),
        "data_action_id": element.get("action_id"),
        "data_block_id": block_id,
        "data_type": element.get("type"),
        "data_dispatch": bool(element.get("dispatch")) or None,
        "data_confirm_style": confirm.get("style"),
        "aria_label": label if isinstance(label, str) else None,
        **wrong_of(element),
        **{f"data_confirm_{key}": to_plain(read_text(confirm.get(key), {})) for key in _CONFIRM},
    }


def wrong_of(element: Json) -> dict[str, object]:
    """That it was not taken, and where it says why."""
    return {"aria_invalid": "true" if element.get("wrong") else None, "aria_describedby": element.get("error_id")}
