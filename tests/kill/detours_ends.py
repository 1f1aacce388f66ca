"""Detours of owners who leave and of contracts that end: what the clock brings, and the presses that send something."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.journeys.town import BOSS, OWNER1, OWNER2, SEC1, SEC_CHANNEL
from tests.kill.acts import close, find, form, opened, row, through
from tests.kill.play import Leg, Play, at_rest

LEDGER = """\
名称,部門,業務内容,契約形態,開始日,終了日,個人データ
みかづき運輸株式会社,物流部,倉庫の清掃,請負,2026-04-01,2026-11-30,なし
"""
LAST_DAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
A_WEEK_LATER = datetime(2026, 12, 7, 1, 0, tzinfo=UTC)
TWO_WEEKS_LATER = datetime(2026, 12, 14, 1, 0, tzinfo=UTC)


async def _nobody_answers(play: Play) -> None:
    """Work with an end by import: the owner is asked on its last day, and others are told a week later."""
    file = play.t.folder / "ends.csv"
    file.write_text(LEDGER, encoding="utf-8")
    await play.import_file(file)
    await play.t.slack.set_clock(LAST_DAY)
    await find(play.t.slack.person(OWNER1), "契約の終了予定のご確認")
    await at_rest(play)
    await play.t.slack.set_clock(A_WEEK_LATER)
    await find(play.t.slack.person(BOSS), "更新か終了かの回答を確認できていない")
    await find(play.t.slack.person(SEC1), "更新か終了かの回答を確認できていない", SEC_CHANNEL)


async def _it_ends(play: Play) -> None:
    """It ends after all: the closing list is reminded of after a week; settled item by item, it goes to the team."""
    owner = play.t.slack.person(OWNER1)
    card = await find(owner, "契約の終了予定のご確認")
    closing = row(play, "SELECT 1 FROM engagement WHERE state = 'closing'")
    await through(play, owner, lambda: owner.press(card, label="終了する"), {}, closing, "it ends")
    await close(owner)
    listed = await find(owner, "確認リストへのご記入をお願いします")
    await at_rest(play)
    await play.t.slack.set_clock(TWO_WEEKS_LATER)
    await find(owner, "確認リストに、未記入の項目があります")
    for n in (1, 2, 3):
        await _settle(play, n, lambda: owner.press(listed, label="確認リストを開く"))
    await find(play.t.slack.person(SEC1), "すべて記入されました", SEC_CHANNEL)


async def _settle(play: Play, number: int, open_list: object) -> None:
    """The n-th item is done."""
    owner = play.t.slack.person(OWNER1)
    settled = row(play, f"SELECT 1 WHERE {number} <= (SELECT count(*) FROM closing_item WHERE state = 'done')")

    async def act() -> None:
        await close(owner)
        await opened(owner, open_list)  # type: ignore[arg-type]
        await owner.press(label="記入する", nth=number - 1)
        modal = await owner.wait_modal(timeout=5, fits=lambda m: bool(m.fields))
        note = next(f for f in modal.fields if f.label.startswith("証跡"))
        await owner.fill(note.block_id, "証明書 No.12")
        await owner.submit()

    await play.do(act, settled, f"item {number}")
    await close(owner)


async def _owner_leaves(play: Play) -> None:
    """The owner's account is closed: the team is told, and gives the work to somebody else."""
    await play.t.slack.deactivate(OWNER1)
    sec = play.t.slack.person(SEC1)
    await find(sec, "担当者が退職または停止となった委託業務", SEC_CHANNEL)
    await at_rest(play)

    async def change() -> None:
        await opened(sec, lambda: sec.command("/vendor-review", "owners"))
        await sec.press(label="担当者を変更")

    await form(play, sec, change, {"新しい担当者": OWNER2}, "に変更しました")


DETOURS = (
    Leg("nobody answers", _nobody_answers, after="set up"),
    Leg("it ends", _it_ends, after="nobody answers"),
    Leg("owner leaves", _owner_leaves, after="set up"),
)
