"""Detours of files through Slack: a ledger dropped on the bot and imported, one asked back; a document put into the form, asked
back, refused for what is in it, and one dropped on the bot that belongs to a record."""

from __future__ import annotations

from sandbox.client import Message, Person
from tests.journeys.town import SEC1
from tests.kill.acts import close, find, row
from tests.kill.detours_record import record_page
from tests.kill.play import Leg, Play, at_rest

CONTRACT = b"%PDF-1.7 an agreement"
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


async def _document(play: Play) -> None:
    """A contract is put into the record's form and stored; a program is not; the contract is asked back."""
    sec = play.t.slack.person(SEC1)
    stored = row(play, "SELECT 1 FROM document WHERE file_name = '契約書.pdf'")
    wanted = row(play, "SELECT 1 FROM file_fetch WHERE title = '契約書'")
    await play.do(lambda: _put(sec, "契約書", "契約書.pdf", CONTRACT), wanted, "put it into the form")
    await play.until(stored, "the contract stored")
    await at_rest(play)
    refused = row(play, "SELECT 1 FROM file_fetch WHERE title = '見積書' AND state = 'refused'")
    asked = row(play, "SELECT 1 FROM file_fetch WHERE title = '見積書'")
    await play.do(lambda: _put(sec, "見積書", "見積書.pdf", b"MZ a program"), asked, "put another into the form")
    await play.until(refused, "the program refused")
    await close(sec)
    back = row(play, "SELECT 1 FROM ledger_transfer WHERE way = 'give'")
    await play.do(lambda: _get(sec), back, "ask it back")
    await play.until(row(play, "SELECT 1 FROM ledger_transfer WHERE way = 'give' AND state = 'done'"), "the contract")
    await close(sec)


async def _put(sec: Person, title: str, name: str, content: bytes) -> None:
    await close(sec)
    await sec.press(await record_page(sec, "記録を開く", "書類"), label="書類を追加")
    form = await sec.wait_modal("vr1.record_edit", timeout=5)
    for label, value in (("書類名", title), ("ファイル", [(name, content)])):
        where = next(f for f in form.fields if f.label.startswith(label))
        await sec.fill(where.block_id, value)
    await sec.submit()


async def _get(sec: Person) -> None:
    await close(sec)
    await sec.press(await record_page(sec, "記録を開く", "書類"), label="ファイルを受け取る")


async def _dropped(play: Play) -> None:
    """A PDF in the bot's DM: to whose record does it belong?"""
    sec = play.t.slack.person(SEC1)
    await sec.say(await sec.open_dm(), "覚書です", files=[("覚書.pdf", CONTRACT)])
    card = await find(sec, "どの委託先の書類")
    await at_rest(play)
    filed = row(play, "SELECT 1 FROM document WHERE file_name = '覚書.pdf'")
    await play.do(lambda: _file(sec, card), filed, "say where it belongs")
    await close(sec)


async def _file(sec: Person, card: Message) -> None:
    await close(sec)
    await sec.press(card, label="委託先を選ぶ")
    form = await sec.wait_modal("vr1.document_file", timeout=5)
    where = next(f for f in form.fields if f.label.startswith("保管先"))
    await sec.choose(where.block_id, "みかづき運輸株式会社 ｜ 会社全体", query="みかづき")
    await sec.submit()


DETOURS = (
    Leg("ledger in", _in, after="set up"),
    Leg("ledger out", _out, after="set up"),
    Leg("document", _document, after="set up"),
    Leg("document dropped", _dropped, after="set up"),
)
