"""One review from nothing to its outcome, acted by people who press again where Slack shows them an error.

Every act is `do(...)`: act, look for what it should lead to, and act again when the bot died meanwhile. The bot is started
again as soon as it has died. What a second press of something already done says (already registered, already submitted)
counts as done: the person sees that it is.
"""

from __future__ import annotations

import asyncio
import copy
import multiprocessing
import shutil
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.client import ActResult, CannotDo, Message, Modal, Person
from sandbox.world import World
from tests.journeys.town import (
    ADMIN,
    ANNA,
    BERT,
    BOSS,
    CH1,
    DEPUTY,
    OWNER1,
    SEC1,
    SEC_CHANNEL,
    START,
    Town,
    town,
)
from tests.kill import state
from tests.kill.bot import live

CHECKLIST = """\
key: short
version: "1"
title: {ja: 短い点検票, en: Short checklist}
purpose: {ja: 安全に取り扱われていることを確認します。, en: To see that things are safe.}
source: {title: {ja: 自作, en: Our own}, version: "1", licence: Same as this software, modified: false}
reviewed_on: 2026-11-01
owner: 情報セキュリティ室
minutes: 3
sections:
  - key: first
    title: {ja: 体制, en: Organisation}
    why: {ja: 責任者が必要です。, en: Somebody must be in charge.}
    questions:
      - key: q_person
        text: {ja: 責任者を定めていますか。, en: Is somebody in charge?}
        help: {ja: お名前は不要です。, en: No name needed.}
        kind: yes_no
      - key: q_rules
        text: {ja: 規程がありますか。, en: Are there rules?}
        help: {ja: 文書を指します。, en: A document.}
        kind: yes_no
  - key: second
    title: {ja: 機器, en: Devices}
    why: {ja: 機器は入口です。, en: Devices are the way in.}
    questions:
      - key: q_patch
        text: {ja: 更新していますか。, en: Are they patched?}
        help: {ja: 14日以内です。, en: Within 14 days.}
        kind: yes_no
"""


FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["tests.kill.bot"])


