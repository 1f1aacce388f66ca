"""Detours of registering: a national register that is not there, an owner's two proposals, one confirmed and one refused."""

from __future__ import annotations

from tests.journeys.town import OWNER1, SEC1, SEC_CHANNEL
from tests.kill.acts import close, find, modal_with, opened, row, through, whispered
from tests.kill.play import Leg, Play

SUPPLIER = "みかづき運輸株式会社"
NOBODY_THERE = (("CORPORATE_REGISTER_ID", "KILL"), ("CORPORATE_REGISTER_URL", "http://127.0.0.1:9/4/"))


async def _proposals(play: Play) -> None:
    """Asked in vain; then two pieces of work for a company of the ledger, chosen while typing."""
    owner = play.t.slack.person(OWNER1)

    async def ask() -> None:
        await opened(owner, lambda: owner.command("/vendor-review", "register みどり食品"))
        await owner.press(label="法人番号公表サイトで調べる")

    await play.do(ask, modal_with(owner, "接続できませんでした"), "asking a register that is not there")
    await close(owner)
    for work in ("倉庫の清掃", "書類の保管"):
        await _propose(play, work)
    await _decide(play)


async def _propose(play: Play, work: str) -> None:
    owner = play.t.slack.person(OWNER1)
    said = {"部門": "物流部", "業務内容": work, "契約形態": "準委任", "個人データ": "なし"}

    async def propose() -> None:
        modal = await opened(owner, lambda: owner.command("/vendor-review", "register"))
        if "委託業務を追加します" not in modal.plain():
            await owner.choose("会社を探す", SUPPLIER, query="みかづき")
            modal = await owner.wait_modal(timeout=5, fits=lambda m: "委託業務を追加します" in m.plain())
        for label, value in said.items():
            where = next(f for f in modal.fields if f.label.startswith(label))
            await (owner.choose if where.options or "select" in where.type else owner.fill)(where.block_id, value)
        await owner.submit()

    await play.do(propose, row(play, f"SELECT 1 FROM engagement WHERE business = '{work}'"), f"proposing {work}")
    await close(owner)


async def _decide(play: Play) -> None:
    """The first is confirmed from the notice, the second refused from the list."""
    sec = play.t.slack.person(SEC1)
    await find(sec, "書類の保管", SEC_CHANNEL)  # it has left, before it is refused
    notice = await find(sec, "倉庫の清掃", SEC_CHANNEL)
    confirmed = "SELECT 1 FROM engagement WHERE business = '倉庫の清掃' AND state = 'active'"
    await play.do(lambda: sec.press(notice, label="承認する"), row(play, confirmed), "confirming")
    await close(sec)
    await find(play.t.slack.person(OWNER1), "承認され、台帳に登録されました")
    listed = lambda: sec.command("/vendor-review", "proposals", SEC_CHANNEL)  # noqa: E731
    await play.do(listed, whispered(sec, "確認待ちの提案が1件"), "listing what waits")
    answer = next(m for m in reversed(await sec.ephemerals()) if "確認待ちの提案が1件" in m.plain())
    refused = row(play, "SELECT 1 FROM engagement WHERE business = '書類の保管' AND state = 'refused'")
    refuse = lambda: sec.press(answer, label="見送る")  # noqa: E731
    await through(play, sec, refuse, {"理由": "既存の契約で足ります"}, refused, "refusing")
    await close(sec)
    await find(play.t.slack.person(OWNER1), "今回は見送りとなりました")


DETOURS = (Leg("proposals", _proposals, after="set up", env=NOBODY_THERE),)
