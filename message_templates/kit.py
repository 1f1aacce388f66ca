"""Small builders for Block Kit that know its limits and its escaping (slack_platform §2.1, §6).

Text from people is hostile: put it into `plain` (nothing is interpreted there) or hand it to `md` as a parameter, which
escapes it. Everything is cut at a whole visible character, measured after escaping, with an ellipsis, so that one long
answer never makes Slack refuse the whole message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from message_templates.catalogs import Text

Json = dict[str, Any]

SECTION = 2900
LABEL = 1900
HEADER = 150
TITLE = 24
BUTTON = 75
OPTION = 75
FALLBACK = 2900
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100

# Direction marks reverse what follows them and can dress a file name up; isolates do it too, not only U+202E.
_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_JOINERS = {"\u200d"}


def clean(text: str) -> str:
    """Text of people without control characters and direction marks; line breaks and tabs stay."""
    return _CONTROL.sub("", _MARKS.sub("", text.replace("\r\n", "\n")))


def esc(text: str) -> str:
    """Escape what mrkdwn would interpret: exactly & < > (slack_platform §6)."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending at a whole visible character (no half emoji, no lone accent), with an ellipsis."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and (_continues(text[end]) or text[end - 1] in _JOINERS):
        end -= 1
    return text[:end] + "…"


def _continues(char: str) -> bool:
    return bool(unicodedata.combining(char)) or char in _JOINERS or "\ufe00" <= char <= "\ufe0f" or "🏻" <= char <= "🏿"


