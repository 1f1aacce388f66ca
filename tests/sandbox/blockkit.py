"""Blocks and views to send, as short as they may be; each takes what to say differently. Not the product's builders."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(n: int = 1, **more: Any) -> Json:
    return {"text": plain(f"option {n}"), "value": f"v{n}", **more}


def options(n: int) -> list[Json]:
    return [option(i) for i in range(n)]


def button(n: int = 1, **more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": f"a{n}", **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": {"action_id": "a", **element}, **more}


def typed(**more: Any) -> Json:
    return entry({"type": "plain_text_input", **more})


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks) or [section()], **more}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def radio(n: int, **more: Any) -> Json:
    return {"type": "radio_buttons", "action_id": "a", "options": options(n), **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "a", **more}


def pick(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": "a", **more}
