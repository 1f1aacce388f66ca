"""What a window does: each press, entry and message, through the same `people.ACTS` that drivers call.

`DOINGS` is the table: what the script sends -> a coroutine (scene, what it sent) that gives an Outcome. What Slack's screen
refuses becomes a sentence (`words.py`): beside the input where it is one, else at the top. To add one: a coroutine, a row here
and in `asked.ACTS`, and its call in `static/play.js`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import people, sight, views
from sandbox.cannot import CannotDo
from sandbox.elements import ELEMENTS, Place, places, state_values
from sandbox.entering import complaints
from sandbox.play import clockbar, words
from sandbox.play.scene import APP, Scene
from sandbox.play.unread import read_up_to_now
from sandbox.render.mrkdwn import JST
from sandbox.world import Json, View


@dataclass
class Outcome:
    """`notice` is told to the person; `go` is the room that the window goes to; `ok` is False where nothing was done."""

    notice: str = ""
    go: str = ""
    ok: bool = True


async def do(scene: Scene, body: Json) -> Outcome:
    """One act, as `asked.py` lets it through. A refusal is an Outcome too."""
    doing = DOINGS[body["act"]]
    try:
        return await doing(scene, body)
    except CannotDo as reason:
        return Outcome(words.refusal(reason), ok=False)


async def _act(scene: Scene, name: str, **arguments: Any) -> Outcome:
    result = await people.ACTS[name](scene.live, scene.user, **arguments)
    error = getattr(result, "error_shown", None)
    return Outcome(words.failure(error), ok=False) if error else Outcome()


async def press(scene: Scene, body: Json) -> Outcome:
    wanted = {"action_id": body["action_id"], "block_id": body["block_id"]}
    return await _act(scene, "press", target=body["target"], **wanted)


async def enter(scene: Scene, body: Json) -> Outcome:
    """A value. In a modal, one that is not taken is said under its input and keeps the form from being sent."""
    target, where, given = body["target"], body["block_id"], body["given"]
    wrong = _wrong(scene, target["view_id"]) if "view_id" in target else {}
    try:
        given = _moment(given) if body.get("type") == "datetimepicker" and given else given
        outcome = await _act(
            scene,
            "enter",
            target=target,
            where=where,
            given=given,
            query=body.get("query"),
            action_id=body["action_id"],
        )
    except CannotDo as reason:
        if "view_id" not in target or body.get("type") == "overflow":
            raise
        wrong[where] = (words.refusal(reason), given if isinstance(given, str) else None)
        return Outcome(ok=False)
    wrong.pop(where, None)
    return outcome


def _wrong(scene: Scene, view_id: str) -> dict[str, tuple[str, Any]]:
    """What stands under the inputs of a view that is theirs; CannotDo for anybody else's."""
    return scene.memory.wrong.setdefault(sight.view_of(scene.live, scene.user, view_id).id, {})


def _moment(given: str) -> int:
    """What a datetime field holds, in Japanese time -> Unix seconds."""
    try:
        return int(datetime.fromisoformat(given).replace(tzinfo=JST).timestamp())
    except ValueError as error:
        raise CannotDo(f"{given!r} is not a date") from error


async def submit(scene: Scene, body: Json) -> Outcome:
    """What the screen itself refuses is said under the inputs, all of it at once."""
    view = sight.view_of(scene.live, scene.user, body["view_id"])
    wrong = _wrong(scene, view.id)
    for block in [block for block, (_, typed) in wrong.items() if typed is None]:
        del wrong[block]
    for place, text in _incomplete(view):
        wrong.setdefault(place.block_id, (words.refusal(text, chosen=not _typed(place)), None))
    if wrong:
        return Outcome(ok=False)
    return await _act(scene, "submit", view_id=view.id)


def _typed(place: Place) -> bool:
    return ELEMENTS[place.type].key in ("value", "rich_text_value")


def _incomplete(view: View) -> list[tuple[Place, str]]:
    blocks = view.content["blocks"]
    state = state_values(blocks, view.values)
    inputs = [place for place in places(blocks) if place.is_input and place.type in ELEMENTS]
    return [(place, text) for place in inputs for text in complaints(place, state[place.block_id][place.action_id])]


async def close(scene: Scene, body: Json) -> Outcome:
    """Cancel or the ×: what was entered is gone, as in Slack."""
    for view in views.stack(scene.live.sandbox.world, scene.user.id):
        scene.memory.wrong.pop(view.id, None)
    return await _act(scene, "close", everything=bool(body.get("everything")))


async def say(scene: Scene, body: Json) -> Outcome:
    """Text with files, a slash command, or a global shortcut behind a slash."""
    text, thread = str(body["text"]).strip(), str(body.get("thread") or "")
    uploads = [(str(name), str(content)) for name, content in body.get("files") or []]
    if not text and not uploads:
        raise CannotDo("empty message")
    room = body["room"]
    if room == APP:
        room = await people.open_dm(scene.live, scene.user)
    if text.startswith("/") and not uploads:
        if thread:
            raise CannotDo("commands in a thread")
        if text[1:] in scene.live.sandbox.world.app.shortcuts:
            return await _act(scene, "shortcut", which=text[1:])
        command, _, arguments = text.partition(" ")
        outcome = await _act(scene, "command", command=command, text=arguments.strip(), channel=room)
    else:
        outcome = await _act(scene, "say", channel=room, text=text, thread_ts=thread, uploads=uploads)
    outcome.go = room if body["room"] == APP else ""
    return outcome


async def open_home(scene: Scene, _body: Json) -> Outcome:
    return await _act(scene, "open_home") if scene.live.sandbox.world.app.home_tab else Outcome()


async def read(scene: Scene, _body: Json) -> Outcome:
    """The window shows its room to somebody."""
    if scene.room is not None:
        read_up_to_now(scene, scene.room)
    return Outcome()


async def dismiss(scene: Scene, body: Json) -> Outcome:
    """An ephemeral goes from the screen."""
    scene.memory.dismissed.add((scene.user.id, str(body["target"]["channel"]), str(body["target"]["ts"])))
    return Outcome()


async def move_clock(scene: Scene, body: Json) -> Outcome:
    clockbar.move(scene.live, str(body["how"]), str(body.get("to", "")))
    return Outcome()


DOINGS: dict[str, Callable[[Scene, Json], Awaitable[Outcome]]] = {
    "press": press,
    "enter": enter,
    "submit": submit,
    "close": close,
    "say": say,
    "open_home": open_home,
    "read": read,
    "dismiss": dismiss,
    "clock": move_clock,
}
