"""A story as one HTML page: a chat client's export with a table of contents. No script, nothing from outside.

Controls sit in a disabled fieldset, because a transcript is not to be filled in. A content-security policy forbids whatever a
fault of the drawing might let through. Each distinct screen of a modal is drawn once; later ones link to it.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path

from sandbox.render import html
from sandbox.render.attributes import words
from sandbox.render.names import WorldNames, avatar, badge
from sandbox.render.safe import esc, tag
from sandbox.render.story import (
    Edit,
    Home,
    Item,
    Modal,
    Note,
    Post,
    Problem,
    Screen,
    Section,
    Story,
    day,
    entered,
    time_of,
)
from sandbox.world import Json

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_ICONS = {"press": "▶", "command": "⌨", "system": "•", "file": "📎"}
_KINDS = {"channel": "チャンネル", "dm": "ダイレクトメッセージ", "home": "ホームタブ"}
_MARKS = {"channel": "#", "dm": "@", "home": "⌂"}
PROBLEMS = {
    "refused_block": "受け付けられないブロック",
    "refused_call": "拒否された API 呼び出し",
    "not_acked": "応答なし（3 秒以内に ack がない）",
    "late_ack": "遅い応答",
    "bad_ack": "誤った応答",
    "error_shown": "人にエラーが表示された",
    "unhandled": "処理されなかった操作",
    "url_verification": "Request URL の確認に失敗",
    "subscription_disabled": "イベント配信の停止",
}


@cache
def style() -> str:
    """blocks.css and style.css, for a page that embeds these drawings."""
    here = Path(__file__)
    return "".join(here.with_name(name).read_text(encoding="utf-8") for name in ("blocks.css", "style.css"))


def draw(story: Story) -> str:
    painter = _Painter(story.names)
    sections = "".join(painter.section(section) for section in story.sections)
    main = tag("main", _top(story), sections)
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><meta name="color-scheme" content="light dark">'
    )
    page = tag("head", head, tag("title", esc(story.title)), f"<style>{style()}</style>")
    return f'<!doctype html>\n<html lang="ja">{page}{tag("body", _contents(story), main)}</html>\n'


def anchor(*parts: str) -> str:
    """An id for a link: letters, digits, hyphens."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else "-" for c in part) for part in parts)


def _contents(story: Story) -> str:
    links = []
    for kind, sections in groupby(story.sections, key=lambda one: one.kind):
        links.append(tag("h2", _KINDS[kind]))
        links += [_entry(section) for section in sections]
    trouble = len(story.problems)
    top = tag("a", f"問題 {trouble} 件" if trouble else "問題なし", href="#top", cls="trouble" if trouble else "fine")
    return tag("nav", tag("b", esc(story.title)), top, *links, aria_label="目次")


def _entry(section: Section) -> str:
    count = tag("small", str(section.messages)) if section.messages else ""
    quiet = "" if section.items else "quiet"
    label = tag("span", _MARKS[section.kind], " ", esc(section.title))
    return tag("a", label, count, href="#" + anchor("s", section.id), cls=quiet)


def _top(story: Story) -> str:
    counts = "".join(tag("span", esc(name), " ", tag("b", str(number))) for name, number in story.count().items())
    span = tag("p", esc(story.span()), cls="span")
    title = tag("h1", esc(story.title))
    return tag("header", title, span, tag("div", counts, cls="counts"), _problems(story), cls="top", id="top")


def _problems(story: Story) -> str:
    names = story.names
    if story.problems:
        items = "".join(_problem(one, names) for one in story.problems)
        shown = tag("div", tag("h2", f"問題 {len(story.problems)} 件"), tag("ul", items), cls="problems", role="alert")
    else:
        shown = tag("p", "✓ 起きてはならないことは記録されていません", cls="fine")
    if story.faults:
        label = tag("summary", f"わざと起こした障害 {len(story.faults)} 件")
        shown += tag("details", label, tag("ul", "".join(_problem(one, names) for one in story.faults)), cls="faults")
    return shown


def _problem(problem: Problem, names: WorldNames) -> str:
    who = f" — {names.shown(problem.user)}" if problem.user else ""
    what = tag("b", esc(PROBLEMS.get(problem.what, problem.what)))
    when = tag("time", esc(f"{day(problem.when)} {time_of(problem.when)}"))
    return tag(
        "li",
        what,
        esc(who),
        " ",
        when,
        tag("small", f" 記録 {problem.n}"),
        tag("div", esc(problem.detail), cls="detail"),
    )


