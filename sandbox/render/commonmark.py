"""The part of Markdown that Slack's markdown block draws -> spans: headings, lists, quotes, code, bold, italic, links.

Markdown that is not known here stays as text. Source: docs.slack.dev/reference/block-kit/blocks/markdown-block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from sandbox.render.safe import safe_url
from sandbox.render.spans import MARKS, Span, Spans

_PRE = re.compile(r"```[^\n]*\n(.+?)\n?```", re.DOTALL)
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^*\n]+)\*\*|~~(?P<strike>[^~\n]+)~~|\[(?P<label>[^\]\n]+)\]\((?P<url>[^)\s]+)\)"
    r"|(?<![\w*])[*_](?P<italic>[^*_\n]+)[*_](?![\w*])"
)
_LINE = re.compile(r"(?P<heading>#{1,6}\s+)|(?P<list>\s*[-*+]\s+)|(?P<ordered>\s*\d+[.)]\s+)|(?P<quote>>\s?)")


def parse(text: str) -> Spans:
    found: list[Span] = []
    for index, piece in enumerate(_PRE.split(text)):
        if index % 2:
            found.append(Span("pre", piece))
        else:
            found += _lines(piece)
    return tuple(found)


def _lines(text: str) -> Iterator[Span]:
    def kind_of(line: str) -> str:
        match = _LINE.match(line)
        return (match.lastgroup if match else None) or "text"

    for kind, group in groupby(text.split("\n"), key=kind_of):
        lines = [_LINE.sub("", line, count=1) if kind != "text" else line for line in group]
        if kind in ("list", "ordered"):
            yield Span(
                "list",
                "ordered" if kind == "ordered" else "",
                inner=tuple(Span("text", inner=tuple(_inline(line))) for line in lines),
            )
        elif kind == "quote":
            yield Span("quote", inner=tuple(_inline("\n".join(lines))))
        elif kind == "heading":
            yield from (Span("bold", inner=(*_inline(line), Span("text", "\n"))) for line in lines)
        else:
            yield from _inline("\n".join(lines))


def _inline(text: str) -> Iterator[Span]:
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            yield Span("text", text[at : found.start()])
        at = found.end()
        yield _marked(found)
    if at < len(text):
        yield Span("text", text[at:])


def _marked(found: re.Match[str]) -> Span:
    if found["code"]:
        return Span("code", found["code"])
    if found["url"]:
        label = (Span("text", found["label"]),)
        return Span("link", href=found["url"], inner=label) if safe_url(found["url"]) else Span("text", found[0])
    kind = str(found.lastgroup)
    return Span(MARKS[kind], inner=tuple(_inline(found[kind])))