def cut_escaped(text: str, limit: int) -> str:
    """Escape, then cut so that the escaped text fits and no entity is cut in two."""
    whole = esc(text)
    if len(whole) <= limit:
        return whole
    room = limit
    while len(esc(cut(clean(text), room))) > limit:
        room -= max(1, (len(esc(cut(clean(text), room))) - limit + 4) // 5)
    return esc(cut(clean(text), room))


# -- texts ---------------------------------------------------------------------------------------------------------------


def plain(text: str, limit: int = SECTION) -> Json:
    """A plain_text object: nothing in it is interpreted. An empty text becomes a dash (Slack refuses empty ones)."""
    return {"type": "plain_text", "text": cut(clean(text), limit) or "-", "emoji": False}


def md(t: Text, key: str, /, **params: str | int) -> Json:
    """A mrkdwn object from the catalog; every parameter is escaped, and `verbatim` keeps @here and URLs dead."""
    safe = {name: cut_escaped(v, SECTION // 2) if isinstance(v, str) else v for name, v in params.items()}
    return {"type": "mrkdwn", "text": t(key, **safe)[: SECTION + 100], "verbatim": True}


def fallback(text: str) -> str:
    """A message's top-level text (notifications, screen readers): escaped and cut."""
    return cut_escaped(text, FALLBACK)


# -- blocks --------------------------------------------------------------------------------------------------------------


def header(text: str) -> Json:
    """A heading of at most 150 characters."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: Json, accessory: Json | None = None, block_id: str = "") -> Json:
    """A paragraph (`plain` or `md`), with an element at its right."""
    block: Json = {"type": "section", "text": text}
    if accessory:
        block["accessory"] = accessory
    return _named(block, block_id)


def fields(texts: Sequence[Json]) -> Json:
    """Up to ten short texts in two columns."""
    return {"type": "section", "fields": list(texts[:10])}


def context(*texts: Json) -> Json:
    """Small grey texts."""
    return {"type": "context", "elements": list(texts[:10])}


def divider() -> Json:
    """A line."""
    return {"type": "divider"}


def actions(elements: Sequence[Json], block_id: str = "") -> Json:
    """A row of buttons and menus (at most 25)."""
    return _named({"type": "actions", "elements": list(elements[:25])}, block_id)


def input_block(
    label: str, element: Json, block_id: str, *, hint: str = "", optional: bool = True, dispatch: bool = False
) -> Json:
    """An input. Optional by default: drafts may be partial, completeness is asked at the end (design.md, rule 3)."""
    block: Json = {"type": "input", "block_id": block_id, "label": plain(label, LABEL), "element": element}
    if hint:
        block["hint"] = plain(hint, LABEL)
    return block | {"optional": optional, "dispatch_action": dispatch}


def _named(block: Json, block_id: str) -> Json:
    return block | {"block_id": block_id} if block_id else block


# -- elements ------------------------------------------------------------------------------------------------------------


def button(text: str, action_id: str, value: str = "", style: str = "", confirm: Json | None = None) -> Json:
    """A button; `style` is '', 'primary' or 'danger'."""
    element: Json = {"type": "button", "text": plain(text, BUTTON), "action_id": action_id}
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def confirm(title: str, text: str, yes: str, no: str) -> Json:
    """An 'are you sure' for a button."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def option(text: str, value: str) -> Json:
    """An option of a select, radio group or checkboxes."""
    return {"text": plain(text, OPTION), "value": value}


def radio(action_id: str, options: Sequence[Json], chosen: str = "") -> Json:
    """Radio buttons (at most 10)."""
    return _chosen({"type": "radio_buttons", "action_id": action_id, "options": list(options)}, options, chosen)


def select(action_id: str, options: Sequence[Json], chosen: str = "", placeholder: str = "") -> Json:
    """A menu of at most 100 options."""
    element: Json = {"type": "static_select", "action_id": action_id, "options": list(options[:100])}
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return _chosen(element, options, chosen)


def checkboxes(action_id: str, options: Sequence[Json], chosen: Iterable[str] = ()) -> Json:
    """Checkboxes (at most 10)."""
    element: Json = {"type": "checkboxes", "action_id": action_id, "options": list(options)}
    picked = [o for o in options if o["value"] in set(chosen)]
    return element | {"initial_options": picked} if picked else element


def text_input(
    action_id: str, value: str = "", *, multiline: bool = False, limit: int = 3000, placeholder: str = ""
) -> Json:
    """A text field. Slack allows at most 3,000 characters."""
    element: Json = {"type": "plain_text_input", "action_id": action_id, "multiline": multiline, "max_length": limit}
    if value:
        element["initial_value"] = cut(clean(value), limit)
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return element


def date_input(action_id: str, value: str = "") -> Json:
    """A date picker; `value` is ISO."""
    element: Json = {"type": "datepicker", "action_id": action_id}
    return element | {"initial_date": value} if value else element


def user_input(action_id: str, value: str = "") -> Json:
    """A picker of one person."""
    element: Json = {"type": "users_select", "action_id": action_id}
    return element | {"initial_user": value} if value else element


def users_input(action_id: str, values: Sequence[str] = (), most: int = 20) -> Json:
    """A picker of several people."""
    element: Json = {"type": "multi_users_select", "action_id": action_id, "max_selected_items": most}
    return element | {"initial_users": list(values)} if values else element


def file_input(action_id: str, most: int = 1) -> Json:
    """Files from the person's device, in modals only. Slack takes 10 MB each there, whatever their kind."""
    return {"type": "file_input", "action_id": action_id, "max_files": most}


def number_input(action_id: str, value: str = "", *, decimals: bool = True) -> Json:
    """A number field."""
    element: Json = {"type": "number_input", "action_id": action_id, "is_decimal_allowed": decimals}
    return element | {"initial_value": value} if value else element


def _chosen(element: Json, options: Sequence[Json], chosen: str) -> Json:
    picked = next((o for o in options if o["value"] == chosen), None)
    return element | {"initial_option": picked} if picked else element


# -- views ---------------------------------------------------------------------------------------------------------------


def modal(
    title: str,
    blocks: Sequence[Json],
    *,
    callback_id: str,
    metadata: str = "",
    submit: str = "",
    close: str = "",
    notify_on_close: bool = False,
) -> Json:
    """A modal. `metadata` carries opaque ids only; it is limited to 3,000 characters and readable by the client."""
    view: Json = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, TITLE),
        "blocks": list(blocks[:VIEW_BLOCKS]),
    }
    if metadata:
        view["private_metadata"] = metadata
    if submit:
        view["submit"] = plain(submit, TITLE)
    if close:
        view["close"] = plain(close, TITLE)
    if notify_on_close:
        view["notify_on_close"] = True
    return view


def bar(done: int, total: int, width: int = 10) -> str:
    """Progress as text: ▓▓▓░░░."""
    filled = width * done // total if total else 0
    return "▓" * filled + "░" * (width - filled)
