"""A story as Markdown: headings for channels and days, messages as quotes, threads as quotes in quotes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sandbox.render import markdown
from sandbox.render.names import WorldNames
from sandbox.render.page import PROBLEMS, anchor
from sandbox.render.spans import escape_markdown, indent
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

_TITLES = {"channel": "# ", "dm": "DM: ", "home": "ホーム: "}
_ICONS = {"press": "▶ ", "command": "⌨ ", "system": "• ", "file": "📎 "}
_e = escape_markdown


def draw(story: Story) -> str:
    writer = _Writer(story.names)
    parts = [f"# {_e(story.title)}", _e(story.span()), _counts(story), *_problems(story), "## 目次", _contents(story)]
    for section in story.sections:
        parts += writer.section(section)
    return "\n\n".join(part for part in parts if part) + "\n"


def _counts(story: Story) -> str:
    return "・".join(f"{name} {number}" for name, number in story.count().items())


def _problems(story: Story) -> Iterator[str]:
    if story.problems:
        yield f"## 🔴 問題 {len(story.problems)} 件"
        yield "\n".join(_problem(one, story.names) for one in story.problems)
    else:
        yield "✓ 起きてはならないことは記録されていません"
    if story.faults:
        yield f"わざと起こした障害 {len(story.faults)} 件"
        yield "\n".join(_problem(one, story.names) for one in story.faults)


def _problem(problem: Problem, names: WorldNames) -> str:
    who = f"（{_e(names.shown(problem.user))}）" if problem.user else ""
    when = f"{day(problem.when)} {time_of(problem.when)}"
    detail = _e(problem.detail).replace("\n", " ")
    return f"- **{_e(PROBLEMS.get(problem.what, problem.what))}**{who} {when} — 記録 {problem.n}: {detail}"


def _contents(story: Story) -> str:
    return "\n".join(
        f"- [{_title(section)}](#{anchor('s', section.id)})（{section.messages}）" for section in story.sections
    )


def _title(section: Section) -> str:
    return _e(f"{_TITLES[section.kind]}{section.title}")


def _edit(edit: Edit) -> str:
    lines = " / ".join(f"{sign}{_e(line)}" for sign, line in edit.lines)
    return f"- {day(edit.when)} {time_of(edit.when)} {lines or '見た目だけの変更'}"


class _Writer:
    """Writes sections; remembers which screens it has written out, by number."""

    def __init__(self, names: WorldNames) -> None:
        self.names = names
        self._drawn: dict[str, int] = {}

    def section(self, section: Section) -> Iterator[str]:
        # an anchor of our own: what a Markdown reader makes of a Japanese heading differs from reader to reader
        yield f'<a id="{anchor("s", section.id)}"></a>\n\n## {_title(section)}'
        if section.kind == "channel":
            yield f"会社: {_e('、'.join(section.room.companies)) or '—'}  \n人: {self._people(section)}"
        if not section.items:
            yield "まだ何も投稿されていません"
        for date, items in groupby(section.items, key=lambda item: day(item.when)):
            yield f"### {date}"
            for item in items:
                yield from self.item(item)

    def _people(self, section: Section) -> str:
        return _e("、".join(self.names.shown(user) for user in section.people)) or "—"

    def item(self, item: Item, since: Item | None = None) -> Iterator[str]:
        when = time_of(item.when, since.when if since else None)
        if isinstance(item, Post):
            yield from self._post(item, when)
        elif isinstance(item, Note):
            yield f"{_ICONS[item.kind]}{_e(item.text)} {when}" + (f" — {_e(item.about)}" if item.about else "")
        elif isinstance(item, Modal):
            yield from self._modal(item, when)
        elif isinstance(item, Home):
            last = item.states[-1].content
            yield indent(markdown.view(last, entered(last), None, self.names.flat), "> ")
            if item.edits:
                yield "\n".join(_edit(edit) for edit in item.edits)

    def _post(self, post: Post, when: str) -> Iterator[str]:
        only = f" 〔この人だけに表示: {_e(self.names.shown(post.only_for))}〕" if post.only_for else ""
        gone = f" 〔{time_of(post.deleted, post.when)} に削除〕" if post.deleted else ""
        edited = f" 〔編集 {len(post.states) - 1} 回〕" if len(post.states) > 1 else ""
        yield f"**{_e(self.names.shown(post.user))}** {when}{only}{edited}{gone}"
        yield indent(markdown.body(post.states[-1].content, self.names.flat) or "（本文なし）", "> ")
        if post.edits:
            yield "\n".join(_edit(edit) for edit in post.edits)
        for reply in post.replies:
            yield indent("\n\n".join(self.item(reply, post)), "> > ")

    def _modal(self, modal: Modal, when: str) -> Iterator[str]:
        name = _e(self.names.person(modal.user).name)
        facts = f"{len(modal.screens)} 画面・送信 {modal.submissions} 回・この人だけに表示"
        yield f"▤ {name} のモーダル（{facts}） {when}"
        for screen in modal.screens:
            yield indent(self._screen(screen), "> ")
            yield "\n".join(f"- {time_of(at, modal.when)} {_e(text)}" for at, text in screen.events)

    def _screen(self, screen: Screen) -> str:
        known = self._drawn.get(screen.fingerprint)
        if known:
            return f"（画面 {known} と同じ）"
        self._drawn[screen.fingerprint] = number = len(self._drawn) + 1
        return f"画面 {number}\n\n" + markdown.view(screen.view, screen.values, screen.errors, self.names.flat)
