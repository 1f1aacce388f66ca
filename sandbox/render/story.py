"""What a transcript tells, as values: sections (a channel, a DM, a Home tab) with items in order of business time.

`reader.py` makes these from a record; `page.py` and `listing.py` draw them. To tell a new thing: an Item here, a method in
`reader.py`, a function in both drawings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal

from sandbox.render.mrkdwn import JST, WEEKDAYS
from sandbox.render.names import Room, WorldNames
from sandbox.world import Json


@dataclass
class Item:
    """`n` is the entry's number in the record, `when` the business time in JST, `user` who did it."""

    n: int
    when: datetime
    user: str


@dataclass
class Note(Item):
    """One line: a press, a command, a person coming or going, a file. `about`: which card of a message was pressed."""

    text: str
    kind: Literal["press", "command", "system", "file"] = "system"
    about: str = ""


@dataclass
class State:
    """What a message or Home tab showed from `when` on."""

    when: datetime
    content: Json


@dataclass
class Edit:
    """The lines that a change touched: ("−" gone | "＋" new, line)."""

    when: datetime
    lines: list[tuple[str, str]]


@dataclass
class Post(Item):
    """A message with all that it ever showed (the last state is final), or one person's ephemeral (`only_for`)."""

    channel: str
    ts: str
    states: list[State]
    thread_ts: str = ""
    sees: list[str] = field(default_factory=list)
    only_for: str = ""
    deleted: datetime | None = None
    replies: list[Item] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)


@dataclass
class Home(Item):
    """The Home tab of `user`."""

    states: list[State]
    edits: list[Edit] = field(default_factory=list)


@dataclass
class Screen:
    """One content of a modal, with what was last entered, the errors shown, and what happened on it."""

    view: Json
    values: Json
    errors: dict[str, str] = field(default_factory=dict)
    events: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Equal for screens that look the same."""
        return json.dumps(
            [looks(self.view), looks(list(self.values.values())), list(self.errors.values())], sort_keys=True
        )


@dataclass
class Modal(Item):
    """A stack of modals from the first opening to the end."""

    screens: list[Screen]
    submissions: int = 0


@dataclass
class Problem:
    """What must not have happened (`problem`), or a fault that was switched on (`fault`)."""

    n: int
    when: datetime
    what: str
    detail: str
    user: str = ""


@dataclass
class Section:
    """A channel, a DM or a Home tab. `people` are all who ever saw it."""

    id: str
    kind: Literal["channel", "dm", "home"]
    title: str
    room: Room
    people: dict[str, None] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    @property
    def messages(self) -> int:
        posts = [item for item in self.items if isinstance(item, Post)]
        return len(posts) + sum(isinstance(reply, Post) for post in posts for reply in post.replies)


@dataclass
class Story:
    """All of it; `sections` in the order of the table of contents."""

    title: str
    names: WorldNames
    sections: list[Section]
    problems: list[Problem] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)

    def all_items(self) -> Iterator[Item]:
        """Every item, replies too."""
        for section in self.sections:
            for item in section.items:
                yield item
                yield from item.replies if isinstance(item, Post) else ()

    def count(self) -> dict[str, int]:
        """How much of what there is, under Japanese names."""
        items = list(self.all_items())
        posts = [item for item in items if isinstance(item, Post)]
        modals = [item for item in items if isinstance(item, Modal)]
        return {
            "チャンネル": sum(section.kind == "channel" for section in self.sections),
            "DM": sum(section.kind == "dm" for section in self.sections),
            "メッセージ": sum(not post.only_for for post in posts),
            "この人だけに表示": sum(bool(post.only_for) for post in posts),
            "操作": sum(isinstance(item, Note) and item.kind in ("press", "command") for item in items),
            "モーダル": len(modals),
            "送信": sum(modal.submissions for modal in modals),
        }

    def span(self) -> str:
        """2026年11月24日(火) 〜 2027年1月5日(火); "" when nothing happened."""
        days = sorted({item.when.date() for item in self.all_items()})
        if not days:
            return ""
        first, last = (day(datetime(one.year, one.month, one.day, tzinfo=JST)) for one in (days[0], days[-1]))
        return first if first == last else f"{first} 〜 {last}"


_UNSEEN = frozenset(
    {"block_id", "id", "hash", "private_metadata", "state", "external_id", "root_view_id", "previous_view_id"}
)


def looks(content: Any) -> Any:
    """The content without what nobody sees and the local Slack fills in at random."""
    if isinstance(content, dict):
        return {key: looks(value) for key, value in content.items() if key not in _UNSEEN}
    return [looks(one) for one in content] if isinstance(content, list) else content


def entered(view: Json) -> Json:
    """What a recorded view carries as entered: block_id -> action_id -> state value."""
    return (view.get("state") or {}).get("values") or {}


def append_state(states: list[State], state: State) -> None:
    """Adds the state unless it looks like the one before."""
    if looks(states[-1].content) != looks(state.content):
        states.append(state)


def moment(iso: str) -> datetime:
    """A time of the record (ISO, UTC) in Japanese time."""
    return datetime.fromisoformat(iso).astimezone(JST)


def day(when: datetime) -> str:
    """2026年12月18日(金)"""
    return f"{when.year}年{when.month}月{when.day}日({WEEKDAYS[when.weekday()]})"


def time_of(when: datetime, since: datetime | None = None) -> str:
    """10:23, with the date in front when it is not the day of `since`."""
    date = f"{when.month}月{when.day}日 " if since and since.date() != when.date() else ""
    return f"{date}{when:%H:%M}"


def edits(states: list[State], text: Callable[[Json], str]) -> list[Edit]:
    """What each state changed in the one before; `text` gives the lines of a content as people see them."""
    if len(states) < 2:
        return []
    texts = [text(state.content).split("\n") for state in states]
    return [Edit(state.when, _touched(*pair)) for state, pair in zip(states[1:], pairwise(texts), strict=True)]


def _touched(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op != "equal":
            found += [("−", line) for line in old[a:b] if line] + [("＋", line) for line in new[c:d] if line]
    return found
