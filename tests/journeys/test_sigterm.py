"""SIGTERM in the middle of things: the bot ends by itself with status 0, and nothing that was acknowledged is missing.

What people were told is compared with what stands in the database once the process is gone; after that a new one goes on
as if nothing had been.
"""

from __future__ import annotations

import asyncio
import itertools
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.client import ActResult, CannotDo
from tests.journeys import acts
from tests.journeys.short_checklist import PATCH, PERSON, with_short_checklist
from tests.journeys.town import ANNA, BERT, CH1, CH2, CHIE, OWNER1, OWNER2, RIVAL, SEC1, Town, town

COMPANY, OTHER_COMPANY = "みかづき運輸株式会社", "ほしぞら印刷株式会社"
STEP = 0.02  # seconds between two presses of one person
ANSWERS = """
SELECT json_extract(a.value, '$'), a.comment FROM answer a JOIN review_question q ON q.id = a.question_id
JOIN person p ON p.id = a.person_id WHERE q.key = ? AND p.slack_user_id = ? ORDER BY a.rev
"""


@dataclass
class Busy:
    """People who go on until the bot is gone. `told`: what each was told is done; `tried`: all that they did."""

    t: Town
    bot: Process
    told: dict[str, list[str]] = field(default_factory=dict)
    tried: dict[str, list[str]] = field(default_factory=dict)

    @property
    def there(self) -> bool:
        return self.bot.returncode is None

    def note(self, who: str, what: str, result: ActResult) -> None:
        self.tried.setdefault(who, []).append(what)
        if result.acked:
            self.told.setdefault(who, []).append(what)

    async def choosing(self, user: str, label: str) -> None:
        """One choice after the other in an open page."""
        person = self.t.slack.person(user)
        shown = await acts.page(self.t, user, CH1, 0)
        for value in itertools.cycle(("yes", "partly", "no")):
            if not self.there:
                return
            self.note(user, value, await person.choose(acts.block(shown, label), value))
            await asyncio.sleep(STEP)

    async def turning(self, user: str, label: str) -> None:
        """Open the last page, type, turn it; again."""
        person = self.t.slack.person(user)
        for n in itertools.count():
            if not self.there:
                return
            shown = await acts.page(self.t, user, CH1, 1)
            await acts.remark(self.t, user, label, f"補足 {n}")
            assert shown.submit_label
            self.note(user, f"補足 {n}", await person.submit())
            await asyncio.sleep(STEP)

    async def opening(self, user: str) -> None:
        """Open a page and look, again and again: each press has an effect after its acknowledgement."""
        person = self.t.slack.person(user)
        request = await acts.hub(self.t, user, CH1)
        while self.there:
            self.note(user, "open", await person.press(request, action_id="vr1.hub_open.0"))
            await asyncio.sleep(STEP)

    async def listing(self, user: str) -> None:
        """Commands: their answer travels in the acknowledgement."""
        while self.there:
            self.note(user, "list", await self.t.slack.person(user).command(acts.COMMAND, "list"))
            await asyncio.sleep(STEP)


async def until_gone(work: Callable[[], Awaitable[None]]) -> None:
    """A person who meets a window that did not open any more stops: their press was not taken, and they were shown so."""
    try:
        await work()
    except (AssertionError, CannotDo, TimeoutError):
        return


async def asked(t: Town) -> None:
    """A company with three people in its channel has been asked, another one is registered."""
    await t.slack.join(CH1, CHIE)
    await acts.security_and_department(t)
    await acts.department(t, "総務部", OWNER2)
    await acts.register(t, COMPANY)
    await acts.link(t, COMPANY, CH1)
    await acts.register(t, OTHER_COMPANY, 部門="総務部")
    await acts.link(t, OTHER_COMPANY, CH2)


