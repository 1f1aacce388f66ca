"""The other end of the tests of every route: what Slack sends for an act of somebody, and what anybody saw of it.

Payloads are made by the local Slack's own builders, so keys and types are those of recorded ones; they go straight into
`AsyncApp.async_dispatch`, and the effects start only afterwards, so that a call before the acknowledgement is seen as one.
A person's real screen would not let most wrong people act at all: here a forged payload is the point.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.app import Application
from handlers.slack.effects import PENDING
from handlers.slack.replies import Reply
from message_templates import ids
from sandbox import entering, event_shapes, payloads, views
from sandbox.blocks import filled
from sandbox.elements import Place, places, state_values
from sandbox.live import Live
from sandbox.server import Running
from sandbox.world import Json, Message, View

COMMAND = "/vendor-review"
NUMBER = itertools.count(1)


@dataclass(frozen=True)
class Card:
    """A message with buttons as the app made it; `alone`: an ephemeral, seen by whoever presses only."""

    blocks: list[Json]
    channel: str
    alone: bool = False


@dataclass(frozen=True)
class Modal:
    """A modal as the app made it."""

    content: Json


Thing = Card | Modal


@dataclass
class Outcome:
    """What came of one payload: the acknowledgement, calls before it, and all that was shown, to whom."""

    status: int
    ack: Json
    early: list[str]
    entries: list[Json] = field(default_factory=list)

    @property
    def shown(self) -> list[Json]:
        """What anybody saw afterwards, as the local Slack recorded it."""
        return [e for e in self.entries if e["kind"] in {"view", "ephemeral", "posted", "updated", "deleted"}]

    @property
    def returned(self) -> str:
        """Every byte that left the app for people."""
        return json.dumps([self.ack, self.shown], ensure_ascii=False)

    @property
    def words(self) -> list[str]:
        """Every text in it, in order, each once; without the Home tab, which follows what was done beside the answer."""
        return list(dict.fromkeys(texts([self.ack, [e for e in self.shown if not _home(e)]])))

    @property
    def problems(self) -> list[str]:
        """What the local Slack would not take."""
        return [f"{e['what']}: {e['detail']}" for e in self.entries if e["kind"] == "problem"]


def _home(entry: Json) -> bool:
    return entry["kind"] == "view" and entry.get("view", {}).get("type") == "home"


def texts(found: Any) -> list[str]:
    """The words of texts in blocks, of errors under inputs, and of a plain answer."""
    if isinstance(found, list):
        return [text for one in found for text in texts(one)]
    if not isinstance(found, dict):
        return []
    own = [found["text"]] if isinstance(found.get("text"), str) and found["text"] else []
    errors = found["errors"].values() if isinstance(found.get("errors"), dict) else []
    return [*own, *errors, *(text for part in found.values() for text in texts(part))]


class Slackside:
    """Acts for anybody, allowed or not, against one running application."""

    def __init__(self, running: Running, app: Application) -> None:
        self.live: Live = running.live
        self.app = app

    # -- what Slack sends ------------------------------------------------------------------------------------------------

    def command(self, user: str, text: str, channel: str) -> Json:
        """A slash command typed in a channel."""
        who, where = self._user(user), self.live.sandbox.world.channels[channel]
        url = self.live.urls.issue(self.live.sandbox.base_url, user, channel)
        trigger = self.live.triggers.issue(user)
        return payloads.slash_command(
            self.live.sandbox, who, where, COMMAND, text, trigger_id=trigger, response_url=url
        )

    def press(
        self, user: str, thing: Thing, do: str, *, place: str = "", value: str = "", choose: str = "", nth: int = 0
    ) -> Json:
        """A press of an element of this action id (with or without a number behind it) in a message or a modal."""
        on = self._put(user, thing, place)
        blocks = on.content["blocks"] if isinstance(on, View) else on.blocks
        fits = [p for p in places(blocks) if is_one(p.action_id, do) and value in ("", p.element.get("value"))]
        assert fits, f"there is no {do} {value} on this card: {[p.action_id for p in places(blocks)]}"
        found = fits[nth]
        state = entering.entered(self.live.sandbox.world, self._user(user), found, choose) if choose else {}
        action = self._action(found, state)
        trigger = self.live.triggers.issue(user)
        if isinstance(on, View):
            if state:
                on.values = {found.block_id: {found.action_id: state}}
            return payloads.view_action(self.live.sandbox, self._user(user), on, action, trigger_id=trigger)
        url = self.live.urls.issue(self.live.sandbox.base_url, user, on.channel, on)
        return payloads.message_action(
            self.live.sandbox, self._user(user), on, action, state_values(on.blocks, {}),
            trigger_id=trigger, response_url=url,
        )  # fmt: skip

    def suggest(self, user: str, modal: Modal, do: str, typed: str) -> Json:
        """Typing into a searching menu of a modal."""
        view = self._open(user, modal, {})
        found = next(p for p in places(view.content["blocks"]) if is_one(p.action_id, do))
        asked = {"action_id": found.action_id, "block_id": found.block_id, "value": typed}
        return payloads.block_suggestion(self.live.sandbox, self._user(user), view, asked)

    def shortcut(self, user: str, callback_id: str) -> Json:
        """A global shortcut."""
        trigger = self.live.triggers.issue(user)
        return payloads.global_shortcut(self.live.sandbox, self._user(user), callback_id, trigger_id=trigger)

    def submit(self, user: str, modal: Modal, values: Mapping[str, Any]) -> Json:
        """The modal's submit button, with values by the name of their field (`question`: in every question's choice)."""
        view = self._open(user, modal, values)
        trigger = self.live.triggers.issue(user)
        return payloads.view_submission(self.live.sandbox, self._user(user), view, trigger_id=trigger)

    def close(self, user: str, modal: Modal, values: Mapping[str, Any]) -> Json:
        """The modal's ×."""
        view = self._open(user, modal, values)
        return payloads.view_closed(self.live.sandbox, self._user(user), view, is_cleared=False)

    def event(self, inner: Json, channel: str = "") -> Json:
        """An event of the Events API in its envelope."""
        where = self.live.sandbox.world.channels.get(channel)
        return self.live.events._envelope(json.loads(json.dumps(inner)), where)

    def said(self, user: str, channel: str, thread_ts: str) -> Json:
        """A person's message with a file, in a thread."""
        message = Message(channel, self.live.sandbox.next_ts(), user, "ご確認ください", thread_ts=thread_ts)
        inner = event_shapes.message(self.live.sandbox, message)
        file = {"id": f"F{next(NUMBER):09d}", "mode": "file_access", "file_access": "check_file_info"}
        return self.event(inner | {"subtype": "file_share", "upload": False, "files": [file]}, channel)

    # -- what comes of it ------------------------------------------------------------------------------------------------

    async def send(self, body: Json, *, effects: bool = True) -> Outcome:
        """Dispatch a payload, note what was called before the acknowledgement, then carry out what follows it."""
        record = self.live.sandbox.record
        start, replies = record.last, list[Reply]()
        token = PENDING.set(replies)
        try:
            response = await self.app.bolt.async_dispatch(
                AsyncBoltRequest(mode="socket_mode", body=json.loads(json.dumps(body)))
            )
        finally:
            PENDING.reset(token)
        early = [f"{e['kind']} {e.get('method', '')}".strip() for e in record.entries(start)]
        ack = json.loads(response.body) if response.body else {}
        if effects:
            self.app.effects.start(replies)
            await self.app.effects.drain()
        return Outcome(response.status, ack, early, record.entries(start))

    async def heard(self, action_id: str) -> int:
        """How many of Bolt's listeners take a press of this id; Bolt runs the first."""
        action = {"type": "button", "action_id": action_id, "block_id": "b", "action_ts": "1.1"}
        request = AsyncBoltRequest(mode="socket_mode", body={"type": "block_actions", "actions": [action]})
        response = BoltResponse(status=200, body="")
        return sum([await each.async_matches(req=request, resp=response) for each in self.app.bolt._async_listeners])

    def modal_of(self, user: str) -> Modal:
        """What this person has open on top."""
        return Modal(views.stack(self.live.sandbox.world, user)[-1].content)

    # -- the parts -------------------------------------------------------------------------------------------------------

    def _user(self, user: str) -> Any:
        return self.live.sandbox.world.users[user]

    def _put(self, user: str, thing: Thing, place: str) -> View | Message:
        """The thing on this person's screen, whether it belongs there or not."""
        if isinstance(thing, Modal):
            return self._open(user, thing, {})
        ts, bot = self.live.sandbox.next_ts(), self.live.sandbox.world.app
        channel = place or thing.channel
        card = Message(channel, ts, bot.bot_user, "card", thing.blocks, bot_id=bot.bot_id, app_id=bot.app_id)
        card.only_for = user if thing.alone else ""
        return card

    def _open(self, user: str, modal: Modal, values: Mapping[str, Any]) -> View:
        content = views.checked(self.live.sandbox.world, modal.content)
        view = views.open_modal(self.live.sandbox, user, content)
        entered: Json = {}
        for place in places(content["blocks"]):
            given = values.get(_called(place))
            if callable(given):
                given = given(place)
            if given is not None:
                state = entering.entered(self.live.sandbox.world, self._user(user), place, given)
                entered.setdefault(place.block_id, {})[place.action_id] = state
        view.values = entered
        return view

    def _action(self, place: Place, state: Json) -> Json:
        """The element as it stands in `actions`."""
        kept = {k: place.element[k] for k in ("text", "value", "style", "placeholder") if k in place.element}
        head = {"type": place.type, "action_id": place.action_id, "block_id": place.block_id}
        return head | kept | state | {"action_ts": self.live.sandbox.next_ts()}


def card(blocks: list[Json], channel: str, *, alone: bool = False) -> Card:
    """A card as Slack stores it."""
    return Card(filled(blocks), channel, alone)


def is_one(action_id: str, do: str) -> bool:
    """Whether an element is of this kind: several in a row differ by something behind a dot."""
    return action_id == do or action_id.startswith(f"{do}.")


def _called(place: Place) -> str:
    """The name under which a test fills an input: its field, without the id behind it; a question's choice or comment."""
    part = ids.question_part(place.block_id)
    if part:
        return "question" if part[1] == "v" else "comment"
    return ids.field_name(place.block_id).partition(".")[0]
