"""What people do in many journeys, always through Slack's screen: commands, forms by their labels, presses.

Every act checks that it was taken and raises AssertionError with what the person saw instead. To add one: a coroutine
that takes the town first; what the bot keeps is looked at with `rows`, and only beside what people saw.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.client import ActResult, Message, Modal, Person
from tests.journeys.town import ADMIN, BOSS, CH1, DEPUTY, OWNER1, SEC1, SEC_CHANNEL, Town

TOKYO = ZoneInfo("Asia/Tokyo")
COMMAND = "/vendor-review"


async def play(t: Town, scenes: Iterable[Callable[[Town], Awaitable[None]]]) -> None:
    """Scenes that follow each other on one stage. After each: no error was shown to anybody, nothing was refused."""
    assert await t.slack.problems() == [], t.log[-3000:]
    for scene in scenes:
        await scene(t)
        assert await t.slack.problems() == [], (scene, t.log[-3000:])


# -- forms and commands ----------------------------------------------------------------------------------------------------


async def say(t: Town, user: str, words: str, channel: str | None = None) -> ActResult:
    """Type the command; it has to be taken."""
    result = await t.slack.person(user).command(COMMAND, words, channel=channel)
    assert result.ok, (words, result, t.log[-2000:])
    return result


async def fill(person: Person, modal: Modal, values: dict[str, Any]) -> None:
    """Fill a form's fields, found by the beginning of their labels."""
    for label, value in values.items():
        where = next((f for f in modal.fields if f.label.startswith(label)), None)
        assert where, f"no field {label}: {[f.label for f in modal.fields]}"
        enter = person.choose if where.options or "select" in where.type else person.fill
        result = await enter(where.block_id, value)
        assert result.ok, (label, result)


async def opened(t: Town, user: str, words: str, channel: str | None = None) -> Modal:
    """Type a command that leads to a form, and wait for the form."""
    await say(t, user, words, channel)
    return await t.slack.person(user).wait_modal(fits=lambda m: bool(m.fields))


async def form(
    t: Town, words: str, values: dict[str, Any], *, user: str = SEC1, channel: str | None = None, says: str = ""
) -> Modal:
    """Type a command, fill the form, submit it: what stands there afterwards, closed again."""
    person = t.slack.person(user)
    await fill(person, await opened(t, user, words, channel), values)
    return await submitted(t, user, says)


async def submitted(t: Town, user: str, says: str = "") -> Modal:
    """Submit the modal on top: what stands there afterwards, closed again."""
    person = t.slack.person(user)
    result = await person.submit()
    assert result.ok, (result.error_shown, result.errors, t.log[-2000:])
    assert result.modal, "the form is gone without a word"
    assert says in result.modal.plain(), result.modal.plain()
    await person.close(everything=True)
    return result.modal


# -- the ledger ------------------------------------------------------------------------------------------------------------


async def security_and_department(t: Town) -> None:
    """The security team sits in #sec; one department with everybody it can have."""
    await say(t, ADMIN, f"security #{SEC_CHANNEL}")
    await t.slack.person(ADMIN).wait_message("セキュリティ担当は2名")
    await department(t, "物流部", OWNER1, DEPUTY, BOSS)


async def department(t: Town, name: str, primary: str, deputy: str = "", escalation: str = "") -> None:
    """A department with its people."""
    people = {"主担当者": primary, "副担当者": deputy, "エスカレーション先": escalation}
    await form(t, f"department {name}", {"部門名": name} | {k: v for k, v in people.items() if v}, says="登録しました")


async def register(t: Town, name: str, **more: Any) -> None:
    """A supplier (or one more piece of its work) by the form; `more` by the form's labels."""
    usual = {"名称": name, "部門": "物流部", "業務内容": "配送業務", "契約形態": "準委任", "個人データ": "あり"}
    await form(t, "register", usual | more, says=f"「{name}」")


async def link(t: Town, name: str, channel: str, user: str = SEC1) -> Modal:
    """The channel becomes the supplier's endpoint, or is confirmed again."""
    return await form(t, "link", {"委託先": name}, user=user, channel=channel, says=name)


# -- a round ---------------------------------------------------------------------------------------------------------------


async def open_round(t: Town, title: str = "2026年度 委託先点検", **fields: Any) -> None:
    """A round over everything, previewed and opened; what goes out at once has gone out."""
    sec = t.slack.person(SEC1)
    await fill(sec, await opened(t, SEC1, "round"), {"件名": title} | fields)
    preview = await sec.submit()
    assert preview.ok, preview
    assert preview.modal
    assert preview.modal.submit_label == "この内容で開始する"
    await submitted(t, SEC1, "モニタリングを開始しました")
    await t.settle()


async def digest(t: Town, owner: str, title: str = "") -> Message:
    """The owner's newest digest, as it is now."""
    return await t.slack.person(owner).wait_message(
        lambda m: f"委託業務の現況確認: {title}" in m.plain() and not m.thread_ts
    )


def card_value(message: Message, *words: str) -> str:
    """The value of the buttons under the card that holds these words."""
    for card, buttons in itertools.pairwise(message.blocks):
        text = str((card.get("text") or {}).get("text", ""))
        if buttons["type"] == "actions" and all(word in text for word in words):
            return str(buttons["elements"][0]["value"])
    raise AssertionError(f"no card with {words}: {message.plain()}")


async def attest(t: Town, owner: str, *words: str, label: str = "変更なし") -> ActResult:
    """Press a button of the owner's card that holds these words."""
    shown = await digest(t, owner)
    result = await t.slack.person(owner).press(shown, label=label, value=card_value(shown, *words))
    assert result.ok, result
    return result


