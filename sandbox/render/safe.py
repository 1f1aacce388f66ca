"""Hostile text made harmless: the only place of the renderer that writes a tag or escapes a character.

Contract: every string that came from a record goes through `esc` (HTML) or `visible` (plain text) exactly once; only what
stands in a field to be edited goes through `editable`, or into an attribute as `Typed`. Invisible
and direction-changing characters are spelled out as [U+202E], so that nobody can hide text or turn a line around.
To extend: build markup with `tag`/`void`; never with an f-string around a value that was not escaped.
"""

from __future__ import annotations

import html
import re

# Control, zero-width, bidirectional, tag and surrogate characters. U+200D stays: it joins emoji (families, flags).
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SAFE_URL = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


class Typed(str):
    """What somebody has typed and gets back to edit: in an attribute it keeps its hidden characters, else they would be
    sent on spelled out."""

    __slots__ = ()


def visible(text: object) -> str:
    """The text with every hidden character spelled out; line ends become \\n."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", lines)


def esc(text: object) -> str:
    """Text for HTML, inside an element or a quoted attribute."""
    return html.escape(visible(text), quote=True)


def editable(text: str) -> str:
    """Text in a field that is edited: harmless as HTML, and kept as it was typed (see `Typed`)."""
    return html.escape(text, quote=True)


def esc_lines(text: object) -> str:
    """Like `esc`, with line ends drawn."""
    return esc(text).replace("\n", "<br>")


def safe_url(url: object) -> str:
    """The address if it is http, https or mailto, else "" (javascript:, data: and the like are never linked)."""
    text = str(url or "").strip()
    return text if _SAFE_URL.fullmatch(text) else ""


def _attributes(attributes: dict[str, object]) -> str:
    parts = []
    for key, value in attributes.items():
        name = "class" if key == "cls" else key.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(f" {name}")
        elif value is not None and value is not False and value != "":
            text = html.escape(value, quote=True) if isinstance(value, Typed) else esc(value)
            parts.append(f' {name}="{text}"')
    return "".join(parts)


def tag(name: str, /, *inner: str, **attributes: object) -> str:
    """An element; `inner` is HTML already, attribute values are escaped here. `cls` is class, data_x is data-x."""
    return f"<{name}{_attributes(attributes)}>{''.join(inner)}</{name}>"


def void(name: str, /, **attributes: object) -> str:
    """An element without content, such as input or hr."""
    return f"<{name}{_attributes(attributes)}>"


def undrawn(what: str, kind: object) -> str:
    """The red box: something that this renderer cannot draw."""
    return tag("div", f"描画できない{what}: ", tag("code", esc(kind or "(種類なし)")), cls="undrawn", role="alert")
