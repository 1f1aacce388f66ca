"""The security team judges what has been submitted: each piece of work with a value and a reason, three people side by side."""

from __future__ import annotations

import asyncio

from sandbox.client import Message, Modal, Person
from sandbox.demo.acting import done, good, pressed, window
from sandbox.demo.people import SECURITY_CHANNEL, Someone
from sandbox.demo.plan import SupplierPlan, WorkPlan
from sandbox.demo.stage import Stage, UnmetError

JUDGE = "判断する"


async def session(stage: Stage, number: int) -> None:
    """Everything whose day it is, shared out among the team."""
    waiting = [one for one in stage.plan.suppliers if one.judged == number]
    team = stage.plan.cast.security
    shares = [waiting[n :: len(team)] for n in range(len(team))]
    await asyncio.gather(*(_judge_those(stage, who, those) for who, those in zip(team, shares, strict=True)))


async def _judge_those(stage: Stage, who: Someone, those: list[SupplierPlan]) -> None:
    for one in those:
        if stage.gone:
            return
        await stage.act(f"{who.name} judges {one.supplier.name}", _judge(stage, who, one))
        stage.step(f"{one.supplier.name} judged")


async def _judge(stage: Stage, who: Someone, one: SupplierPlan) -> None:
    person = stage.person(who)
    card = await _card(person, one)
    await pressed(person, lambda: person.press(card, label=JUDGE), JUDGE)
    form = await window(person, "点検の判断")
    if one.supplier.name not in form.plain():
        raise UnmetError(f"the form is not about {one.supplier.name}")
    if stage.dice("reads", one.supplier.key).random() < 0.3 and one.submitted:
        await _read_all(person)
    works = [w for w in stage.plan.of(one.supplier) if w.judgement]
    if one.special == "bad_file":
        await _without_reason(person, form, works[0])
    for work in works:
        await _enter(person, form, work)
    said = f"{one.supplier.name}の委託業務{len(works)}件の判断を記録しました"
    await done(person, "recording the judgement", said)


async def _card(person: Person, one: SupplierPlan) -> Message:
    """The message that says that something waits: of a submission, or of a silence."""
    sign = f"{one.supplier.name}から「" if one.submitted is not None else f"{one.supplier.name}様への「"
    found = [m for m in await person.messages(SECURITY_CHANNEL) if sign in m.plain() and m.buttons()]
    if not found:
        raise UnmetError(f"nothing in the team's channel says “{sign}”")
    return found[-1]


async def _read_all(person: Person) -> None:
    """All answers, on top of the form."""
    good(await person.press(label="回答をすべて見る"), "reading all answers")
    await window(person, "提出された回答")
    await person.close()


async def _without_reason(person: Person, form: Modal, work: WorkPlan) -> None:
    """Somebody gives a blank for a reason; the form says so under the field, and nothing is recorded."""
    await person.choose(_field(form, work, "判断"), work.judgement)
    await person.fill(_field(form, work, "理由"), " ")
    refused = await person.submit()
    if not any("理由" in text for text in refused.errors.values()):
        raise UnmetError(f"a judgement without a reason was answered with {refused}")


async def _enter(person: Person, form: Modal, work: WorkPlan) -> None:
    await person.choose(_field(form, work, "判断"), work.judgement)
    await person.fill(_field(form, work, "理由"), work.reason)
    if work.letter:
        await person.fill(_field(form, work, "委託先への連絡文"), work.letter)


def _field(form: Modal, work: WorkPlan, label: str) -> str:
    """The block of an input that stands under the heading of a piece of work."""
    under = False
    for block in form.blocks:
        if block["type"] == "section":
            under = str((block.get("text") or {}).get("text", "")).split("\n")[0] == work.work.business
        elif under and block["type"] == "input" and block["label"]["text"] == label:
            return str(block["block_id"])
    raise UnmetError(f"the form has no {label} for {work.work.business}")
