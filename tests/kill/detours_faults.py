"""Detours through faults: Slack does not answer, wants rest, cannot be asked; a row that cannot be drawn; a second life."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from sandbox.client import ActResult, Message, Person
from tests.journeys.town import ANNA, CH1, OWNER1, SEC1, START
from tests.kill.acts import close, find, no, row, submit_label, through, whispered
from tests.kill.line import attest, draft, open_round, remind, round_
from tests.kill.play import Leg, Play, at_rest

MANY = 10_000


async def _bad_network(play: Play) -> None:
    """The digest has to wait, the answer to the hub's post is lost, and so is the answer to a refresh."""
    await play.t.slack.fault("rate_limited", "chat.postMessage")
    await open_round(play)
    await play.t.slack.fault("lost_answer", "chat.update")
    await play.t.slack.fault("lost_answer", "chat.postMessage")
    await attest(play)


async def _unreadable_row(play: Play) -> None:
    """A reminder whose checklist has lost its title waits and holds nobody up; it goes out once that is mended."""
    title = _change(play.database, "SELECT json_extract(body, '$.title') FROM checklist_version")
    _change(play.database, "UPDATE checklist_version SET body = json_remove(body, '$.title')")
    await play.t.slack.set_clock(START + timedelta(days=23))
    await play.until(
        row(play, "SELECT 1 FROM notice WHERE reason = 'cannot_be_drawn'"), "a notice that cannot be drawn"
    )
    _change(play.database, "UPDATE checklist_version SET body = json_set(body, '$.title', json(?))", title)
    await find(play.t.slack.person(ANNA), "ご回答期限(", CH1)


def _change(path: Path, statement: str, *values: str) -> str:
    """One statement by hand; its first value, where it has one."""
    with sqlite3.connect(path, timeout=30) as connection:
        found = connection.execute(statement, values).fetchone()
    return str(found[0]) if found else ""


async def _card_unresolved(play: Play) -> None:
    """A digest of which nobody can say whether it arrived. It did: somebody copies its link."""
    await _cut("lost_answer", "conversations.history", play)
    await open_round(play)
    await _resolve(play, play.t.slack.person(OWNER1), "委託業務の現況確認")


async def _hub_unresolved(play: Play) -> None:
    """A hub that did not arrive: somebody has it sent again."""
    await _cut("lost_request", "conversations.history", play)
    await attest(play)
    await _resolve(play, play.t.slack.person(ANNA), "ご回答のお願い", CH1)


async def _reminder_unresolved(play: Play) -> None:
    """A reminder that did arrive: somebody says so."""
    await _cut("lost_answer", "conversations.replies", play)
    await remind(play)
    await _resolve(play, play.t.slack.person(ANNA), "ご回答期限(", CH1)


async def _cut(what: str, look: str, play: Play) -> None:
    """The next post is in doubt, and cannot be looked for."""
    await play.t.slack.fault(what, "chat.postMessage")
    await play.t.slack.fault("lost_request", look, times=MANY)


async def _resolve(play: Play, reader: Person, words: str, channel: str | None = None) -> None:
    """Somebody asks the reader and decides. Where the bot has died meanwhile, it may have found out by itself."""
    await at_rest(play)
    await play.t.slack.no_faults()
    sec = play.t.slack.person(SEC1)
    resolved = no(row(play, "SELECT 1 FROM notice WHERE state = 'unresolved'"))
    if await resolved():
        return
    there = next((m for m in await reader.everything(channel) if words in m.plain()), None)
    if there is None:
        await play.do(lambda: _press(sec, "vr1.notice_again"), resolved, "send it again")
    elif there.thread_ts:
        await play.do(lambda: _press(sec, "vr1.notice_there"), resolved, "it is there")
    else:
        link = {"メッセージのリンク": _link(there)}
        await through(play, sec, lambda: _press(sec, "vr1.notice_there"), link, resolved, "it is there, here")
        await close(sec)
    await at_rest(play)
    await find(reader, words, channel)


async def _press(sec: Person, action_id: str) -> ActResult:
    """A button of the list of what is unresolved."""
    await sec.command("/vendor-review", "unresolved")
    listed = await sec.wait_message(
        lambda m: m.ephemeral and action_id in {b.action_id for b in m.buttons()}, timeout=20
    )
    return await sec.press(listed, action_id=action_id)


def _link(message: Message) -> str:
    """What a person gets from "copy link"."""
    return f"https://aoba.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"


async def _second_thoughts(play: Play) -> None:
    """A round that is put together and not opened."""
    sec = play.t.slack.person(SEC1)

    async def act() -> ActResult:
        modal = await sec.modal()
        if modal is None or submit_label(modal) != "この内容で開始する":
            got = await draft(sec)
            if not got.ok or got.modal is None or not submit_label(got.modal):
                return got
        return await sec.press(action_id="vr1.round_cancel")

    async def gone() -> bool:
        modal = await sec.modal()
        return modal is not None and ("取り消しました" in modal.plain() or "取り消されています" in modal.plain())

    await play.do(act, gone, "cancel the round")
    await close(sec)


async def _unfit_team(play: Play) -> None:
    """A public channel, with a company in it, cannot be the security team: the one before stands again."""
    sec = play.t.slack.person(SEC1)
    choose = lambda: sec.command("/vendor-review", "security #ext-hoshizora")  # noqa: E731
    await play.do(choose, whispered(sec, "公開チャンネルはセキュリティ担当にできない"), "choose a public channel")


def _long_ago(folder: Path) -> None:
    """A week and a day has passed since the presses so far."""
    _change(folder / "bot.db", "UPDATE inbox SET at = strftime('%Y-%m-%d %H:%M:%f000', at, '-8 days')")


async def _forgotten(play: Play) -> None:
    """Old presses are forgotten, and the next one is taken."""
    old = "SELECT 1 FROM inbox WHERE at < datetime('now', '-7 days')"
    await play.until(no(row(play, old)), "old presses are forgotten")
    sec = play.t.slack.person(SEC1)
    pause = lambda: sec.command("/vendor-review", "pause みかづき")  # noqa: E731
    await play.do(pause, row(play, "SELECT 1 FROM supplier WHERE paused"), "pause one supplier")


DETOURS = (
    Leg("second life", round_, after="set up", dies=("send:digest:before", "send:hub:stored")),
    Leg("bad network", _bad_network, after="set up"),
    Leg("unreadable row", _unreadable_row, after="round"),
    Leg("card unresolved", _card_unresolved, after="set up"),
    Leg("hub unresolved", _hub_unresolved, after="card unresolved"),
    Leg("reminder unresolved", _reminder_unresolved, after="round"),
    Leg("second thoughts", _second_thoughts, after="set up"),
    Leg("unfit team", _unfit_team, after="set up"),
    Leg("forgotten", _forgotten, after="set up", env=(("FORGET_SECONDS", "1"),), spoil=_long_ago),
)
