"""Pressing buttons and entering values, in a message or in a view, as the screen allows it in its present version.

A button always tells the app. A value tells the app at once when it stands outside an input block, or when the input
says `dispatch_action`; else it waits for the submission. Facts: slack_platform.md §1.1, §2.1, §2.2.
"""

from __future__ import annotations

import base64
import mimetypes
from dataclasses import dataclass
from typing import Any

from sandbox import entering, files, payloads, sight, suggesting
from sandbox.cannot import CannotDo
from sandbox.elements import ELEMENTS, Place, places, state_values
from sandbox.live import ActResult, Live, bad_ack, interact
from sandbox.web_api import rooms
from sandbox.world import File, Json, Message, User, View


@dataclass
class Screen:
    """What the person is looking at: exactly one of message and view."""

    message: Message | None = None
    view: View | None = None

    @property
    def blocks(self) -> list[Json]:
        if self.view is not None:
            return list(self.view.content["blocks"])
        assert self.message is not None
        return self.message.blocks

    @property
    def shown(self) -> View | Message:
        shown = self.view or self.message
        assert shown is not None
        return shown

    def where(self) -> Json:
        """As the record says it."""
        if self.view is not None:
            return {"view_id": self.view.id}
        assert self.message is not None
        return {"channel": self.message.channel, "ts": self.message.ts}


def screen(live: Live, user: User, target: Json) -> Screen:
    """`target` is {"view_id"} or {"channel", "ts"}."""
    if "view_id" in target:
        return Screen(view=sight.view_of(live, user, target["view_id"]))
    return Screen(message=sight.message_of(live, user, target["channel"], target["ts"]))


async def press(live: Live, user: User, target: Json, **wanted: Any) -> ActResult:
    """`wanted` narrows it down to one button: action_id, block_id, label, value, nth (from 0)."""
    on = screen(live, user, target)
    buttons = [place for place in places(on.blocks) if place.type == "button"]
    return await _act(live, user, on, _the_one(buttons, **wanted), {})


async def enter(
    live: Live,
    user: User,
    target: Json,
    where: str,
    given: Any,
    query: str | None = None,
    action_id: str | None = None,
) -> ActResult:
    """Enters or chooses; `where` is a block_id, action_id or label, with `action_id` the one of several in a block.

    Not telling the app is a success at once.
    """
    on = screen(live, user, target)
    place = _place(on, where, action_id)
    if place.type == "overflow":
        option = entering.find_option(place.element["options"], given)
        return await _act(live, user, on, place, {"selected_option": option})
    if place.type.endswith("external_select") and given:
        held = state_values(on.blocks, _values(live, user, on))[place.block_id][place.action_id]
        held = held[ELEMENTS[place.type].key]
        suggested = await suggesting.choose(live, user, on.shown, place, given, query, held)
        if isinstance(suggested, ActResult):
            return suggested
        given = suggested
    enter_it = _upload if place.type == "file_input" else _entered
    state = enter_it(live, user, place, given)
    _values(live, user, on).setdefault(place.block_id, {})[place.action_id] = state
    if place.is_input and not place.block.get("dispatch_action"):
        return ActResult(True)
    return await _act(live, user, on, place, state)


def _entered(live: Live, user: User, place: Place, given: Any) -> Json:
    return entering.entered(live.sandbox.world, user, place, given)


def _upload(live: Live, user: User, place: Place, given: Any) -> Json:
    """`given` is a list of (name, base64). Slack shares them with the app alone: here, in the messages with it."""
    uploads = [new_file(live, user, name, content) for name, content in given or []]
    state = _entered(live, user, place, [files.as_json(live.sandbox, file) for file in uploads])
    for file in uploads:
        files.keep(live.sandbox, file, channel=rooms.dm_with(live.sandbox, user).id)
    return state


def new_file(live: Live, user: User, name: str, content: str) -> File:
    """`content` is base64. Whoever makes it keeps it (`files.keep`)."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return File(live.sandbox.next_id("F"), name, user.id, kind, base64.b64decode(content))


def _place(on: Screen, where: str, action_id: str | None) -> Place:
    holders = [place for place in places(on.blocks) if place.type in ELEMENTS or place.type == "overflow"]
    holders = [place for place in holders if action_id in (None, place.action_id)]
    for match in ("block_id", "action_id", "label"):
        found = [place for place in holders if getattr(place, match) == where]
        if found:
            return _the_one(found)
    return _the_one(holders, label=where)


def _the_one(
    candidates: list[Place],
    *,
    action_id: str | None = None,
    block_id: str | None = None,
    label: str | None = None,
    value: str | None = None,
    nth: int | None = None,
) -> Place:
    """The only one that fits; CannotDo names what is there when none or several do."""
    fits = [p for p in candidates if action_id in (None, p.action_id) and block_id in (None, p.block_id)]
    fits = [p for p in fits if value is None or p.element.get("value") == value]
    if label is not None:
        exact = [p for p in fits if p.label == label]
        fits = exact or [p for p in fits if label in p.label]
    if nth is not None:
        fits = fits[nth : nth + 1]
    if len(fits) == 1:
        return fits[0]
    wanted = {"action_id": action_id, "block_id": block_id, "label": label, "value": value, "nth": nth}
    asked = ", ".join(f"{key}={what!r}" for key, what in wanted.items() if what is not None)
    there = "; ".join(f"{p.label!r} (action_id={p.action_id}, block_id={p.block_id})" for p in fits or candidates)
    raise CannotDo(f"{len(fits)} elements fit {asked or 'no description'}; there are: {there or 'none'}")


async def _act(live: Live, user: User, on: Screen, place: Place, state: Json) -> ActResult:
    action = _action(live, place, state)
    doing = f"{place.type} {place.action_id} ({place.label})"
    live.sandbox.record.write("pressed", user=user.id, label=place.label, action=action, **on.where())
    trigger_id = live.triggers.issue(user.id)
    if on.view is not None:
        payload = payloads.view_action(live.sandbox, user, on.view, action, trigger_id=trigger_id)
    else:
        payload = _message_payload(live, user, on, action, trigger_id)
    result = await interact(live, "interactive", payload, user=user, doing=doing, answerable=True)
    if result.payload:
        return bad_ack(live, user, doing, f"a press takes no answer in the ack: {result.payload}", result.ms)
    return result


def _message_payload(live: Live, user: User, on: Screen, action: Json, trigger_id: str) -> Json:
    message = on.message
    assert message is not None
    url = live.urls.issue(live.sandbox.base_url, user.id, message.channel, message)
    state = state_values(message.blocks, _values(live, user, on))
    return payloads.message_action(live.sandbox, user, message, action, state, trigger_id=trigger_id, response_url=url)


def _action(live: Live, place: Place, state: Json) -> Json:
    """The element as it stands in `actions`: what was chosen, and the parts of it that Slack repeats."""
    repeated = {key: place.element[key] for key in ("text", "value", "style", "placeholder") if key in place.element}
    head = {"type": place.type, "action_id": place.action_id, "block_id": place.block_id}
    return head | repeated | state | {"action_ts": live.sandbox.next_ts()}


def _values(live: Live, user: User, on: Screen) -> Json:
    if on.view is not None:
        return on.view.values
    assert on.message is not None
    return live.message_values.setdefault((user.id, on.message.channel, on.message.ts), {})
