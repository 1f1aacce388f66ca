"""Suppliers' people: the card in the shared channel, its windows page by page, files in its thread, and the submission.

Two people of a company share the pages and work at the same time. What somebody answers follows the seed.
"""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import Any

from sandbox.client import Field, Message, Modal, Person
from sandbox.demo import days, words
from sandbox.demo.acting import BUSY, SOON, TRIES, done, good, patiently, said_to, submitted, window
from sandbox.demo.people import Someone
from sandbox.demo.plan import COMPANY_JOINS, SupplierPlan
from sandbox.demo.stage import Stage, UnmetError
from sandbox.demo.words import Words

PDF = b"%PDF-1.4\n% made up for the demo\n"
MACROS = b"PK\x03\x04 made up for the demo: xl/vbaProject.bin\n"
ROUNDS = 12
REMARKS = ("社内規程の改定を予定しています。", "年度内に見直します。", "対象の部署では対応済みです。")
REMARKS_EN = ("We review this every spring.", "In place for the team concerned.")


def at_work(stage: Stage, number: int) -> list[tuple[str, Any]]:
    """Who answers on this day, and what else happens at a supplier's."""
    jobs: list[tuple[str, Any]] = []
    for one in stage.plan.suppliers:
        if one.submitted == number:
            jobs.append((f"{one.supplier.name} answers", partial(_answer_and_submit, stage, one)))
        if one.started == number:
            jobs.append((f"{one.supplier.name} begins", partial(_begin, stage, one)))
        if one.path == "later" and number == one.due + days.AFTER:
            jobs.append((f"{one.supplier.name} asks for time", partial(_asks_for_time, stage, one)))
        if one.special == "suspended" and number == COMPANY_JOINS:
            jobs.append((f"a company joins {one.supplier.name}'s channel", partial(_company_joins, stage, one)))
    return jobs


async def hub(stage: Stage, one: SupplierPlan, who: Someone) -> Message:
    """The card in the channel as somebody sees it now."""
    sign = words.of(one.supplier.language).hub
    shown = [m for m in await stage.person(who).messages(one.supplier.channel) if m.bot and not m.thread_ts]
    cards = [m for m in shown if sign in m.plain().split("\n")[0]]
    if not cards:
        raise UnmetError("there is no card in the channel")
    return cards[-1]