class _Painter:
    """Draws the sections of one page; remembers which screens it has drawn."""

    def __init__(self, names: WorldNames) -> None:
        self.names = names
        self._drawn: dict[str, str] = {}

    def section(self, section: Section) -> str:
        days = []
        for date, items in groupby(section.items, key=lambda item: day(item.when)):
            days += [tag("h3", tag("span", esc(date)), cls="day"), *(self.item(item) for item in items)]
        inside = "".join(days) or tag("p", "まだ何も投稿されていません", cls="nothing")
        head = tag("header", tag("h2", _MARKS[section.kind], " ", esc(section.title)), self._about(section))
        return tag(
            "section", head, tag("fieldset", inside, disabled=True), id=anchor("s", section.id), cls=section.kind
        )

    def _about(self, section: Section) -> str:
        """Companies and people of a channel."""
        if section.kind != "channel":
            return ""
        companies = "".join(tag("span", esc(company), cls="company") for company in section.room.companies)
        people = "".join(self._who(user) for user in section.people)
        return tag("div", companies, cls="companies") + tag("div", people, cls="people")

    def _who(self, user: str) -> str:
        person = self.names.person(user)
        return tag("span", avatar(user, person), tag("span", esc(person.name)), badge(person), cls="who")

    def item(self, item: Item, since: Item | None = None) -> str:
        when = time_of(item.when, since.when if since else None)
        if isinstance(item, Post):
            return self._post(item, when)
        if isinstance(item, Note):
            return self._note(item, when)
        if isinstance(item, Modal):
            return self._modal(item, when)
        assert isinstance(item, Home)
        final = self._view(item.states[-1].content)
        return final + self._edits(item.edits, self._view(item.states[0].content), "更新")

    def _post(self, post: Post, when: str) -> str:
        marks = [f"👁 この人だけに表示: {self.names.shown(post.only_for)}"] if post.only_for else []
        drawn = html.message(
            {} if post.deleted else post.states[-1].content,
            post.user,
            self.names.person(post.user),
            self.names.flat,
            when=when,
            marks=marks,
        )
        after = self._edits(post.edits, self._body(post.states[0].content), "編集") if post.edits else ""
        after = self._deleted(post) if post.deleted else after
        replies = "".join(self.item(reply, post) for reply in post.replies)
        count = sum(isinstance(reply, Post) for reply in post.replies)
        thread = tag("div", tag("div", f"返信 {count} 件", cls="count"), replies, cls="thread") if replies else ""
        seen = "、".join(self.names.shown(user) for user in post.sees)
        kind = "post only" if post.only_for else "post"
        return tag("article", drawn, after, thread, cls=kind, id=anchor("m", post.channel, post.ts), title=_seen(seen))

    def _deleted(self, post: Post) -> str:
        assert post.deleted
        label = tag("summary", f"このメッセージは {time_of(post.deleted, post.when)} に削除されました")
        return tag("details", label, self._body(post.states[-1].content), cls="edits")

    def _body(self, content: Json) -> str:
        return html.body(content, self.names.flat)

    def _view(self, view: Json) -> str:
        return html.view(view, entered(view), None, self.names.flat)

    def _edits(self, edits: list[Edit], first: str, verb: str) -> str:
        """How often the content changed, the first content in full, and the lines that each change touched."""
        label = tag("summary", f"{verb} {len(edits)} 回（最後の内容を表示。はじめの内容と変わった所を見る）")
        return tag("details", label, tag("div", first, cls="first"), *map(_edit, edits), cls="edits") if edits else ""

    def _note(self, note: Note, when: str) -> str:
        text = f"{_ICONS[note.kind]} {note.text}"
        shown = badge(self.names.person(note.user)) if note.user else ""
        shown += tag("small", "— ", esc(note.about)) if note.about else ""
        return tag("div", esc(text), shown, " ", tag("time", esc(when), cls="time"), cls=f"note {note.kind}")

    def _modal(self, modal: Modal, when: str) -> str:
        titles = [words(screen.view.get("title"), self.names.flat) for screen in modal.screens]
        way = " → ".join(title for title, _ in groupby(titles[:1] + titles[-1:]))
        facts = [f"{len(modal.screens)} 画面", f"送信 {modal.submissions} 回", "この人だけに表示"]
        wrong = sum(bool(screen.errors) for screen in modal.screens)
        facts += [f"入力の誤り {wrong} 回"] if wrong else []
        name = self.names.person(modal.user).name
        label = tag(
            "summary",
            f"▤ {esc(name)} のモーダル「{esc(way)}」",
            tag("small", "・".join(facts)),
            tag("time", when, cls="time"),
        )
        return tag("details", label, *(self._screen(screen, modal) for screen in modal.screens), cls="modal-log")

    def _screen(self, screen: Screen, modal: Modal) -> str:
        lines = (tag("div", esc(f"{time_of(when, modal.when)} {text}")) for when, text in screen.events)
        events = tag("div", *lines, cls="events")
        known = self._drawn.get(screen.fingerprint)
        if known:
            return tag("div", tag("a", "この画面は前に描いたものと同じです", href=f"#{known}"), events, cls="screen")
        self._drawn[screen.fingerprint] = here = f"v{len(self._drawn) + 1}"
        drawn = html.view(screen.view, screen.values, screen.errors, self.names.flat)
        return tag("div", drawn, events, cls="screen", id=here)


def _edit(edit: Edit) -> str:
    lines = "".join(tag("div", sign, " ", esc(line), cls=_SIGNS[sign]) for sign, line in edit.lines)
    date = tag("time", esc(f"{day(edit.when)} {time_of(edit.when)}"))
    return tag("div", date, lines or tag("div", "見た目だけの変更", cls="same"), cls="step")


_SIGNS = {"−": "gone", "＋": "new"}


def _seen(people: str) -> str | None:
    return f"見える人: {people}" if people else None