async def attest_all(t: Town, owner: str, count: int) -> None:
    """Nothing has changed, card by card; what that sends has gone out."""
    for _ in range(count):
        await attest(t, owner)
        await t.settle()


# -- a supplier ------------------------------------------------------------------------------------------------------------


async def hub(t: Town, user: str, channel: str) -> Message:
    """The newest request in the supplier's channel, as it is now."""
    return await t.slack.person(user).wait_message(
        lambda m: m.bot and not m.thread_ts and any(w in m.plain() for w in ("ご回答のお願い", "your answers, please")),
        channel=channel,
    )


async def hub_of(t: Town, user: str, channel: str, words: str) -> Message:
    """The request that reads so by now."""
    return await t.slack.person(user).wait_message(
        lambda m: m.bot and not m.thread_ts and words in m.plain(), channel=channel
    )


async def page(t: Town, user: str, channel: str, number: int) -> Modal:
    """Open a page of the form from the hub."""
    person = t.slack.person(user)
    result = await person.press(await hub(t, user, channel), action_id=f"vr1.hub_open.{number}")
    assert result.ok, result
    return await person.wait_modal("vr1.page")


def block(modal: Modal, label: str, *, comment: bool = False) -> str:
    """The block of a question's input, or of the remarks under it."""
    blocks = [f.block_id for f in modal.fields]
    at = next(n for n, f in enumerate(modal.fields) if f.label.startswith(label))
    return blocks[at + 1] if comment else blocks[at]


def stands(modal: Modal | None, label: str) -> Any:
    """What a question's input holds."""
    assert modal
    return next(f.chosen for f in modal.fields if f.label.startswith(label))


async def choose(t: Town, user: str, label: str, option: str) -> Modal:
    """Choose in the page that is open; the page as it is once the bot has done what it does."""
    person = t.slack.person(user)
    shown = await person.modal()
    assert shown
    result = await person.choose(block(shown, label), option)
    assert result.ok, result
    await t.settle()
    now = await person.modal()
    assert now
    return now


async def remark(t: Town, user: str, label: str, words: str) -> None:
    """Type into the remarks under a question of the page that is open."""
    person = t.slack.person(user)
    shown = await person.modal()
    assert shown
    assert (await person.fill(block(shown, label, comment=True), words)).ok


async def answer_all(t: Town, user: str, channel: str, option: str = "yes") -> None:
    """Answer every question, page by page, and close."""
    person = t.slack.person(user)
    shown: Modal | None = await page(t, user, channel, 0)
    while shown and shown.callback_id == "vr1.page":
        for field in shown.fields:
            if field.type == "radio_buttons" and field.chosen is None:
                assert (await person.choose(field.block_id, option)).ok
        result = await person.submit()
        assert result.ok, result
        shown = result.modal
    await person.close(everything=True)
    await t.settle()


async def hand_in(t: Town, user: str, channel: str, *, name: str = "安藤 花", role: str = "部長") -> Modal:
    """The confirmed submission."""
    person = t.slack.person(user)
    assert (await person.press(await hub(t, user, channel), action_id="vr1.hub_submit")).ok
    shown = await person.wait_modal("vr1.submit")
    for field, words in zip(shown.fields, (name, role), strict=True):
        await person.fill(field.block_id, words)
    done = await submitted(t, user)
    await t.settle()
    return done


# -- what came of it ---------------------------------------------------------------------------------------------------------


async def at(t: Town, days: float = 0, *, to: datetime | None = None) -> None:
    """Move the business clock, and let the bot do what that brings."""
    await t.slack.set_clock(to or await t.slack.clock() + timedelta(days=days))
    await t.settle()


def morning(year: int, month: int, day: int, hour: int = 10) -> datetime:
    """A moment of a day in Tokyo."""
    return datetime(year, month, day, hour, tzinfo=TOKYO)


async def bot_messages(t: Town, user: str, channel: str) -> list[Message]:
    """What the bot has said in a channel."""
    return [m for m in await t.slack.person(user).messages(channel) if m.bot]


async def told(t: Town, user: str) -> list[str]:
    """What the bot has said to somebody in their DM, as it reads now, oldest first."""
    return [m.plain() for m in await t.slack.person(user).dm_with_bot() if m.bot]


async def arrivals(t: Town, channel: str, since: int = 0) -> list[str]:
    """The texts of the bot's posts and refreshes in a channel, by the record."""
    entries = await t.slack.record(since)
    return [
        e["text"] for e in entries if e["kind"] in {"posted", "updated"} and e["channel"] == channel and e.get("bot")
    ]


async def mark(t: Town) -> int:
    """The number of the record's newest entry."""
    record = await t.slack.record()
    return int(record[-1]["n"]) if record else 0


def rows(t: Town, query: str, *params: Any) -> list[tuple[Any, ...]]:
    """Look into the bot's database."""
    with sqlite3.connect(t.folder / "bot.db", timeout=10) as connection:
        return list(connection.execute(query, params))


def counts(t: Town, tables: Iterable[str]) -> dict[str, int]:
    """How many rows each table has."""
    return {table: rows(t, f"SELECT count(*) FROM {table}")[0][0] for table in tables}


async def asked(t: Town, company: str) -> None:
    """From nothing: one company is registered, linked to its channel and asked, its owner having confirmed."""
    await security_and_department(t)
    await register(t, company)
    await link(t, company, CH1)
    await open_round(t)
    await attest_all(t, OWNER1, 1)
