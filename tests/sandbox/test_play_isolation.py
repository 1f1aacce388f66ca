"""No byte of what somebody may not read is in anything that their windows are sent: pages, parts, lists, files, events.

Everything in the world of `planted.py` carries a marker. Each person asks for everything there is to ask, also for what is not
theirs; what comes back is searched for all markers. That the search finds something is tested too: what may be read must be
there, and four leaks made on purpose are noticed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import sight, story
from sandbox.play import lines, routes, scene
from sandbox.play.known import Known
from sandbox.render.names import WorldNames
from sandbox.server import Running
from tests.sandbox import planted
from tests.sandbox.planted import (
    AL,
    APART,
    BEA,
    MAY_READ,
    MEMBERS,
    PEOPLE,
    ROOM,
    SEC,
    TO_ALPHA,
    TO_BETA,
    say,
)


@asynccontextmanager
async def browser(slack: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(slack.url, timeout=aiohttp.ClientTimeout(60)) as session:
        yield session


async def everything_sent_to(slack: Running, session: aiohttp.ClientSession, who: str) -> str:
    """All answers to all that a window could ask."""
    world, base, sent = slack.sandbox.world, f"/as/{who}", []

    async def get(path: str) -> None:
        async with session.get(base + path) as answer:
            sent.append((await answer.read()).decode() + str(answer.headers))

    async def post(path: str, **body: Any) -> dict[str, Any]:
        async with session.post(base + path, json=body) as answer:
            text = (await answer.read()).decode()
            sent.append(text)
            return dict(json.loads(text)) if answer.ok else {}

    for room in ["", "home", "app", *world.channels]:
        await get(f"/{room}")
        await get(f"/parts?room={room}")
        for message in [m for channel in world.channels.values() for m in channel.messages if not m.thread_ts]:
            await get(f"/parts?room={room}&thread={message.ts}")
        await post("/act", act="read", place={"room": room})
    for file in world.files:
        await get(f"/files/{file}")
    for sign in "@#":
        await post("/options", sign=sign, typed="")
    for view in world.views.values():
        for key in ("users_select", "conversations_select", "channels_select", "text"):
            await post("/options", target={"view_id": view.id}, block_id=key, action_id=key, typed="")
        await post("/act", act="submit", view_id=view.id)
    for channel in world.channels.values():
        for message in channel.messages:
            target = {"channel": channel.id, "ts": message.ts}
            await post("/act", act="press", target=target, block_id="b", action_id="a")
        await post("/act", act="say", room=channel.id, text="")
    for user in world.users.values():  # a mention is an answer too: it tells whether there is such a person
        room = next((room for room, members in MEMBERS.items() if who in members), "")
        await post("/act", act="say", room=room, text=f"@{user.name} hello", place={"room": room})
    return "\n".join(sent)


def check(who: str, sent: str) -> None:
    """Nothing that they may not read; and all that they may, or the search would prove nothing."""
    leaked = [marker for marker, readers in MAY_READ.items() if who not in readers and marker in sent]
    missing = [marker for marker, readers in MAY_READ.items() if who in readers and marker not in sent]
    assert not leaked, f"{who} was sent {leaked}"
    assert not set(missing) - APART, f"{who} was not shown {missing}"


@pytest.mark.parametrize("who", PEOPLE)
async def test_a_window_is_sent_only_what_its_person_may_read(tmp_path: Path, who: str) -> None:
    async with planted.planted(tmp_path) as slack, browser(slack) as session:
        check(who, await everything_sent_to(slack, session, who))
        own_mistakes = [
            e for e in slack.sandbox.record.entries() if e["kind"] == "problem" and e["what"] == "sandbox_error"
        ]
        assert not own_mistakes


@pytest.mark.parametrize("who", PEOPLE)
async def test_whatever_they_do_not_have_is_not_there(tmp_path: Path, who: str) -> None:
    """The same answer for a room of others, a file of others, and for what nobody has."""
    async with planted.planted(tmp_path) as slack, browser(slack) as session:
        world = slack.sandbox.world
        answers = {}
        others = [room.id for room in world.channels.values() if who not in room.members]
        files = [f"files/{file.id}" for file in world.files.values() if who not in MEMBERS[file.channels[0]]]
        for path in ["C0NOBODY", "files/F0NOBODY", *others, *files]:
            for form in (f"/as/{who}/{path}", f"/as/{who}/parts?room={path}"):
                async with session.get(form) as answer:
                    answers[form] = (answer.status, await answer.text())
        assert {status for status, _ in answers.values()} == {404}, answers
        assert len({text for _, text in answers.values()}) == 2, "one page, and one word for parts and files"


# -- events --------------------------------------------------------------------------------------------------------------


class Events:
    """The events of one window, as they come."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer
        self.bytes = b""

    async def next(self) -> dict[str, Any]:
        while True:
            line = await asyncio.wait_for(self._answer.content.readline(), 30)
            self.bytes += line
            if line.startswith(b"data: "):
                return dict(json.loads(line[6:]))


@asynccontextmanager
async def window(session: aiohttp.ClientSession, who: str, room: str = "") -> AsyncIterator[Events]:
    async with session.get(f"/as/{who}/live", params={"room": room}) as answer:
        assert answer.status == 200
        yield Events(answer)


