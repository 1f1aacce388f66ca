"""What a record says of views -> modals with their screens, and Home tabs. A part of `reader.py`.

A modal is filed where its user last pressed or typed. A screen is kept as it was last seen: with what was entered, and with the
errors if there were any; a corrected form is a screen of its own.
"""

from __future__ import annotations

from sandbox.render.filing import BUTTONS, Filing
from sandbox.render.names import WorldNames
from sandbox.render.story import Home, Modal, Screen, State, append_state, entered, moment
from sandbox.world import Json

_DONE = {"open": "開きました", "push": "画面が重なりました", "update": "画面が変わりました"}


class Windows(Filing):
    def __init__(self, names: WorldNames) -> None:
        super().__init__(names)
        self.homes: dict[str, Home] = {}  # by user
        self._modals: dict[str, Modal] = {}  # by view id
        self._latest: dict[str, Modal] = {}  # by user

    def on_view(self, entry: Json) -> None:
        view, op = entry.get("view") or {}, entry["op"]
        if view.get("type") == "home":
            self._show_home(entry, view)
        elif op in _DONE:
            self._show(entry, view, op)
        elif op == "errors":
            self._show_errors(entry, view)
        else:
            self._event(
                entry, self._modal(entry, view), "画面がすべて閉じました" if op == "clear" else "画面が閉じました"
            )

    def _show_home(self, entry: Json, view: Json) -> None:
        user, state = entry["user"], State(moment(entry["clock"]), view)
        if user in self.homes:
            append_state(self.homes[user].states, state)
            return
        self.homes[user] = Home(entry["n"], state.when, user, [state])
        self.put((self.home(user), ""), self.homes[user])

    def _show(self, entry: Json, view: Json, op: str) -> None:
        screen = Screen(view, entered(view))
        modal = None if op == "open" else self._modal(entry, view)
        if modal is None:
            modal = Modal(entry["n"], moment(entry["clock"]), entry["user"], [screen])
            self.put(self.where(entry["user"]), modal)
        elif screen.fingerprint != modal.screens[-1].fingerprint:
            modal.screens.append(screen)
        self._modals[view.get("id") or ""] = self._latest[entry["user"]] = modal
        if screen is modal.screens[-1]:
            self._event(entry, modal, _DONE[op])

    def _show_errors(self, entry: Json, view: Json) -> None:
        modal = self._modal(entry, view)
        if modal:
            modal.screens[-1].errors = dict(entry.get("errors") or {})
            self._event(entry, modal, "入力の誤りが示されました")

    def _modal(self, entry: Json, view: Json) -> Modal | None:
        keys = (view.get("id"), entry.get("view_id"), view.get("previous_view_id"), view.get("root_view_id"))
        return next((self._modals[key] for key in keys if key in self._modals), self._latest.get(entry["user"]))

    def _event(self, entry: Json, modal: Modal | None, text: str) -> None:
        if modal:
            modal.screens[-1].events.append((moment(entry["clock"]), text))

    def _acts_on(self, entry: Json) -> Modal | None:
        """The modal that somebody presses or submits in, its last screen being the one they see."""
        modal = self._modal(entry, {})
        if modal is None:
            return None
        seen = modal.screens[-1]
        if seen.view.get("id") != entry.get("view_id"):  # the one on top was closed; this one lay below
            below = (one for one in reversed(modal.screens) if one.view.get("id") == entry.get("view_id"))
            seen = next(below, seen)
        if seen is not modal.screens[-1] or seen.errors:  # corrected: what was wrong stays as it was
            modal.screens.append(Screen(seen.view, seen.values))
        return modal

    def pressed_in_modal(self, entry: Json) -> bool:
        """A press in a modal is told on its screen; False if it was not in one."""
        if entry.get("view_id") not in self._modals:
            return False
        action, modal = entry.get("action") or {}, self._modals[entry["view_id"]]
        if action.get("type") in BUTTONS:
            screen = modal.screens[-1]
        else:
            self._acts_on(entry)
            screen = modal.screens[-1]
            screen.values = {**screen.values, str(action.get("block_id")): {action.get("action_id"): action}}
        screen.events.append((moment(entry["clock"]), f"{self.names.person(entry['user']).name} {self.press(entry)}"))
        return True

    def on_submitted(self, entry: Json) -> None:
        modal = self._acts_on(entry)
        if modal:
            modal.screens[-1].values = entry.get("values") or modal.screens[-1].values
            modal.submissions += 1
            self._event(entry, modal, f"{self.names.person(entry['user']).name} が送信しました")

    def on_closed(self, entry: Json) -> None:
        self._event(entry, self._modal(entry, {}), f"{self.names.person(entry['user']).name} が閉じました")
