"""A local Slack in which everything carries a marker of its own, and who may read which: for the tests of the live page.

Ours: Sec (security team), Own (an owner), Idle; Gus, a single-channel guest. Alpha and Beta are suppliers with workspaces of
their own: Al and Ada, Bea; Hid works at Alpha and is in no channel. `MAY_READ` is written by hand, from what Slack shows, and
knows nothing of the code it is held against.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sandbox import files, messages, views, world_file
from sandbox.server import Running, running
from sandbox.web_api import rooms
from sandbox.world import File, Message
from tests.sandbox.stage import MANIFEST

OURS, ALPHA, BETA, BOT = "T0OURS", "T0ALPHA", "T0BETA", "U0BOT"
SEC, OWN, IDLE, GUS, AL, ADA, HID, BEA = "U0SEC", "U0OWN", "U0IDLE", "U0GUS", "U0AL", "U0ADA", "U0HID", "U0BEA"
LOBBY, ROOM, TO_ALPHA, TO_BETA, TO_GUS = "C0LOBBY", "C0ROOM", "C0ALPHA", "C0BETA", "C0GUS"
PEOPLE = (SEC, OWN, IDLE, GUS, AL, ADA, HID, BEA)
MEMBERS = {
    LOBBY: [SEC, OWN, IDLE, BOT],
    ROOM: [SEC, BOT],
    TO_ALPHA: [SEC, OWN, AL, ADA, BOT],
    TO_BETA: [SEC, BEA, BOT],
    TO_GUS: [SEC, GUS, BOT],
}
_US, _AT_ALPHA = {SEC, OWN, IDLE}, {AL, ADA, HID}
NAMES = {
    SEC: _US | {AL, ADA, BEA, GUS},
    OWN: _US | {AL, ADA},
    IDLE: _US,
    GUS: _US | {GUS},
    AL: _AT_ALPHA | {SEC, OWN},
    ADA: _AT_ALPHA | {SEC, OWN},
    HID: _AT_ALPHA,
    BEA: {BEA, SEC},
}
"""Whose name may be read by whom: own workspace (a guest: its channel only), and whom they share a channel with."""
COMPANIES = {
    OURS: _US | {GUS, AL, ADA, BEA},
    ALPHA: _AT_ALPHA | {SEC, OWN},
    BETA: {BEA, SEC},
}


def readers(room: str) -> set[str]:
    return set(MEMBERS[room]) - {BOT}


def _may_read() -> dict[str, set[str]]:
    """Marker -> who may read it."""
    found = {f"mk-name-{one[2:]}-km": {who for who in PEOPLE if one in NAMES[who] or one == who} for one in PEOPLE}
    for guest_sees in (
        SEC,
        GUS,
    ):  # Gus knows Sec and himself; Sec, Own and Idle are of Gus's workspace, but a guest sees none
        found["mk-name-GUS-km"] |= {guest_sees}
    found["mk-name-GUS-km"] |= _US
    for one in (OWN, IDLE):
        found[f"mk-name-{one[2:]}-km"] -= {GUS}
    found |= {f"mk-company-{team[2:]}-km": who for team, who in COMPANIES.items()}
    for room in MEMBERS:
        public = _US if room == LOBBY else set()
        found[f"mk-room-{room[2:]}-km"] = readers(room) | public
        for what in ("root", "reply", "filename", "content"):
            found[f"mk-{what}-{room[2:]}-km"] = readers(room)
    for one in PEOPLE:
        for what in ("dm", "only", "modal", "typed", "home"):
            found[f"mk-{what}-{one[2:]}-km"] = {one}
    found["mk-group-km"] = _US
    found["mk-alias-ALPHA-km"] = {AL, ADA}  # Alpha calls the channel by a name of its own, and never learns of ours
    found["mk-room-ALPHA-km"] = {SEC, OWN}
    return found


MAY_READ = _may_read()
APART = {f"mk-{what}-HID-km" for what in ("dm", "only")} | {f"mk-home-{one[2:]}-km" for one in (AL, ADA, HID, BEA)}
"""Not there: Hid shares no channel with the app; people of other workspaces are shown no Home tab of ours."""


def world() -> dict[str, Any]:
    def user(key: str, team: str, **more: Any) -> dict[str, Any]:
        return {"id": key, "team_id": team, "name": f"n{key.lower()}", "real_name": f"mk-name-{key[2:]}-km", **more}

    def room(key: str, team: str = "", **more: Any) -> dict[str, Any]:
        connected = [team] if team else []
        name = f"mk-room-{key[2:]}-km"
        return {"id": key, "name": name, "team_id": OURS, "members": [*MEMBERS[key]], "connected": connected, **more}

    app = {
        "app_id": "A0",
        "bot_id": "B0",
        "bot_user": BOT,
        "bot_token": "xoxb-1",
        "app_token": "xapp-1",
        "team_id": OURS,
    }
    return {
        "app": app,
        "teams": [{"id": t, "name": f"mk-company-{t[2:]}-km", "domain": t.lower()} for t in (OURS, ALPHA, BETA)],
        "users": [
            *(user(one, OURS) for one in (SEC, OWN, IDLE)),
            user(GUS, OURS, kind="single_guest"),
            *(user(one, ALPHA) for one in (AL, ADA, HID)),
            user(BEA, BETA),
        ],
        "channels": [
            room(LOBBY),
            room(ROOM, is_private=True),
            room(TO_ALPHA, ALPHA, is_private=True, names={ALPHA: "mk-alias-ALPHA-km"}),
            room(TO_BETA, BETA, is_private=True),
            room(TO_GUS, is_private=True),
        ],
        "groups": [{"id": "S0GROUP", "handle": "mk-group-km", "name": "g", "users": [SEC]}],
    }


@asynccontextmanager
async def planted(tmp_path: Path) -> AsyncIterator[Running]:
    """Served, with every marker in its place."""
    manifest = tmp_path / "app.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    async with running(world_file.from_json(world()), manifest, tmp_path) as slack:
        for room in MEMBERS:
            _fill(slack, room)
        for one in PEOPLE:
            _plant(slack, one)
        yield slack


def _fill(slack: Running, room: str) -> None:
    sandbox, name = slack.sandbox, room[2:]
    first = next(iter(sorted(readers(room))))
    root = say(slack, room, first, f"mk-root-{name}-km <@{AL}> <@{BEA}> <#{TO_ALPHA}> <#{TO_BETA}> <!subteam^S0GROUP>")
    file = File(
        sandbox.next_id("F"), f"mk-filename-{name}-km.txt", first, "text/plain", f"mk-content-{name}-km".encode()
    )
    files.keep(sandbox, file, channel=room, thread_ts=root.ts)
    say(slack, room, first, f"mk-reply-{name}-km", thread_ts=root.ts, files=[file.id])


def say(slack: Running, room: str, user: str, text: str, **more: Any) -> Message:
    """A message, as it is stored."""
    message = Message(room, slack.sandbox.next_ts(), user, text, **more)
    messages.store(slack.sandbox, message)
    return message


def _plant(slack: Running, one: str) -> None:
    sandbox, name = slack.sandbox, one[2:]
    if one != HID:
        dm = rooms.dm_with(sandbox, sandbox.world.users[one])
        say(slack, dm.id, BOT, f"mk-dm-{name}-km", bot_id="B0")
        whisper(slack, one)
    modal = views.open_modal(sandbox, one, _modal(name))
    modal.values = {"text": {"text": {"type": "plain_text_input", "value": f"mk-typed-{name}-km"}}}
    views.publish(sandbox, one, {"type": "home", "blocks": [_section(f"mk-home-{name}-km")]})


def whisper(slack: Running, one: str) -> None:
    """An ephemeral in a room of theirs."""
    room = next(room for room, members in MEMBERS.items() if one in members)
    message = Message(room, slack.sandbox.next_ts(), BOT, f"mk-only-{one[2:]}-km", bot_id="B0", only_for=one)
    messages.show_only(slack.sandbox, message)


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "block_id": "said", "text": {"type": "plain_text", "text": text}}


def _modal(name: str) -> dict[str, Any]:
    def entry(key: str, kind: str) -> dict[str, Any]:
        label = {"type": "plain_text", "text": key}
        return {"type": "input", "block_id": key, "label": label, "element": {"type": kind, "action_id": key}}

    inputs = [entry(kind, kind) for kind in ("users_select", "conversations_select", "channels_select")]
    blocks = [_section(f"mk-modal-{name}-km"), entry("text", "plain_text_input"), *inputs]
    title = {"type": "plain_text", "text": "t"}
    return {"type": "modal", "callback_id": "c", "title": title, "submit": title, "blocks": blocks}
