"""Detours of the first run: the Home tab with its guide; a rehearsal begun, played a little, and ended or left behind."""

from __future__ import annotations

from typing import Any

from sandbox.client import Person
from tests.journeys.town import SEC1, SEC2, SEC_CHANNEL
from tests.kill.acts import find, message_with, no, row, whispered
from tests.kill.play import Leg, Look, Play, at_rest


def home_with(person: Person, words: str) -> Look:
    """Whether the Home tab says so."""

    async def look() -> bool:
        tab = await person.home()
        return tab is not None and words in tab.plain()

    return look


async def _guide(play: Play) -> None:
    """Opened; a step is put off; the guide is closed and opened again."""
    sec = play.t.slack.person(SEC1)
    await play.do(sec.open_home, home_with(sec, "はじめての設定"), "open the Home tab")
    await play.do(_press(sec, "あとで"), home_with(sec, "保留"), "later")
    await play.do(_press(sec, "ガイドを閉じる"), home_with(sec, "ガイドをもう一度開く"), "close the guide")
    await play.do(_press(sec, "ガイドをもう一度開く"), home_with(sec, "はじめての設定"), "open the guide")


def _press(person: Person, label: str) -> Any:
    async def act() -> Any:
        return await person.press(await person.home(), label=label)

    return act


async def _rehearsal(play: Play) -> None:
    """Begun, answered as the owner, ended: nothing of it is left."""
    sec = play.t.slack.person(SEC1)
    begun = whispered(sec, "練習を始めました", "いまは担当部門の役です")
    await play.do(lambda: sec.command("/vendor-review", "rehearse"), begun, "begin to rehearse")
    card = await find(sec, "「担当部門の方」の役です")
    await at_rest(play)
    answered = row(play, "SELECT 1 FROM attestation WHERE practice_of <> '' AND state = 'answered'")
    await play.do(lambda: sec.press(card, label="変更なし"), answered, "answer as the owner")
    await play.until(message_with(sec, "「委託先の方」の役です"), "the supplier's request")
    await at_rest(play)
    ended = whispered(sec, "すべて消しました", "いまは練習中ではありません")
    await play.do(lambda: sec.command("/vendor-review", "rehearse end"), ended, "end the rehearsal")


async def _left_behind(play: Play) -> None:
    """Somebody leaves the team while they rehearse: nobody else could end it, so it goes by itself."""
    sec = play.t.slack.person(SEC2)
    begun = whispered(sec, "練習を始めました", "いまは担当部門の役です")
    await play.do(lambda: sec.command("/vendor-review", "rehearse"), begun, "begin to rehearse")
    await find(sec, "「担当部門の方」の役です")
    await at_rest(play)
    await play.t.slack.leave(SEC_CHANNEL, SEC2)
    await play.until(no(row(play, "SELECT 1 FROM review WHERE practice_of <> ''")), "the rehearsal is gone")


DETOURS = (
    Leg("guide", _guide, after="set up"),
    Leg("rehearsal", _rehearsal, after="set up"),
    Leg("left behind", _left_behind, after="set up", env=(("FORGET_SECONDS", "1"),)),
)
