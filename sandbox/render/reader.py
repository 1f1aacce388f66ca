"""A record -> the story of a transcript. One method per kind of entry, found by its name: `on_<kind>`.

Contract: takes entries in any order and files them by business time; what it does not tell (`api`, `sent`, `acked`, `clock`) it
passes over, everything that a person saw or did has a method. A modal is filed where its user last pressed or typed.
Source of kinds and fields: sandbox/README.md, "The record". To tell a new kind: a method here and an Item in `story.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.render import emoji
from sandbox.render.names import Room, WorldNames
from sandbox.render.state import Env, choices
from sandbox.render.story import Home, Item, Modal, Note, Post, Problem, Screen, Section, State, looks, moment
from sandbox.world import Json

_PRESSED = ("button", "workflow_button", "overflow")
_LABEL = 60  # characters of a label in a line; the whole one stands on the card


class Reader:
    """Reads entries one by one; `finish()` sorts what it has. `posts` is keyed by (channel, ts)."""

    def __init__(self, names: WorldNames) -> None:
        self.names = names
        self.sections: dict[str, Section] = {}
        self.problems: list[Problem] = []
        self.faults: list[Problem] = []
        self.posts: dict[tuple[str, str], Post] = {}
        self.files: dict[str, Json] = {}
        self._loose_files: dict[str, tuple[str, str]] = {}  # file id -> where it belongs if no message carries it
        self._modals: dict[str, Modal] = {}  # by view id
        self._homes: dict[str, Home] = {}  # by user
        self._modal_of: dict[str, Modal] = {}  # by user, the latest
        self._place: dict[str, tuple[str, str]] = {}  # user -> section and thread where they last acted
        for channel in names.channels:
            self.section(channel)

    def read(self, entries: Iterable[Json]) -> None:
        for entry in sorted(entries, key=lambda one: (one["clock"], one["n"])):
            method: Callable[[Json], None] | None = getattr(self, f"on_{entry['kind']}", None)
            if method:
                method(entry)

    def finish(self) -> list[Section]:
        """Sections in the order of the table of contents: channels, DMs, Home tabs, each by title."""
        for file, place in self._loose_files.items():
            self._put(
                place, self._note(self.files[file], f"がファイル「{self.files[file]['name']}」を渡しました", "file")
            )
        for section in self.sections.values():
            section.items.sort(key=lambda item: (item.when, item.n))
            if section.kind == "dm":
                section.title = self._dm_title(section)
        for post in self.posts.values():
            post.replies.sort(key=lambda item: (item.when, item.n))
        order = ("channel", "dm", "home")
        return sorted(self.sections.values(), key=lambda one: (order.index(one.kind), one.title))

    def section(self, channel: str) -> Section:
        """The section of a channel or DM, made when it is met first."""
        if channel not in self.sections:
            room = self.names.room(channel)
            people = dict.fromkeys(room.people)
            self.sections[channel] = Section(channel, "dm" if room.is_im else "channel", room.name, room, people)
        return self.sections[channel]

    def _home(self, user: str) -> str:
        key = f"home-{user}"
        title = self.names.shown(user)
        self.sections.setdefault(key, Section(key, "home", title, Room(title), {user: None}))
        return key

    def _dm_title(self, section: Section) -> str:
        people = [user for user in section.people if self.names.person(user).kind != "bot"]
        return "、".join(self.names.shown(user) for user in people) or section.room.name

    # --- messages

    def on_posted(self, entry: Json) -> None:
        post = self._post(entry, thread_ts=_thread(entry), sees=entry.get("sees") or [])
        self.section(entry["channel"]).people.update(dict.fromkeys([*post.sees, entry["user"]]))
        self._put((entry["channel"], post.thread_ts), post)

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
        for file in entry.get("files") or []:
            self._loose_files.pop(_id(file), None)
        files = [self.files.get(_id(file), file) for file in entry.get("files") or []]
        return State(
            moment(entry["clock"]), {"text": entry.get("text"), "blocks": entry.get("blocks") or [], "files": files}
        )

    def _put(self, place: tuple[str, str], item: Item) -> None:
        channel, thread = place
        root = self.posts.get((channel, thread))
        (root.replies if root else self.section(channel).items).append(item)

    def on_updated(self, entry: Json) -> None:
        post = self.posts.get((entry["channel"], entry["ts"]))
        if post is None:
            self.on_posted(entry)
        else:
            _append(post.states, self._state(entry))

    def on_deleted(self, entry: Json) -> None:
        post = self.posts.get((entry["channel"], entry["ts"]))
        if post:
            post.deleted = moment(entry["clock"])

    def on_ephemeral(self, entry: Json) -> None:
        replaced = self.posts.get((entry["channel"], str(entry.get("replaces"))))
        if replaced:
            _append(replaced.states, self._state(entry))
            self.posts[entry["channel"], str(entry.get("ts"))] = replaced
            return
        post = self._post({**entry, "user": self._bot()}, thread_ts=_thread(entry), only_for=entry["user"])
        self._put((entry["channel"], post.thread_ts), post)

    def _bot(self) -> str:
        return next((user for user, person in self.names.users.items() if person[2] == "bot"), "")

    def on_file(self, entry: Json) -> None:
        self.files[entry["id"]] = entry
        place = (entry["channel"], _thread(entry)) if entry.get("channel") else self._where(entry["user"])
        self._loose_files[entry["id"]] = place

    # --- what people did

    def on_typed(self, entry: Json) -> None:
        self._place[entry["user"]] = (entry["channel"], "")
        typed = f"{entry['command']} {entry.get('text') or ''}".strip()
        self._put((entry["channel"], ""), self._note(entry, f"が「{typed}」と入力しました", "command"))

    def on_pressed(self, entry: Json) -> None:
        modal = self._modals.get(entry.get("view_id") or "")
        if modal:
            _enter(modal.screens[-1], entry["action"])
            modal.screens[-1].events.append((moment(entry["clock"]), self._press(entry)))
            return
        place, post = self._where(entry["user"]), None
        if entry.get("channel"):
            post = self.posts.get((entry["channel"], str(entry.get("ts"))))
            place = (entry["channel"], post.thread_ts if post else "")
        elif entry["user"] in self._homes:
            place = (self._home(entry["user"]), "")
        self._place[entry["user"]] = place
        self._put(place, self._note(entry, self._press(entry, subject=False), "press", post.ts if post else ""))

    def _press(self, entry: Json, *, subject: bool = True) -> str:
        """佐藤 花子 が［変更なし］を押しました; for menus and inputs also what was chosen."""
        action = entry.get("action") or {}
        label = _short(str(entry.get("label") or action.get("action_id") or "?"))
        who = self.names.person(entry["user"]).name + " " if subject else ""
        if action.get("type", "button") in _PRESSED:
            return f"{who}が［{label}］を押しました"
        chosen = "、".join(one.label for one in _entered(action, self.names))
        return (
            f"{who}が［{label}］で「{_short(chosen)}」を選びました" if chosen else f"{who}が［{label}］を空にしました"
        )

    def _note(self, entry: Json, text: str, kind: Any = "system", target: str = "") -> Note:
        name = self.names.person(entry["user"]).name
        return Note(entry["n"], moment(entry["clock"]), entry["user"], f"{name} {text}", kind, target)

    def _where(self, user: str) -> tuple[str, str]:
        return self._place.get(user) or (self._home(user), "")

    # --- modals and Home tabs

    def on_view(self, entry: Json) -> None:
        view, op = entry.get("view") or {}, entry["op"]
        if view.get("type") == "home":
            self._on_home(entry, view)
        elif op in ("open", "push", "update"):
            self._on_screen(entry, view, op)
        elif op == "errors":
            modal = self._modal(entry, view)
            if modal:
                modal.screens[-1].errors = dict(entry.get("errors") or {})
                self._event(entry, modal, "入力の誤りが示されました")
        else:
            self._event(
                entry, self._modal(entry, view), "画面がすべて閉じました" if op == "clear" else "画面が閉じました"
            )

    def _on_home(self, entry: Json, view: Json) -> None:
        home = self._homes.get(entry["user"])
        if home:
            _append(home.states, State(moment(entry["clock"]), view))
            return
        home = Home(entry["n"], moment(entry["clock"]), entry["user"], [State(moment(entry["clock"]), view)])
        self._homes[entry["user"]] = home
        self.sections[self._home(entry["user"])].items.append(home)

    def _on_screen(self, entry: Json, view: Json, op: str) -> None:
        screen = Screen(view, (view.get("state") or {}).get("values") or {})
        modal = None if op == "open" else self._modal(entry, view)
        if modal is None:
            modal = Modal(entry["n"], moment(entry["clock"]), entry["user"], [screen])
            self._put(self._where(entry["user"]), modal)
        elif screen.fingerprint != modal.screens[-1].fingerprint:
            modal.screens.append(screen)
        self._modals[view.get("id") or ""] = self._modal_of[entry["user"]] = modal
        if screen is modal.screens[-1]:
            done = {"open": "開きました", "push": "画面が重なりました"}.get(op, "画面が変わりました")
            self._event(entry, modal, done)

    def _modal(self, entry: Json, view: Json) -> Modal | None:
        keys = (view.get("id"), entry.get("view_id"), view.get("previous_view_id"), view.get("root_view_id"))
        return next((self._modals[key] for key in keys if key in self._modals), self._modal_of.get(entry["user"]))

    def _event(self, entry: Json, modal: Modal | None, text: str) -> None:
        if modal:
            modal.screens[-1].events.append((moment(entry["clock"]), text))

    def on_submitted(self, entry: Json) -> None:
        modal = self._modal(entry, {})
        if modal is None:
            return
        screen = modal.screens[-1]
        if screen.errors:  # corrected: what was wrong stays as it was
            screen = Screen(screen.view, screen.values)
            modal.screens.append(screen)
        screen.values = entry.get("values") or screen.values
        modal.submissions += 1
        self._event(entry, modal, f"{self.names.person(entry['user']).name} が送信しました")

    def on_closed(self, entry: Json) -> None:
        self._event(entry, self._modal(entry, {}), f"{self.names.person(entry['user']).name} が閉じました")

    # --- coming and going

    def on_joined(self, entry: Json) -> None:
        self.section(entry["channel"]).people[entry["user"]] = None
        self._put((entry["channel"], ""), self._note(entry, "が参加しました"))

    def on_left(self, entry: Json) -> None:
        self._put((entry["channel"], ""), self._note(entry, "が退出しました"))

    def on_shared(self, entry: Json) -> None:
        self._company(entry, "が Slack コネクトで加わりました")

    def on_unshared(self, entry: Json) -> None:
        self._company(entry, "との Slack コネクトが終わりました")

    def _company(self, entry: Json, text: str) -> None:
        company = self.names.teams.get(entry["team"], entry["team"])
        self._put((entry["channel"], ""), Note(entry["n"], moment(entry["clock"]), "", f"{company} {text}"))

    # --- what went wrong

    def on_problem(self, entry: Json) -> None:
        self.problems.append(_problem(entry, entry.get("detail")))

    def on_fault(self, entry: Json) -> None:
        self.faults.append(_problem(entry, entry.get("method")))


def _problem(entry: Json, detail: Any) -> Problem:
    return Problem(
        entry["n"], moment(entry["clock"]), str(entry.get("what")), str(detail or ""), entry.get("user") or ""
    )


def _thread(entry: Json) -> str:
    """The thread that a reply belongs to; "" for a message of the channel."""
    thread = entry.get("thread_ts") or ""
    return "" if thread == entry.get("ts") else str(thread)


def _id(file: Any) -> str:
    return str(file.get("id")) if isinstance(file, dict) else str(file)


def _append(states: list[State], state: State) -> None:
    if looks(states[-1].content) != looks(state.content):
        states.append(state)


def _short(text: str) -> str:
    line = emoji.replace(" ".join(text.split()))
    return line if len(line) <= _LABEL else line[: _LABEL - 1] + "…"


def _entered(action: Json, names: WorldNames) -> list[Any]:
    """What an action of a menu or an input brought, as choices."""
    values = {"b": {action.get("action_id"): action}}
    return [one for one in choices({**action, "options": []}, "b", Env(names.flat, values)) if one.label]


def _enter(screen: Screen, action: Json) -> None:
    """A choice made in a modal shows on its screen."""
    if action.get("block_id") and action.get("type") not in _PRESSED:
        screen.values = {**screen.values, action["block_id"]: {action.get("action_id"): action}}
