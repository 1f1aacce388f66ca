"""Where the things of a record belong: sections, threads, and the place where somebody last acted. The base of `reader.py`."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.render import mrkdwn
from sandbox.render.names import Room, WorldNames
from sandbox.render.state import Env, choices
from sandbox.render.story import Item, Note, Post, Section, moment
from sandbox.world import Json

BUTTONS = ("button", "workflow_button", "overflow")
_LABEL = 60  # characters of a label in a line; the whole one stands on the card

Place = tuple[str, str]
"""Section and the ts of the thread in it, "" for none."""


class Filing:
    """`posts` is keyed by (channel, ts)."""

    def __init__(self, names: WorldNames) -> None:
        self.names = names
        self.sections: dict[str, Section] = {}
        self.posts: dict[tuple[str, str], Post] = {}
        self._place: dict[str, Place] = {}
        for channel in names.channels:
            self.section(channel)

    def section(self, channel: str) -> Section:
        """The section of a channel or DM, made when it is met first."""
        if channel not in self.sections:
            room = self.names.room(channel)
            people = dict.fromkeys(room.people)
            self.sections[channel] = Section(channel, "dm" if room.is_im else "channel", room.name, room, people)
        return self.sections[channel]

    def home(self, user: str) -> str:
        """The id of the section of somebody's Home tab, made when it is met first."""
        key, title = f"home-{user}", self.names.shown(user)
        self.sections.setdefault(key, Section(key, "home", title, Room(title), {user: None}))
        return key

    def dm_title(self, section: Section) -> str:
        people = [user for user in section.people if self.names.person(user).kind != "bot"]
        return "、".join(self.names.shown(user) for user in people) or section.room.name

    def put(self, place: Place, item: Item) -> None:
        root = self.posts.get(place)
        (root.replies if root else self.section(place[0]).items).append(item)

    def where(self, user: str) -> Place:
        """Where they last pressed or typed, else their Home tab."""
        return self._place.get(user) or (self.home(user), "")

    def acted(self, user: str, place: Place) -> None:
        self._place[user] = place

    def note(
        self,
        entry: Json,
        text: str,
        kind: Literal["press", "command", "system", "file"] = "system",
        about: str = "",
    ) -> Note:
        """A line that begins with the name of the entry's user."""
        name = self.names.person(entry["user"]).name
        return Note(entry["n"], moment(entry["clock"]), entry["user"], f"{name} {text}", kind, about)

    def press(self, entry: Json) -> str:
        """が［変更なし］を押しました; for menus and inputs also what was chosen."""
        action = entry.get("action") or {}
        label = self.short(entry.get("label") or action.get("action_id") or "?")
        if action.get("type") == "overflow":
            label = self.short(((action.get("selected_option") or {}).get("text") or {}).get("text", label))
        if action.get("type", "button") in BUTTONS:
            return f"が［{label}］を押しました"
        chosen = "、".join(self._entered(action))
        return f"が［{label}］で「{self.short(chosen)}」を選びました" if chosen else f"が［{label}］を空にしました"

    def _entered(self, action: Json) -> list[str]:
        """What an action of a menu or an input brought, in words."""
        env = Env(self.names.flat, {"b": {action.get("action_id"): action}})
        return [one.label for one in choices({**action, "options": []}, "b", env) if one.label]

    def short(self, text: Any) -> str:
        """A text as one short line without marks."""
        line = " ".join(mrkdwn.to_plain(str(text), self.names.flat).split())
        return line if len(line) <= _LABEL else line[: _LABEL - 1] + "…"