async def test_what_was_acknowledged_is_kept_and_finished(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        with_short_checklist(t)
        bot = await t.start_bot()
        await asked(t)
        sec = t.slack.person(SEC1)
        await acts.fill(sec, await acts.opened(t, SEC1, "round"), {"件名": "2026年度"})
        await sec.submit()
        opened = await sec.submit()
        bot.terminate()
        assert opened.ok
        assert await asyncio.wait_for(bot.wait(), 30) == 0, t.log[-3000:]
        assert await t.slack.problems() == []
        await t.start_bot()
        await t.settle()
        for owner in (OWNER1, OWNER2):
            assert len([m for m in await acts.told(t, owner) if "委託業務の現況確認" in m]) == 1
        await acts.attest_all(t, OWNER1, 1)
        await acts.attest_all(t, OWNER2, 1)
        await presses_go_on_while_it_ends(t, t.bots[-1])
        await a_new_one_goes_on(t)


async def presses_go_on_while_it_ends(t: Town, bot: Process) -> None:
    before = await acts.mark(t)
    busy = Busy(t, bot)
    people = (
        lambda: busy.choosing(ANNA, PERSON),
        lambda: busy.turning(BERT, PATCH),
        lambda: busy.opening(CHIE),
        lambda: busy.listing(SEC1),
    )
    tasks = [asyncio.create_task(until_gone(person)) for person in people]
    while min((len(busy.told.get(user, [])) for user in (ANNA, BERT, CHIE, SEC1)), default=0) < 3:
        assert not all(task.done() for task in tasks), busy
        await asyncio.sleep(0.05)
    bot.terminate()
    assert await asyncio.wait_for(bot.wait(), 30) == 0, t.log[-3000:]
    await asyncio.gather(*tasks)
    kinds = {p["what"] for p in await t.slack.problems(before)}
    assert kinds <= {"error_shown", "not_acked"}, await t.slack.problems(before)
    assert t.log.count("Traceback") == 0, t.log[-6000:]
    nothing_is_missing(t, busy)
    nothing_is_half(t)
    record = await t.slack.record(before)
    views = [e for e in record if e["kind"] == "view" and e["op"] == "open" and e["user"] == CHIE]
    assert len(views) == len(busy.told[CHIE]), "what was promised after an acknowledgement was still done"


def nothing_is_missing(t: Town, busy: Busy) -> None:
    """Every acknowledged press stands there, in its order; nothing stands there that nobody did."""
    chosen = [value for value, _ in acts.rows(t, ANSWERS, "q_person", ANNA)]
    typed = [comment for _, comment in acts.rows(t, ANSWERS, "q_patch", BERT)]
    for told, tried, kept in (
        (busy.told[ANNA], busy.tried[ANNA], chosen),
        (busy.told[BERT], busy.tried[BERT], typed),
    ):
        assert in_order(told, kept), (told, kept)
        assert in_order(kept, tried), (kept, tried)
    print(f"acknowledged and kept: {len(busy.told[ANNA])} choices, {len(busy.told[BERT])} pages")


def nothing_is_half(t: Town) -> None:
    """Each answer came with its audit row and the stored response of its press."""
    ((answers,),) = acts.rows(t, "SELECT count(*) FROM answer")
    ((audited,),) = acts.rows(t, "SELECT count(*) FROM audit_event WHERE action = 'answer:saved'")
    presses = acts.rows(t, "SELECT id FROM inbox WHERE kind IN ('action', 'submission') AND response IS NULL")
    assert (audited, presses) == (answers, [])
    assert acts.rows(t, "SELECT id FROM notice WHERE state IN ('claimed', 'in_doubt')") == [], "no send was cut off"


def in_order(few: list[str], many: list[str]) -> bool:
    """Whether `few` can be read in `many` by leaving some out."""
    rest = iter(many)
    return all(one in rest for one in few)


async def a_new_one_goes_on(t: Town) -> None:
    """The request shows what was answered, and both people work on where they were."""
    before = await acts.mark(t)
    await t.start_bot()
    await t.settle()
    assert "1 / 4" in (await acts.hub(t, ANNA, CH1)).plain()
    for user in (ANNA, BERT, CHIE, RIVAL):
        if await t.slack.person(user).modal():
            await t.slack.person(user).close(everything=True)
    shown = await acts.page(t, ANNA, CH1, 0)
    newest = acts.rows(t, ANSWERS, "q_person", ANNA)[-1][0]
    assert acts.stands(shown, PERSON) == newest
    await t.slack.person(ANNA).close()
    await acts.answer_all(t, BERT, CH1)
    assert "承りました" in (await acts.hand_in(t, ANNA, CH1)).plain()
    assert await t.slack.problems(before) == []


async def stopped_while_sending(t: Town, bot: asyncio.subprocess.Process) -> None:
    """A round is opened, and the bot is asked to stop as soon as it is sending; it ends well."""
    sec = t.slack.person(SEC1)
    await acts.fill(sec, await acts.opened(t, SEC1, "round"), {"件名": "2026年度"})
    await sec.submit()
    assert (await sec.submit()).ok
    while not acts.rows(t, "SELECT 1 FROM notice WHERE state = 'claimed'"):
        await asyncio.sleep(0.02)
    bot.terminate()
    assert await asyncio.wait_for(bot.wait(), 30) == 0, t.log[-3000:]


async def test_a_stop_in_the_middle_of_much_to_send_does_not_wait_for_all_of_it(tmp_path: Path) -> None:
    """Posts are slow, many wait: what was claimed is sent, the rest is sent by the next process, and nothing twice."""
    async with town(tmp_path) as t:
        with_short_checklist(t)
        bot = await t.start_bot()
        await asked(t)
        await t.slack.fault("delay_before", "chat.postMessage", times=50, seconds=1.5)
        await stopped_while_sending(t, bot)
        states = [state for (state,) in acts.rows(t, "SELECT state FROM notice ORDER BY state")]
        assert states == ["pending", "sent"], "one was under way; the other one is left for later"
        await t.slack.no_faults()
        await t.start_bot()
        await t.settle()
        for owner in (OWNER1, OWNER2):
            assert len([m for m in await acts.told(t, owner) if "委託業務の現況確認" in m]) == 1
        assert "Traceback" not in t.log


async def test_a_drain_has_an_end_and_says_what_was_left(tmp_path: Path) -> None:
    """Slack does not answer a post: the stop does not wait for ever, and the next process finds out whether it went out."""
    async with town(tmp_path) as t:
        with_short_checklist(t)
        bot = await t.start_bot(DRAIN_SECONDS="0.5")
        await asked(t)
        await t.slack.fault("delay_before", "chat.postMessage", times=1, seconds=4)
        await stopped_while_sending(t, bot)
        assert "still under way: the tick's outbox" in t.log
        assert acts.rows(t, "SELECT 1 FROM notice WHERE state = 'claimed'"), "it was not waited for"
        assert "Traceback" not in t.log
        await t.start_bot(IN_DOUBT_SECONDS="3")  # longer than Slack takes to store it, as a minute is in earnest
        for owner in (OWNER1, OWNER2):
            await t.slack.person(owner).wait_message("委託業務の現況確認", timeout=60)
        while acts.rows(t, "SELECT 1 FROM notice WHERE state <> 'sent'"):
            await asyncio.sleep(0.1)
        for owner in (OWNER1, OWNER2):
            assert len([m for m in await acts.told(t, owner) if "委託業務の現況確認" in m]) == 1
