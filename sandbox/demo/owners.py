"""Owners: one message with a card for each piece of work; most need one press.

A card is found by what is written on it. Other cards leave the message while somebody answers, so each press looks anew;
it goes to exactly the button that was seen.
"""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

from sandbox.client import ActResult, CannotDo, Message, Person
from sandbox.demo import days
from sandbox.demo.acting import TRIES, closes, pressed, window
from sandbox.demo.people import Someone, Work
from sandbox.demo.plan import Asked, WorkPlan
from sandbox.demo.stage import Stage, UnmetError

DIGEST = "委託業務の現況確認:"


def sittings(stage: Stage, number: int) -> list[tuple[str, Any]]:
    """Who sits down on this day, with everything they answer."""
    mine: dict[str, list[tuple[WorkPlan, Asked]]] = {}
    for one in stage.plan.works:
        for asked in one.asked:
            if asked.answered == number:
                mine.setdefault(asked.person.id, []).append((one, asked))
    return [(f"{those[0][1].person.name} answers", partial(_sitting, stage, those)) for those in mine.values()]


async def _sitting(stage: Stage, those: list[tuple[WorkPlan, Asked]]) -> None:
    """One person, one card after the other."""
    for one, asked in those:
        if stage.gone:
            return
        what = f"{asked.person.name} answers for {one.work.supplier}, {one.work.business}"
        await stage.act(what, _answer(stage, one, asked))
        stage.step(what)
        if one.path == "not_mine" and asked is one.asked[0]:
            await stage.rest()  # whoever is asked next gets one message each time, never half of two


async def _answer(stage: Stage, one: WorkPlan, asked: Asked) -> None:
    person = stage.person(asked.person)
    handing_on = one.path == "not_mine" and asked is one.asked[0]
    path = "not_mine" if handing_on else "unchanged" if one.path == "not_mine" else one.path
    label = {"unchanged": "変更なし", "changed": "変更あり", "ended": "終了", "not_mine": "担当ではない"}[path]
    await _press(person, one.work, label)
    if path == "changed":
        await _changed(person, one.work)
    elif path == "ended":
        await _ended(person, asked)
    elif path == "not_mine":
        await _not_mine(person, one)


async def _press(person: Person, work: Work, label: str) -> None:
    """Presses a button of the work's card; looks again where the message has just changed."""

    async def look_and_press() -> ActResult:
        for _ in range(TRIES):
            digest, value = await _button(person, work, label)
            try:
                return await person.press(digest, label=label, value=value)
            except CannotDo:
                continue
        raise UnmetError(f"the card of {work.supplier}, {work.business} does not hold still")

    await pressed(person, look_and_press, label)


async def _button(person: Person, work: Work, label: str) -> tuple[Message, str]:
    digest = await digest_of(person)
    blocks = digest.blocks
    for card, buttons in itertools.pairwise(blocks):
        text = str((card.get("text") or {}).get("text", ""))
        if buttons["type"] == "actions" and work.supplier in text and work.business in text:
            wanted = [button for button in buttons["elements"] if button["text"]["text"] == label]
            return digest, str(wanted[0]["value"])
    raise UnmetError(f"no card for {work.supplier}, {work.business} in “{digest.plain()[:120]}…”")


async def digest_of(person: Person) -> Message:
    """The newest digest in somebody's messages with the app."""
    found = [m for m in await person.dm_with_bot() if m.bot and m.plain().startswith(DIGEST)]
    if not found:
        raise UnmetError("no message that asks about their work")
    return found[-1]


async def _changed(person: Person, work: Work) -> None:
    await window(person, "変更の内容")
    await person.choose("変わったこと", ["業務の内容", "再委託先"] if work.personal else ["業務の内容"])
    await person.fill("備考", "作業場所が一か所増えました。")
    await closes(person, "what has changed")


async def _ended(person: Person, asked: Asked) -> None:
    await window(person, "委託業務の終了")
    await person.fill("終了した日", days.on(max(0, (asked.answered or 0) - 1)))
    await person.fill("備考", "最後の納品を終えました。")
    await closes(person, "when it ended")


async def _not_mine(person: Person, one: WorkPlan) -> None:
    await window(person, "担当の変更")
    if one.named:
        await person.choose("現在の担当者", one.asked[-1].person.id)
    await closes(person, "whose it is")


async def colleague_presses(stage: Stage, who: Someone) -> None:
    """Somebody who has no digest sees none: nothing to press, nothing to read."""
    if await stage.person(who).dm_with_bot():
        raise UnmetError(f"{who.name} got messages although nothing is theirs")
