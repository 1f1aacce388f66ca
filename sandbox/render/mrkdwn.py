"""Slack's mrkdwn and plain_text objects -> spans, and from there safe HTML, Markdown or plain text.

Faithful where it matters to the people who look: `*` next to a letter (also a Japanese one) does not make bold, `&lt;` is
text, and what Slack links or mentions by itself unless the object is `verbatim` (addresses, @here) is drawn as such. Source:
docs.slack.dev, "Formatting message text". `names` resolves ids: users, channels, user groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone

from sandbox.render import emoji, spans
from sandbox.render.safe import safe_url
from sandbox.render.spans import MARKS, Span, Spans
from sandbox.world import Json

Names = Mapping[str, str]
JST = timezone(timedelta(hours=9), "JST")
WEEKDAYS = "月火水木金土日"

_PRE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_MARKED = r"(?<!\w)\{0}(?P<{1}>[^\s{0}\n](?:[^{0}\n]*[^\s{0}\n])?)\{0}(?!\w)"
_INLINE = re.compile(
    "|".join(
        [
            r"<(?P<ref>[^<>\n]+)>",
            r"`(?P<code>[^`\n]+)`",
            _MARKED.format("*", "bold"),
            r"(?<!\w)_(?P<italic>[^\s_\n](?:[^_\n]*[^\s_\n])?)_(?!\w)",
            _MARKED.format("~", "strike"),
        ]
    )
)
_AUTOMATIC = re.compile(r"(?P<url>https?://[^\s<>|」）、。]+)|(?<!\w)@(?P<all>here|channel|everyone)\b")


def to_html(text: str, names: Names, *, verbatim: bool = False) -> str:
    return spans.to_html(parse(text, names, verbatim=verbatim))


def to_markdown(text: str, names: Names, *, verbatim: bool = False) -> str:
    return spans.to_markdown(parse(text, names, verbatim=verbatim))


def to_plain(text: str, names: Names) -> str:
    return spans.to_plain(parse(text, names))


def read_text(text: Json | None, names: Names) -> Spans:
    """A text object (plain_text or mrkdwn) as spans; nothing for None."""
    if not text:
        return ()
    raw = str(text.get("text", ""))
    if text.get("type") == "mrkdwn":
        return parse(raw, names, verbatim=bool(text.get("verbatim")))
    return (Span("text", raw if text.get("emoji") is False else emoji.replace(raw)),)


def parse(text: str, names: Names, *, verbatim: bool = False) -> Spans:
    """mrkdwn as spans. `verbatim` as in a text object: no links and mentions but the explicit ones."""
    found: list[Span] = []
    for index, piece in enumerate(_PRE.split(text)):
        if index % 2:
            found.append(Span("pre", _unescape(piece)))
        else:
            found += _lines(piece, names, verbatim)
    return tuple(found)


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(text: str, names: Names, verbatim: bool) -> Iterator[Span]:
    """Runs of lines that start with > are quotes; the rest is inline text."""
    run: list[str] = []
    quoted = False
    for line in text.split("\n"):
        bare = re.sub(r"^(?:&gt;|>)\s?", "", line)
        if (bare != line) != quoted:
            yield from _run(run, names, verbatim, quoted)
            run, quoted = [], bare != line
        run.append(bare)
    yield from _run(run, names, verbatim, quoted)


def _run(lines: list[str], names: Names, verbatim: bool, quoted: bool) -> Iterator[Span]:
    if not lines:
        return
    inner = tuple(_inline("\n".join(lines), names, verbatim))
    if quoted:
        yield Span("quote", inner=inner)
    else:
        yield from inner


def _inline(text: str, names: Names, verbatim: bool) -> Iterator[Span]:
    at = 0
    for found in _INLINE.finditer(text):
        yield from _leaf(text[at : found.start()], verbatim)
        at = found.end()
        inside = found.group(found.lastgroup or 0)
        if found.lastgroup == "ref":
            yield _reference(inside, names)
        elif found.lastgroup == "code":
            yield Span("code", _unescape(inside))
        else:
            yield Span(MARKS[str(found.lastgroup)], inner=tuple(_inline(inside, names, verbatim)))
    yield from _leaf(text[at:], verbatim)


def _leaf(text: str, verbatim: bool) -> Iterator[Span]:
    """Text without marks; unless verbatim, with what Slack links and mentions by itself."""
    raw = _unescape(text)
    at = 0
    for found in () if verbatim else _AUTOMATIC.finditer(raw):
        yield from _words(raw[at : found.start()])
        at = found.end()
        yield Span("link", href=found["url"]) if found["url"] else Span("mention", found[0])
    yield from _words(raw[at:])


def _words(text: str) -> Iterator[Span]:
    if text:
        yield Span("text", emoji.replace(text))


def _reference(inside: str, names: Names) -> Span:
    """What stands between < and >: a mention, a date, a link; anything else stays as it was written."""
    target, _, label = inside.partition("|")
    for prefix, read in _REFERENCES.items():
        if target.startswith(prefix):
            return read(_unescape(target.removeprefix(prefix)), _unescape(label), names)
    address = _unescape(target)
    if safe_url(address):
        return Span("link", href=address, inner=(Span("text", emoji.replace(_unescape(label))),) if label else ())
    return Span("text", f"<{_unescape(inside)}>")


def _named(mark: str) -> Callable[[str, str, Names], Span]:
    def read(target: str, label: str, names: Names) -> Span:
        return Span("mention", mark + (names.get(target) or label or target).lstrip(mark))

    return read


def _date(target: str, label: str, _names: Names) -> Span:
    seconds, _, form = target.partition("^")
    form, _, href = form.partition("^")
    text = Span("text", date_text(seconds, form, label))
    return Span("link", href=href, inner=(text,)) if href else text


def date_text(seconds: object, form: str, fallback: str) -> str:
    """Unix seconds in Slack's date format, in Japanese time; `fallback` when they are no time."""
    try:
        when = datetime.fromtimestamp(int(str(seconds)), JST)
    except (ValueError, OverflowError, OSError):
        return fallback or str(seconds)
    return re.sub(r"\{(\w+)\}", lambda token: format_date(when, token[1]), form)


def format_date(when: datetime, token: str) -> str:
    """A token of Slack's date format (`date_short_pretty`, `time` …) in Japanese; an unknown token as written."""
    day = f"{when.year}年{when.month}月{when.day}日"
    forms = {
        "date_num": f"{when:%Y-%m-%d}",
        "date_slash": f"{when:%Y/%m/%d}",
        "date_long": f"{day}({WEEKDAYS[when.weekday()]})",
        "date": day,
        "date_short": day,
        "time": f"{when:%H:%M}",
        "time_secs": f"{when:%H:%M:%S}",
    }
    return forms.get(token.replace("_pretty", ""), "{" + token + "}")


def broadcast(target: str) -> Span:
    """@here, @channel, @everyone."""
    return Span("mention", "@" + target)


_REFERENCES: dict[str, Callable[[str, str, Names], Span]] = {
    "@": _named("@"),
    "#": _named("#"),
    "!subteam^": _named("@"),
    "!date^": _date,
    "!": lambda target, label, _names: broadcast(label.lstrip("@") or target),
}
