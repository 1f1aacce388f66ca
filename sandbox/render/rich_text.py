"""rich_text blocks -> spans. To add an element: a row of `_INLINE`; what is not in it becomes an `unknown` span.

Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.render import emoji
from sandbox.render.mrkdwn import Names, broadcast, date_text
from sandbox.render.spans import MARKS, Span, Spans, to_plain
from sandbox.world import Json


def read(block: Json, names: Names) -> Spans:
    """A rich_text block (or the rich_text_value of an input)."""
    found: list[Span] = []
    before = ""
    for part in block.get("elements", []):
        if before == part.get("type") == "rich_text_section":
            found.append(Span("text", "\n"))
        found.append(_part(part, names))
        before = str(part.get("type"))
    return tuple(found)


def _part(part: Json, names: Names) -> Span:
    kind, elements = part.get("type"), part.get("elements", [])
    if kind == "rich_text_list":
        ordered = "ordered" if part.get("style") == "ordered" else ""
        return Span("list", ordered, inner=tuple(_part(item, names) for item in elements))
    inner = tuple(_element(element, names) for element in elements)
    if kind == "rich_text_quote":
        return Span("quote", inner=inner)
    if kind == "rich_text_preformatted":
        return Span("pre", to_plain(inner))
    return Span("text", inner=inner) if kind == "rich_text_section" else Span("unknown", str(kind))


def _element(element: Json, names: Names) -> Span:
    read_one = _INLINE.get(str(element.get("type")))
    span = read_one(element, names) if read_one else Span("unknown", str(element.get("type")))
    style = element.get("style") or {}
    if style.get("code"):
        span = Span("code", to_plain((span,)))
    for name, kind in MARKS.items():
        if style.get(name):
            span = Span(kind, inner=(span,))
    return span


def _text(element: Json, _names: Names) -> Span:
    return Span("text", str(element.get("text", "")))


def _link(element: Json, _names: Names) -> Span:
    label = element.get("text")
    return Span("link", href=str(element.get("url", "")), inner=(Span("text", label),) if label else ())


def _mention(mark: str, key: str) -> Callable[[Json, Names], Span]:
    def read_one(element: Json, names: Names) -> Span:
        target = str(element.get(key, ""))
        return Span("mention", mark + names.get(target, target).lstrip(mark))

    return read_one


def _emoji(element: Json, _names: Names) -> Span:
    name = str(element.get("name", ""))
    return Span("text", emoji.TABLE.get(name, f":{name}:"))


def _date(element: Json, _names: Names) -> Span:
    form = str(element.get("format", "{date_num}"))
    return Span("text", date_text(element.get("timestamp"), form, str(element.get("fallback", ""))))


_INLINE: dict[str, Callable[[Json, Names], Span]] = {
    "text": _text,
    "link": _link,
    "user": _mention("@", "user_id"),
    "usergroup": _mention("@", "usergroup_id"),
    "channel": _mention("#", "channel_id"),
    "broadcast": lambda element, _names: broadcast(str(element.get("range", ""))),
    "emoji": _emoji,
    "date": _date,
    "color": lambda element, _names: Span("code", str(element.get("value", ""))),
}
