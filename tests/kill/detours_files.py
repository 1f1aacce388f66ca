"""Detours of ledger files through Slack: one dropped on the bot and imported, one asked back."""

from __future__ import annotations

from tests.journeys.town import SEC1
from tests.kill.acts import find, row
from tests.kill.play import Leg, Play, at_rest

LEDGER = """\
名称,部門,業務内容,契約形態,開始日,個人データ
髙橋商店,物流部,梱包材の納入,請負,2026-04-01,なし
"""


async def _in(play: Play) -> None:
    """Dropped, shown, imported as it was shown."""
    sec = play.t.slack.person(SEC1)
    await sec.say(await sec.open_dm(), "台帳です", files=[("台帳.csv", LEDGER.encode())])
    card = await find(sec, "登録 1件")
    await at_rest(play)
    imported = row(play, "SELECT 1 FROM supplier WHERE name = '髙橋商店'")
    await play.do(lambda: sec.press(card, label="取り込む"), imported, "import it")
    await find(sec, "委託業務 1件を登録")


async def _out(play: Play) -> None:
    """The ledger as a workbook, once."""
    sec = play.t.slack.person(SEC1)
    asked = row(play, "SELECT 1 FROM ledger_transfer WHERE way = 'out'")
    await play.do(lambda: sec.command("/vendor-review", "export"), asked, "ask for it")
    await play.until(row(play, "SELECT 1 FROM ledger_transfer WHERE way = 'out' AND state = 'done'"), "the workbook")


DETOURS = (
    Leg("ledger in", _in, after="set up"),
    Leg("ledger out", _out, after="set up"),
)