async def _answer_and_submit(stage: Stage, one: SupplierPlan) -> None:
    """The people of a company, together; then one of them looks at the whole and submits."""
    first = one.supplier.people[0]
    card = await hub(stage, one, first)
    if one.special == "same_question":
        await _same_question(stage, one)
    pages = _pages(card)
    half = -(-len(pages) // len(one.supplier.people))
    shares = [pages[n : n + half] for n in range(0, len(pages), half)]
    together = zip(one.supplier.people, shares, strict=False)
    await asyncio.gather(*(_answer_pages(stage, one, who, share) for who, share in together))
    await _files(stage, one, card)
    await _submit(stage, one, one.supplier.people[-1])
    stage.step(f"{one.supplier.name} submitted")


async def _begin(stage: Stage, one: SupplierPlan) -> None:
    """One page, and then other things are more urgent."""
    who = one.supplier.people[0]
    await _answer_pages(stage, one, who, _pages(await hub(stage, one, who))[:1])


def _pages(card: Message) -> list[str]:
    """The names of the pages: the card's buttons without their ticks and counts, but for the last, which submits."""
    return [button.label.split(" ", 1)[1] for button in card.buttons()[:-1]]


async def _open(stage: Stage, one: SupplierPlan, who: Someone, label: str) -> Modal:
    """Presses a button of the card. The card is drawn anew while others answer, so look again where it has changed."""
    person = stage.person(who)
    for _ in range(TRIES):
        card = await hub(stage, one, who)
        good(await person.press(card, label=label), label)
        shown = await person.wait_modal(timeout=SOON)
        if BUSY not in shown.plain():
            return shown
        await person.close()
    raise UnmetError(f"{label}: “{shown.plain()}”, {TRIES} times")


async def _answer_pages(stage: Stage, one: SupplierPlan, who: Someone, pages: list[str]) -> None:
    """Neighbouring pages, one after the other in the same window; then it is closed."""
    person = stage.person(who)
    shown: Modal | None = await _open(stage, one, who, pages[0])
    for page in pages:
        if shown is None:
            raise UnmetError(f"there is no page {page}")
        await _fill(stage, one, who, shown)
        shown = (await submitted(person, f"page {page}")).modal
    await person.close()


async def _fill(stage: Stage, one: SupplierPlan, who: Someone, modal: Modal) -> None:
    """Answers everything on a page that has no answer yet, as people see it: from top to bottom."""
    person, its = stage.person(who), words.of(one.supplier.language)
    dice = stage.dice("answers", one.supplier.key, modal.plain()[:80])
    careful = stage.dice("careful", one.supplier.key).random() < 0.7
    for each in modal.fields:
        if each.label == its.remarks:
            if dice.random() < 0.05:
                await person.fill(each.block_id, dice.choice(REMARKS_EN if its is words.EN else REMARKS))
        elif not each.value:
            await _choose(person, modal, each, dice, careful=careful)


async def _choose(person: Person, page: Modal, each: Field, dice: random.Random, *, careful: bool) -> None:
    """One answer, as somebody finds it who knows their company."""
    given: Any = None
    if each.type == "radio_buttons":
        weights = [12 if careful else 4, 2, 1, 1, 1, 1, 1, 1][: len(each.options)]
        given = dice.choices(each.options, weights)[0][0]
    elif each.type == "checkboxes":
        given = [each.options[0][0]]
    elif each.type == "datepicker":
        given = days.START
    elif each.type == "number_input":
        given = dice.randrange(1, 60)
    elif each.type == "plain_text_input":
        given = dice.choice(REMARKS)
    if given is not None:
        enter = person.choose if each.options else person.fill
        good(await patiently(person, lambda: enter(each.block_id, given, page)), each.label)


async def _same_question(stage: Stage, one: SupplierPlan) -> None:
    """Two people have the same page open; the slower one sees the other's answer and decides."""
    quick, slow = (stage.person(who) for who in one.supplier.people[:2])
    label = _pages(await hub(stage, one, one.supplier.people[0]))[0]
    opened = [await _open(stage, one, who, label) for who in one.supplier.people[:2]]
    question = next(field for field in opened[0].fields if field.type == "radio_buttons")
    mine, theirs = question.options[0][0], question.options[1][0]
    good(await quick.choose(question.block_id, mine), question.label)
    good(await slow.choose(question.block_id, theirs), question.label)
    shown = await window(slow, words.of(one.supplier.language).somebody_was_faster)
    again = next(field for field in shown.fields if field.label == question.label)
    good(await slow.choose(again.block_id, theirs), question.label)
    await quick.close()
    await slow.close()


async def _files(stage: Stage, one: SupplierPlan, card: Message) -> None:
    """Documents go into the card's thread; a macro sheet is one that is not taken."""
    who, its = stage.person(one.supplier.people[0]), words.of(one.supplier.language)
    for name in files_of(stage, one):
        text = "Please find our policy attached." if its is words.EN else "資料を添付いたします。"
        content = (MACROS if name.endswith(".xlsm") else PDF) + name.encode()
        await who.say(one.supplier.channel, text, thread_ts=card.ts, files=[(name, content)])


def files_of(stage: Stage, one: SupplierPlan) -> list[str]:
    """The names of what a supplier attaches."""
    if one.special == "bad_file":
        return ["情報セキュリティ基本方針.pdf", "点検記録.xlsm"]
    if stage.dice("files", one.supplier.key).random() < 0.4 or one.special in {"english", "guest"}:
        return ["security-policy.pdf" if one.supplier.language == "en" else "情報セキュリティ規程.pdf"]
    return []


async def _submit(stage: Stage, one: SupplierPlan, who: Someone) -> None:
    """The card's last button; what is missing is filled in first. Questions can depend on answers, so it may take a few."""
    person, its = stage.person(who), words.of(one.supplier.language)
    modal = await _open(stage, one, who, its.submit)
    for _ in range(ROUNDS):
        if modal.title != its.check:
            break
        good(await person.press(modal, label=its.go_to_gap, nth=0), its.go_to_gap)
        page = await person.wait_modal(timeout=SOON, fits=lambda m: m.title != its.check)
        await _fill(stage, one, who, page)
        await submitted(person, "a page with gaps")
        await person.close()
        modal = await _open(stage, one, who, its.submit)
    await _sign(person, its, who)


async def _sign(person: Person, its: Words, who: Someone) -> None:
    await person.fill(its.name, who.name)
    await person.fill(its.role, "Head of Operations" if its is words.EN else "管理部 部長")
    await done(person, "submitting", its.submitted)


async def _company_joins(stage: Stage, one: SupplierPlan) -> None:
    """Somebody shares the channel with one company more. Its person reads along; the form is closed to everybody."""
    stranger = stage.plan.cast.stranger
    await stage.slack.connect(one.supplier.channel, stranger.team)
    await stage.slack.join(one.supplier.channel, stranger.id)
    await stage.rest()
    who = one.supplier.people[0]
    its, person = words.of(one.supplier.language), stage.person(who)
    card = await hub(stage, one, who)
    good(await person.press(card, label=_pages(card)[0]), "opening a page")
    await window(person, its.suspended)
    await person.close()


async def _asks_for_time(stage: Stage, one: SupplierPlan) -> None:
    """A supplier's person writes to us in the thread, as the reminder offers; the app leaves people's talk alone."""
    who = one.supplier.people[0]
    card = await hub(stage, one, who)
    await stage.person(who).say(one.supplier.channel, "来週にはお送りできる見込みです。", thread_ts=card.ts)
    await said_to(stage.person(who), "来週にはお送りできる", one.supplier.channel)