def commotion(slack: Running, besides: str) -> None:
    """Much happens to everybody else, and in rooms that `besides` is not in."""
    live, world = slack.live, slack.sandbox.world
    for room, members in MEMBERS.items():
        if besides not in members:
            root = say(slack, room, planted.BOT, f"mk-root-{room[2:]}-km again", bot_id="B0")
            say(slack, room, planted.BOT, f"mk-reply-{room[2:]}-km again", bot_id="B0", thread_ts=root.ts)
    for one in (one for one in PEOPLE if one not in (besides, planted.HID)):
        planted._plant(slack, one)
    story.TURNS["create_channel"](live, f"mk-room-NEW-km{len(world.channels)}", members=[SEC])
    slack.sandbox.record.write("typed", user=SEC, command="/x", text="mk-typed", channel=ROOM)
    assert world.ephemerals


@pytest.mark.parametrize("who", [one for one in PEOPLE if one not in (SEC, planted.HID)])
async def test_an_event_tells_nothing_of_others_and_not_even_that_there_was_something(tmp_path: Path, who: str) -> None:
    """Between two changes of their own screen a window is sent nothing, whatever happens to others.

    A window of Sec's, who is in every room, tells when the server has worked through it.
    """
    room = next(room for room, members in MEMBERS.items() if who in members)
    async with (
        planted.planted(tmp_path) as slack,
        browser(slack) as session,
        window(session, who, room) as events,
        window(session, SEC, ROOM) as witness,
    ):
        assert set((await events.next())["parts"]) == set(routes.page.PARTS)
        await witness.next()
        for _ in range(3):
            commotion(slack, who)
            await witness.next()
        say(slack, room, planted.BOT, f"mk-root-{room[2:]}-km the sign", bot_id="B0")
        then = await events.next()
        assert set(then["parts"]) == {"main", "side"}
        assert "the sign" in then["parts"]["main"]
        check_no_leak(who, events.bytes.decode())


def check_no_leak(who: str, sent: str) -> None:
    leaked = [marker for marker, readers in MAY_READ.items() if who not in readers and marker in sent]
    assert not leaked, f"{who} was sent {leaked}"
    assert "mk-room-NEW-km" not in sent


async def test_each_event_carries_only_the_parts_that_changed(tmp_path: Path) -> None:
    async with planted.planted(tmp_path) as slack, browser(slack) as session, window(session, AL, TO_ALPHA) as events:
        await events.next()
        planted.whisper(slack, AL)
        assert set((await events.next())["parts"]) == {"main"}
        slack.live.clock.advance(3600)
        slack.sandbox.record.write("clock", now="")
        assert set((await events.next())["parts"]) == {"clock"}


async def test_new_names_come_by_themselves(tmp_path: Path) -> None:
    async with planted.planted(tmp_path) as slack, browser(slack) as session, window(session, AL, TO_ALPHA) as events:
        await events.next()
        story.TURNS["rename_user"](slack.live, user=SEC, real_name="another name")
        assert "another name" in (await events.next())["parts"]["main"]
        story.TURNS["rename"](slack.live, channel=TO_ALPHA, user=AL, name="as-we-call-it")
        assert "as-we-call-it" in (await events.next())["parts"]["side"]


async def test_whoever_leaves_a_room_is_sent_nothing_more_of_it(tmp_path: Path) -> None:
    async with planted.planted(tmp_path) as slack, browser(slack) as session, window(session, BEA, TO_BETA) as events:
        await events.next()
        story.TURNS["leave"](slack.live, channel=TO_BETA, user=BEA)
        say(slack, TO_BETA, SEC, "after the end")
        rest = await asyncio.wait_for(events._answer.content.read(), 30)
        assert rest.endswith(b"event: gone\ndata: {}\n\n")
        assert b"after the end" not in rest


# -- the test itself -----------------------------------------------------------------------------------------------------


def leak_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def everybody(world: Any, _user: Any) -> Known:
        names = WorldNames.of(world)
        return Known(names, names.flat)

    monkeypatch.setattr(scene, "known_to", everybody)


def leak_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_everybody(one: scene.Scene) -> str:
        everything = [m for channel in one.live.sandbox.world.channels.values() for m in channel.messages]
        return lines.draw(one, lines.shown(one, everything), prefix="m")

    monkeypatch.setitem(routes.page.PARTS, "main", of_everybody)


def leak_whispers(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_of_them(one: scene.Scene, channel: str) -> list[dict[str, Any]]:
        found = [m for m in one.live.sandbox.world.ephemerals if m.channel == channel]
        return lines.shown(one, found)

    monkeypatch.setattr(lines, "ephemerals", all_of_them)


def leak_modals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sight, "top_modal", lambda live, _user: next(v for v in live.sandbox.world.views.values() if v.open)
    )


@pytest.mark.parametrize("leak", [leak_names, leak_rooms, leak_whispers, leak_modals])
async def test_a_leak_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leak: Callable[[pytest.MonkeyPatch], None]
) -> None:
    async with planted.planted(tmp_path) as slack, browser(slack) as session:
        leak(monkeypatch)
        sent = await everything_sent_to(slack, session, AL)
        with pytest.raises(AssertionError, match="was sent"):
            check(AL, sent)