@dataclass
class Play:
    """One run of a scene. `lives` counts how often the bot was started."""

    t: Town
    kill_at: int | str = 0
    mutant: str = ""
    lives: int = 0
    stopping: bool = False
    bot: Any = None

    @property
    def points_file(self) -> Path:
        return self.t.folder / "points.txt"

    @property
    def points(self) -> list[str]:
        """Every point passed so far, over all lives."""
        return self.points_file.read_text(encoding="utf-8").split("\n")[:-1] if self.points_file.exists() else []

    async def keep_alive(self) -> None:
        """Start the bot, and start it again when it died by SIGKILL. Any other end is a failure of the bot."""
        while not self.stopping:
            env = {**self.t.env, "CHECKLIST_DIR": str(self.t.folder)}
            kill_at = self.kill_at if self.lives == 0 else 0
            log, points = str(self.t.folder / "bot.log"), str(self.points_file)
            self.bot = FORK.Process(target=live, args=(env, log, points, kill_at, self.mutant), daemon=True)
            self.bot.start()
            self.lives += 1
            code = await self._end()
            if code != -signal.SIGKILL and not self.stopping:
                raise AssertionError(f"the bot ended with {code}\n{self.t.log[-4000:]}")

    async def _end(self) -> int:
        """The exit code of this life, once it is over."""
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(self.bot.sentinel, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(self.bot.sentinel)
        self.bot.join()
        return int(self.bot.exitcode or 0)

    def stop(self) -> None:
        """Let the bot end."""
        self.stopping = True
        if self.bot is not None and self.bot.is_alive():
            self.bot.terminate()

    async def do(self, act: Callable[[], Awaitable[Any]], seen: Callable[[], Awaitable[bool]], what: str) -> None:
        """Act until it shows. Acting again is allowed only where the bot died, or Slack showed an error."""
        for _ in range(6):
            life = self.lives
            result = await self._once(act)
            if await self._shows(seen, life):
                return
            failed = isinstance(result, ActResult) and (not result.ok or told_to_try_again(result))
            if self.lives == life and not failed and not isinstance(result, CannotDo):
                raise AssertionError(f"{what}: nothing came of it ({result})\n{self.t.log[-3000:]}")
            await self.t.slack.connected(60)
        raise AssertionError(f"{what}: not even after six tries")

    async def _once(self, act: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await act()
        except CannotDo as cannot:
            return cannot

    async def _shows(self, seen: Callable[[], Awaitable[bool]], life: int) -> bool:
        for _ in range(600):
            if await seen():
                return True
            await asyncio.sleep(0.05)
            if self.lives != life:
                await self.t.slack.connected(60)
                return await seen()
        return False


def told_to_try_again(result: ActResult) -> bool:
    """Whether the bot was too busy to answer in time and asked for another press."""
    return result.modal is not None and "もう一度お試しください" in result.modal.plain()


def modal_with(person: Person, words: str) -> Callable[[], Awaitable[bool]]:
    """Whether a modal with these words is on top."""

    async def look() -> bool:
        modal = await person.modal()
        return modal is not None and words in modal.plain()

    return look


def whispered(person: Person, *words: str) -> Callable[[], Awaitable[bool]]:
    """Whether an ephemeral with one of these words was shown."""

    async def look() -> bool:
        return any(word in m.plain() for m in await person.ephemerals() for word in words)

    return look


def message_with(person: Person, words: str, channel: str | None = None) -> Callable[[], Awaitable[bool]]:
    """Whether a message with these words is there."""

    async def look() -> bool:
        return any(words in m.plain() for m in await person.everything(channel))

    return look


def submit_label(modal: Modal) -> str:
    """What stands on the modal's submit button; '' where it has none."""
    return str((modal.content.get("submit") or {}).get("text", ""))


async def find(person: Person, words: str, channel: str | None = None) -> Message:
    """The newest message with these words."""
    return await person.wait_message(words, timeout=20, channel=channel)


async def form(
    play: Play, person: Person, open_: Callable[[], Awaitable[Any]], values: dict[str, Any], done: str
) -> None:
    """Open a form, fill it by its labels, submit it, and see `done`; from the beginning where the bot died."""

    async def act() -> Any:
        modal = await person.modal()
        if modal is None or not modal.fields:
            await open_()
            modal = await person.wait_modal(timeout=5, fits=lambda m: bool(m.fields))
        for label, value in values.items():
            where = next(f for f in modal.fields if f.label.startswith(label))
            enter = person.choose if where.options or "select" in where.type else person.fill
            await enter(where.block_id, value)
        return await person.submit()

    async def patient() -> Any:
        try:
            return await act()
        except TimeoutError as error:
            return CannotDo(str(error))

    await play.do(patient, modal_with(person, done), done)
    await close(person)


async def close(person: Person) -> None:
    """Close whatever is open."""
    while await person.modal():
        await person.close(everything=True)


async def set_up(play: Play) -> None:
    """Team, department, supplier, channel."""
    slack = play.t.slack
    admin, sec = slack.person(ADMIN), slack.person(SEC1)
    await play.do(
        lambda: admin.command("/vendor-review", "security #sec"), whispered(admin, "担当は2名"), "security team"
    )
    people = {"部門名": "物流部", "主担当者": OWNER1, "副担当者": DEPUTY, "エスカレーション先": BOSS}
    await form(play, sec, lambda: sec.command("/vendor-review", "department 物流部"), people, "「物流部」を")
    supplier = {
        "名称": "みかづき運輸株式会社",
        "部門": "物流部",
        "業務内容": "配送業務",
        "契約形態": "準委任",
        "個人データ": "あり",
    }
    registered = lambda: sec.command("/vendor-review", "register")  # noqa: E731
    await form(play, sec, registered, supplier, "「みかづき運輸株式会社」")
    await form(
        play,
        sec,
        lambda: sec.command("/vendor-review", "link", channel=CH1),
        {"委託先": "みかづき運輸株式会社"},
        "窓口として",
    )
    await play.do(
        lambda: sec.command("/vendor-review", "pause"), whispered(sec, "停止しています", "一時停止しました"), "pause"
    )
    await play.do(
        lambda: sec.command("/vendor-review", "resume"), whispered(sec, "再開しました", "停止していません"), "resume"
    )


async def open_round(play: Play) -> None:
    """Form, preview, open."""
    sec = play.t.slack.person(SEC1)

    async def opened() -> bool:
        return (
            await modal_with(sec, "モニタリングを開始しました")()
            or await message_with(play.t.slack.person(OWNER1), "委託業務の現況確認")()
        )

    async def act() -> Any:
        modal = await sec.modal()
        if modal is None or submit_label(modal) != "この内容で開始する":
            await close(sec)
            await sec.command("/vendor-review", "round")
            try:
                modal = await sec.wait_modal(timeout=5, fits=lambda m: bool(m.fields))
            except TimeoutError as error:
                return CannotDo(str(error))
            await sec.fill(next(f.block_id for f in modal.fields if f.label.startswith("件名")), "2026年度 委託先点検")
            got = await sec.submit()
            if not got.ok or got.modal is None or not submit_label(got.modal):
                return got
        return await sec.submit()

    await play.do(act, opened, "open the round")
    await close(sec)
    await at_rest(play)


async def attest(play: Play) -> None:
    """The owner says: nothing changed."""
    owner = play.t.slack.person(OWNER1)
    card = await find(owner, "委託業務の現況確認")
    await play.do(
        lambda: owner.press(card, label="変更なし"), message_with(owner, "すべてご回答いただきました"), "attest"
    )
    await at_rest(play)


async def page(play: Play, person: Person, hub: Message, number: int, title: str) -> Modal:
    """Open a page of the form."""
    opened = lambda: person.press(hub, action_id=f"vr1.hub_open.{number}")  # noqa: E731
    await play.do(opened, modal_with(person, title), f"open page {number}")
    modal = await person.modal()
    assert modal
    return modal


async def choose(play: Play, person: Person, label: str, option: str) -> None:
    """Choose an option; again where the error was shown."""

    async def held() -> bool:
        modal = await person.modal()
        return modal is not None and any(f.label.startswith(label) and f.chosen == option for f in modal.fields)

    async def act() -> Any:
        modal = await person.modal()
        assert modal
        where = next(f.block_id for f in modal.fields if f.label.startswith(label))
        return await person.choose(where, option)

    for _ in range(6):
        result = await act()
        if result.ok and await held():
            return
        await play.t.slack.connected(60)
    raise AssertionError(f"{label} cannot be chosen")


async def turn(play: Play, person: Person, words: str) -> None:
    """Turn the page."""
    await play.do(person.submit, modal_with(person, words), f"turn to {words}")


async def answer(play: Play) -> None:
    """Two people, two pages, a comment, a file in the thread."""
    anna, bert = play.t.slack.person(ANNA), play.t.slack.person(BERT)
    hub = await find(anna, "ご回答のお願い", CH1)
    await page(play, anna, hub, 0, "責任者を定めていますか")
    await choose(play, anna, "責任者", "yes")
    modal = await anna.modal()
    assert modal
    comment = next(f.block_id for f in modal.fields if f.type == "plain_text_input")
    await anna.fill(comment, "部長が務めています")
    await turn(play, anna, "更新していますか")
    await play.do(anna.close, _nothing_open(anna), "close")
    await page(play, bert, hub, 1, "更新していますか")
    await choose(play, bert, "更新", "partly")
    await turn(play, bert, "まだ回答のない設問が1問")
    await play.do(lambda: bert.press(label="開く"), modal_with(bert, "規程がありますか"), "jump")
    await choose(play, bert, "規程", "no")
    await turn(play, bert, "更新していますか")
    await turn(play, bert, "すべての設問にご回答いただきました")
    await close(bert)
    await anna.say(CH1, "規程です", thread_ts=hub.ts, files=[("規程.pdf", b"%PDF-1.7 kitei")])
    await at_rest(play)


def _nothing_open(person: Person) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return await person.modal() is None

    return look


async def remind(play: Play) -> None:
    """Three business days before the due day: one reminder."""
    await play.t.slack.set_clock(START + timedelta(days=23))
    await at_rest(play)


async def submit(play: Play) -> None:
    """The confirmed submission."""
    anna = play.t.slack.person(ANNA)
    hub = await find(anna, "ご回答のお願い", CH1)

    async def act() -> Any:
        modal = await anna.modal()
        if modal is None or not modal.fields:
            await close(anna)
            await anna.press(hub, action_id="vr1.hub_submit")
            try:
                modal = await anna.wait_modal(timeout=5)
            except TimeoutError as error:
                return CannotDo(str(error))
        if not modal.fields:
            return None
        for f in modal.fields:
            await anna.fill(f.block_id, "安藤 花" if "お名前" in f.label else "部長")
        return await anna.submit()

    async def done() -> bool:
        modal = await anna.modal()
        return modal is not None and ("承りました" in modal.plain() or "提出済み" in modal.plain())

    await play.do(act, done, "submit")
    await close(anna)
    await at_rest(play)


async def judge(play: Play) -> None:
    """Judged with a reason; everybody is told; the round closes."""
    sec = play.t.slack.person(SEC1)
    card = await find(sec, "みかづき運輸", SEC_CHANNEL)

    async def act() -> Any:
        modal = await sec.modal()
        if modal is None or not modal.fields:
            await close(sec)
            await sec.press(card, action_id="vr1.judge_open")
            try:
                modal = await sec.wait_modal(timeout=5)
            except TimeoutError as error:
                return CannotDo(str(error))
        if not modal.fields:
            return None
        for f in modal.fields:
            if f.label.startswith("判断"):
                await sec.choose(f.block_id, "経過観察")
            elif f.label.startswith("理由") or "理由" in f.label:
                await sec.fill(f.block_id, "規程の整備を来期に確認する")
        return await sec.submit()

    async def done() -> bool:
        modal = await sec.modal()
        return modal is not None and not modal.fields and "判断" in modal.plain()

    await play.do(act, done, "judge")
    await close(sec)
    await at_rest(play)


async def at_rest(play: Play) -> None:
    """Wait until nothing is on its way: what a dead process had claimed comes back when its lease is over."""
    for _ in range(200):
        await play.t.slack.connected(60)
        try:
            await play.t.slack.settle(20)
        except TimeoutError:
            continue  # the bot died meanwhile
        if not state.unsettled(play.t.folder / "bot.db"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"no rest\n{play.t.log[-3000:]}")


@dataclass(frozen=True)
class Leg:
    """A part of the scene that begins and ends at rest, so that a run can begin there."""

    name: str
    act: Callable[[Play], Awaitable[None]]


async def _round(play: Play) -> None:
    await open_round(play)
    await attest(play)


async def _answer(play: Play) -> None:
    await answer(play)
    await remind(play)


async def _end(play: Play) -> None:
    await submit(play)
    await judge(play)


LEGS = (Leg("set up", set_up), Leg("round", _round), Leg("answer", _answer), Leg("end", _end))


@dataclass(frozen=True)
class Rest:
    """Everything at rest between two legs: the local Slack's world and clock, and the bot's folder."""

    scenery: World | None
    now: datetime
    folder: Path | None


@dataclass(frozen=True)
class Outcome:
    """What a run of a leg led to."""

    points: list[str]
    received: Counter[Any]
    shown: Counter[Any]
    database: dict[str, Counter[Any]]
    problems: list[dict[str, Any]]
    rest: Rest


async def perform(leg: Leg, begin: Rest, folder: Path, kill_at: int | str = 0, mutant: str = "") -> Outcome:
    """Play a leg from where the one before ended."""
    folder.mkdir(parents=True, exist_ok=True)
    if begin.folder:
        for name in ("bot.db", "bot.db-wal", "bot.db-shm", "evidence"):
            _copy(begin.folder / name, folder / name)
    (folder / "short.yaml").write_text(CHECKLIST, encoding="utf-8")
    async with town(folder, scenery=copy.deepcopy(begin.scenery), start=begin.now) as t:
        play = Play(t, kill_at, mutant)
        alive = asyncio.create_task(play.keep_alive())
        acting = asyncio.create_task(_act(play, leg))
        try:
            await asyncio.wait({alive, acting}, return_when=asyncio.FIRST_COMPLETED)
            if not acting.done():
                await alive  # it ended by itself: raises
            await acting
            record, now = await t.slack.record(), await t.slack.clock()
        finally:
            acting.cancel()
            play.stop()
            await asyncio.wait({alive})
        scenery = copy.deepcopy(t.running.sandbox.world)
    return Outcome(
        points=play.points,
        received=state.received(record),
        shown=state.shown_last(scenery),
        database=state.database(folder / "bot.db"),
        problems=[e for e in record if e["kind"] == "problem"],
        rest=Rest(scenery, now, folder),
    )


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy(source, target)


async def _act(play: Play, leg: Leg) -> None:
    await play.t.slack.connected(60)
    await at_rest(play)
    await leg.act(play)
    await at_rest(play)
