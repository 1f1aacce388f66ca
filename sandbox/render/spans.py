"""Formatted text as a small tree, and its three forms: HTML, Markdown, plain.

`mrkdwn.py`, `rich_text.py` and `commonmark.py` read Slack's three notations into spans; blocks are drawn from spans, so that a
notation is added in one file and a form in this one. To add a kind: `Kind`, `_HTML_TAG` or `_html_one`, `_MARKDOWN_MARK`
or `_markdown_one`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sandbox.render.safe import esc, esc_lines, safe_url, tag, undrawn, visible

Kind = Literal["text", "bold", "italic", "strike", "code", "pre", "quote", "link", "mention", "list", "unknown"]


@dataclass(frozen=True)
class Span:
    """Leaves have `text`, the rest `inner`; links have `href`. A list's `inner` are its items; text "ordered" counts them."""

    kind: Kind
    text: str = ""
    inner: tuple[Span, ...] = ()
    href: str = ""


Spans = tuple[Span, ...]
MARKS: dict[str, Kind] = {"bold": "bold", "italic": "italic", "strike": "strike"}

_HTML_TAG = {"bold": "b", "italic": "i", "strike": "s", "quote": "blockquote"}
_MARKDOWN_MARK = {"bold": "**", "italic": "*", "strike": "~~"}
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]~|])")
_MARKDOWN_LINE_START = re.compile(r"(?m)^(\s*)([#+\-]|\d+(?=[.)]))")


def to_html(spans: Iterable[Span]) -> str:
    return "".join(_html_one(span) for span in spans)


def _html_one(span: Span) -> str:
    if span.kind in _HTML_TAG:
        return tag(_HTML_TAG[span.kind], to_html(span.inner))
    if span.kind in ("code", "pre"):
        return tag(span.kind, esc(span.text))
    if span.kind == "link":
        return _html_link(span)
    if span.kind == "unknown":
        return undrawn("要素", span.text)
    if span.kind == "mention":
        return tag("span", esc(span.text), cls="mention")
    if span.kind == "list":
        return tag("ol" if span.text else "ul", *(tag("li", to_html(item.inner)) for item in span.inner))
    return esc_lines(span.text) + to_html(span.inner)


def _html_link(span: Span) -> str:
    label = to_html(span.inner) or esc(span.href)
    if not safe_url(span.href):
        return label
    return tag("a", label, href=span.href, target="_blank", rel="noopener noreferrer nofollow")


def escape_markdown(text: object) -> str:
    """Text that no Markdown reader takes for markup or HTML."""
    safe = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _MARKDOWN_SPECIAL.sub(r"\\\1", safe)
    return _MARKDOWN_LINE_START.sub(lambda m: f"{m[1]}{m[2]}\\" if m[2].isdigit() else f"{m[1]}\\{m[2]}", safe)


def to_markdown(spans: Iterable[Span]) -> str:
    return "".join(_markdown_one(span) for span in spans)


def _markdown_one(span: Span) -> str:
    if span.kind in _MARKDOWN_MARK:
        mark = _MARKDOWN_MARK[span.kind]
        return f"{mark}{to_markdown(span.inner)}{mark}"
    if span.kind == "code":
        return "`" + visible(span.text).replace("`", "'") + "`"
    if span.kind == "pre":
        return "\n```\n" + visible(span.text).replace("```", "'''").strip("\n") + "\n```\n"
    if span.kind == "quote":
        return "\n" + indent(to_markdown(span.inner).strip("\n"), "> ") + "\n"
    if span.kind == "list":
        return (
            "\n"
            + "\n".join(f"{_bullet(span, n, '-')} {to_markdown(item.inner)}" for n, item in enumerate(span.inner, 1))
            + "\n"
        )
    if span.kind == "link":
        return _markdown_link(span)
    if span.kind == "unknown":
        return f"■ 描画できない要素: {escape_markdown(span.text)}"
    return escape_markdown(span.text) + to_markdown(span.inner)


def _markdown_link(span: Span) -> str:
    label = to_markdown(span.inner) or escape_markdown(span.href)
    target = visible(span.href).translate({ord(c): f"%{ord(c):02X}" for c in " ()<>\\"})
    return f"[{label}]({target})" if safe_url(span.href) else label


def to_plain(spans: Iterable[Span]) -> str:
    """All that a reader sees, without marks; a list item starts with a bullet."""
    return "".join(_plain_one(span) for span in spans)


def _plain_one(span: Span) -> str:
    if span.kind == "list":
        return (
            "\n"
            + "\n".join(f"{_bullet(span, n, '・')}{to_plain(item.inner)}" for n, item in enumerate(span.inner, 1))
            + "\n"
        )
    if span.kind == "link" and not span.inner:
        return visible(span.href)
    if span.kind == "unknown":
        return f"■ 描画できない要素: {visible(span.text)}"
    around = "\n" if span.kind in ("pre", "quote") else ""
    return around + visible(span.text) + to_plain(span.inner) + around


def _bullet(listed: Span, number: int, bullet: str) -> str:
    return f"{number}." if listed.text else bullet


def indent(text: str, prefix: str) -> str:
    """Every line behind `prefix`, empty ones too, so that a Markdown quote does not break off."""
    return "\n".join(prefix + line if line else prefix.rstrip() for line in text.split("\n"))
