"""A record -> the story of a transcript. One method per kind of entry, found by its name: `on_<kind>`.

Contract: takes entries in any order and files them by business time. What people do not see (`api`, `sent`, `acked`, `clock`,
`group`) it passes over; all that a person saw or did has a method. Source of kinds and fields: sandbox/README.md, "The record".
To tell a new kind: a method here and an Item in `story.py`. `filing.py` knows where things belong, `windows.py` tells views.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.render import markdown
from sandbox.render.filing import Place
from sandbox.render.names import WorldNames
from sandbox.render.story import Note, Post, Problem, Section, State, append_state, edits, entered, moment
from sandbox.render.windows import Windows
from sandbox.world import Json

_ORDER = ("channel", "dm", "home")


class Reader(Windows):
    """Reads entries one by one; `finish()` sorts what it has."""

    def __init__(self, names: WorldNames) -> None:
        super().__init__(names)
        self.problems: list[Problem] = []
        self.faults: list[Problem] = []
        self._files: dict[str, Json] = {}
        self._loose: dict[str, Place] = {}  # file id -> where it is told if no message carries it

    def read(self, entries: Iterable[Json]) -> None:
        for entry in sorted(entries, key=lambda one: (one["clock"], one["n"])):
            method: Callable[[Json], None] | None = getattr(self, f"on_{entry['kind']}", None)
            if method:
                method(entry)

    def finish(self) -> list[Section]:
        """Sections in the order of the table of contents: channels, DMs, Home tabs, each by title."""
        for file, place in self._loose.items():
            entry = self._files[file]
            self.put(place, self.note(entry, f"がファイル「{entry['name']}」を渡しました", "file"))
        for section in self.sections.values():
            section.items.sort(key=lambda item: (item.when, item.n))
            if section.kind == "dm":
                section.title = self.dm_title(section)
        for post in self.posts.values():
            post.edits = edits(post.states, self._body_text)
            post.replies.sort(key=lambda item: (item.when, item.n))
        for home in self.homes.values():
            home.edits = edits(home.states, self._home_text)
        return sorted(self.sections.values(), key=lambda one: (_ORDER.index(one.kind), one.title, one.id))

    def _body_text(self, content: Json) -> str:
        return markdown.body(content, self.names.flat, as_plain=True)

    def _home_text(self, view: Json) -> str:
        return markdown.view(view, entered(view), None, self.names.flat, as_plain=True)

    def on_posted(self, entry: Json) -> None:
        post = self._post(entry, thread_ts=_thread(entry), sees=entry.get("sees") or [])
        self.section(entry["channel"]).people.update(dict.fromkeys([*post.sees, entry["user"]]))
        self.put((entry["channel"], post.thread_ts), post)

    def _post(self, entry: Json, **more: Any) -> Post:
        post = Post(
            entry["n"],
            moment(entry["clock"]),
            entry["user"],
            channel=entry["channel"],
            ts=str(entry.get("ts") or entry["n"]),
            states=[self._state(entry)],
            **more,
        )
        self.posts[post.channel, post.ts] = post
        return post

    def _state(self, entry: Json) -> State:
        ids = [str(file.get("id") if isinstance(file, dict) else file) for file in entry.get("files") or []]
        for file in ids:
            self._loose.pop(file, None)
        files = [self._files.get(file, {"id": file}) for file in ids]
        content = {"text": entry.get("text"), "blocks": entry.get("blocks") or [], "files": files}
        return State(moment(entry["clock"]), content)

    def on_updated(self, entry: Json) -> None:
        post = self.posts.get((entry["channel"], entry["ts"]))
        if post:
            append_state(post.states, self._state(entry))
        else:
            self.on_posted(entry)

    def on_deleted(self, entry: Json) -> None:
        post = self.posts.get((entry["channel"], entry["ts"]))
        if post:
            post.deleted = moment(entry["clock"])

    def on_ephemeral(self, entry: Json) -> None:
        replaced = self.posts.get((entry["channel"], str(entry.get("replaces"))))
        if replaced:
            append_state(replaced.states, self._state(entry))
            self.posts[entry["channel"], str(entry.get("ts"))] = replaced
            return
        post = self._post({**entry, "user": self._bot()}, thread_ts=_thread(entry), only_for=entry["user"])
        self.put((entry["channel"], post.thread_ts), post)

    def _bot(self) -> str:
        return next((user for user, person in self.names.users.items() if person[2] == "bot"), "")

    def on_file(self, entry: Json) -> None:
        self._files[entry["id"]] = entry
        inside = entry.get("channel")
        self._loose[entry["id"]] = (inside, _thread(entry)) if inside else self.where(entry["user"])

    def on_typed(self, entry: Json) -> None:
        self.acted(entry["user"], (entry["channel"], ""))
        typed = f"{entry['command']} {entry.get('text') or ''}".strip()
        self.put((entry["channel"], ""), self.note(entry, f"が「{typed}」と入力しました", "command"))

    def on_pressed(self, entry: Json) -> None:
        if self.pressed_in_modal(entry):
            return
        post = self.posts.get((entry.get("channel") or "", str(entry.get("ts"))))
        place = self._pressed_at(entry, post)
        self.acted(entry["user"], place)
        about = self.short(_card(post.states[-1].content["blocks"], entry.get("action") or {})) if post else ""
        self.put(place, self.note(entry, self.press(entry), "press", about))

    def _pressed_at(self, entry: Json, post: Post | None) -> Place:
        if entry.get("channel"):
            return (entry["channel"], post.thread_ts if post else "")
        return (self.home(entry["user"]), "") if entry["user"] in self.homes else self.where(entry["user"])

    def on_joined(self, entry: Json) -> None:
        self.section(entry["channel"]).people[entry["user"]] = None
        self.put((entry["channel"], ""), self.note(entry, "が参加しました"))

    def on_left(self, entry: Json) -> None:
        self.put((entry["channel"], ""), self.note(entry, "が退出しました"))

    def on_archived(self, entry: Json) -> None:
        self.put((entry["channel"], ""), self.note(entry, "がチャンネルをアーカイブしました"))

    def on_unarchived(self, entry: Json) -> None:
        self.put((entry["channel"], ""), self.note(entry, "がチャンネルのアーカイブを解除しました"))

    def on_renamed(self, entry: Json) -> None:
        self.put((entry["channel"], ""), self.note(entry, f"がチャンネル名を「{entry['name']}」に変更しました"))

    def on_channel_deleted(self, entry: Json) -> None:
        self.put((entry["channel"], ""), self.note(entry, "がチャンネルを削除しました"))

    def on_moved(self, entry: Json) -> None:
        """Told where it was and where it goes on: a channel's id is its place here."""
        ways = ((entry["was"], entry["channel"], "続きは"), (entry["channel"], entry["was"], "以前の ID は"))
        for place, other, text in ways:
            said = f"チャンネルの ID が変わりました。{text} {other} です"
            self.put((place, ""), Note(entry["n"], moment(entry["clock"]), "", said))

    def on_deactivated(self, entry: Json) -> None:
        self._everywhere(entry, "のアカウントが停止されました")

    def on_reactivated(self, entry: Json) -> None:
        self._everywhere(entry, "のアカウントが再開されました")

    def _everywhere(self, entry: Json, text: str) -> None:
        """Told wherever the person was."""
        for section in self.sections.values():
            if entry["user"] in section.people and section.kind != "home":
                self.put((section.id, ""), self.note(entry, text))

    def on_invited(self, entry: Json) -> None:
        self._company(entry, "を Slack コネクトに招待しました")

    def on_declined(self, entry: Json) -> None:
        self._company(entry, "への招待は取り消されました")

    def on_shared(self, entry: Json) -> None:
        self._company(entry, "が Slack コネクトで加わりました")

    def on_unshared(self, entry: Json) -> None:
        self._company(entry, "との Slack コネクトが終わりました")

    def _company(self, entry: Json, text: str) -> None:
        company = self.names.teams.get(entry["team"]) or entry["team"] or entry.get("email", "")
        self.put((entry["channel"], ""), Note(entry["n"], moment(entry["clock"]), "", f"{company} {text}"))

    def on_problem(self, entry: Json) -> None:
        self.problems.append(_problem(entry, entry.get("detail")))

    def on_fault(self, entry: Json) -> None:
        self.faults.append(_problem(entry, entry.get("method")))


def _problem(entry: Json, detail: Any) -> Problem:
    user = str(entry.get("user") or "")
    return Problem(entry["n"], moment(entry["clock"]), str(entry.get("what")), str(detail or ""), user)


def _thread(entry: Json) -> str:
    """The thread that a reply belongs to; "" for a message of the channel."""
    thread = entry.get("thread_ts") or ""
    return "" if thread == entry.get("ts") else str(thread)


def _card(blocks: list[Json], action: Json) -> str:
    """The first line of the section that a button stands in or under, "" when there is none: which card was pressed."""
    said = ""
    for block in blocks:
        if block.get("type") == "section" and block.get("text"):
            said = str(block["text"].get("text", "")).split("\n", 1)[0]
        if block.get("block_id") == action.get("block_id"):
            return said
    return ""
