"""Detours of owners: work that is not theirs, silence, an end that is told late, a second company by import."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.journeys.town import ANNA, BOSS, CH1, CH2, DEPUTY, OWNER1, OWNER2, RIVAL, SEC1, SEC_CHANNEL, START
from tests.kill.acts import find, form, message_with, row, through
from tests.kill.line import open_round
from tests.kill.play import Leg, Play, at_rest

LEDGER = """\
名称,部門,業務内容,契約形態,開始日,個人データ
有限会社ほしぞら印刷,総務部,会社案内の印刷,請負,2026-04-01,なし
"""
DIGEST = "委託業務の現況確認"


async def _second_company(play: Play) -> None:
    """A department made by hand, its supplier imported from a file; it has no channel yet."""
    sec = play.t.slack.person(SEC1)
    people = {"部門名": "総務部", "主担当者": OWNER2}
    await form(play, sec, lambda: sec.command("/vendor-review", "department 総務部"), people, "「総務部」を")
    file = play.t.folder / "suppliers.csv"
    file.write_text(LEDGER, encoding="utf-8")
    await play.import_file(file)


async def _not_mine(play: Play) -> None:
    """Not mine; not mine either, but hers. She has been asked about her own already, so her digest grows."""
    await open_round(play)
    await _hand_on(play, OWNER1, {}, message_by=DEPUTY, words=DIGEST)
    await find(play.t.slack.person(SEC1), "担当者のいない委託業務", SEC_CHANNEL)
    await _hand_on(play, DEPUTY, {"現在の担当者": OWNER2}, message_by=OWNER2, words="上の一覧に追加しました")
    await _answer_both(play)
    await find(play.t.slack.person(SEC1), "確認済みの窓口がありません", SEC_CHANNEL)
    await find(play.t.slack.person(ANNA), "ご回答のお願い", CH1)


async def _hand_on(play: Play, who: str, values: dict[str, Any], *, message_by: str, words: str) -> None:
    """Somebody says that it is not theirs; somebody else hears of it."""
    owner, other = play.t.slack.person(who), play.t.slack.person(message_by)
    card = await find(owner, DIGEST)
    not_mine = lambda: owner.press(card, action_id="vr1.attest_not_mine")  # noqa: E731
    await through(play, owner, not_mine, values, message_with(other, words), f"{who} hands it on")
    await at_rest(play)


async def _answer_both(play: Play) -> None:
    """She answers for both, one card after the other."""
    owner = play.t.slack.person(OWNER2)
    for number in (1, 2):
        card = await find(owner, DIGEST)
        answered = f"SELECT 1 WHERE {number} <= (SELECT count(*) FROM attestation WHERE state = 'answered')"
        unchanged = lambda: owner.press(card, label="変更なし", nth=0)  # noqa: E731, B023
        await play.do(unchanged, row(play, answered), f"answer {number}")
        await at_rest(play)


async def _linked_late(play: Play) -> None:
    """The second company's channel is linked while its review waits for one."""
    sec = play.t.slack.person(SEC1)
    link = lambda: sec.command("/vendor-review", "link", channel=CH2)  # noqa: E731
    await form(play, sec, link, {"委託先": "有限会社ほしぞら印刷"}, "窓口として")
    await find(play.t.slack.person(RIVAL), "ご回答のお願い", CH2)


async def _silent_owner(play: Play) -> None:
    """A reminder; then somebody else is told, and the supplier is asked without an answer."""
    await open_round(play)
    await play.t.slack.set_clock(START + timedelta(days=2))  # three business days before
    await find(play.t.slack.person(OWNER1), "回答期限(")
    await at_rest(play)
    await play.t.slack.set_clock(START + timedelta(days=21))  # ten after
    await find(play.t.slack.person(BOSS), "回答を確認できていない委託業務")
    await find(play.t.slack.person(ANNA), "ご回答のお願い", CH1)


async def _late_end(play: Play) -> None:
    """The work had ended: the request is withdrawn, and its round has nothing left."""
    owner = play.t.slack.person(OWNER1)
    card = await find(owner, DIGEST)
    ended = lambda: owner.press(card, action_id="vr1.attest_ended")  # noqa: E731
    withdrawn = message_with(play.t.slack.person(ANNA), "取り下げとなりました", CH1)
    await through(play, owner, ended, {"終了した日": "2026-12-10"}, withdrawn, "the work had ended")
    await play.until(row(play, "SELECT 1 FROM round WHERE state = 'closed'"), "the round closes")


DETOURS = (
    Leg("second company", _second_company, after="set up"),
    Leg("not mine", _not_mine, after="second company"),
    Leg("linked late", _linked_late, after="not mine"),
    Leg("silent owner", _silent_owner, after="set up"),
    Leg("late end", _late_end, after="silent owner"),
)
