"""Detours of a supplier's record: a part edited, a document added and removed, a field of the team's own made."""

from __future__ import annotations

from sandbox.client import Modal, Person
from tests.journeys.town import SEC1
from tests.kill.acts import Act, close, row, through
from tests.kill.play import Leg, Play

PAPER = {"書類名": "契約書", "リンク": "https://docs.example.com/1"}
FIELD = {"名称": "契約書の保管場所", "種類": "1行の文字"}


async def _record(play: Play) -> None:
    sec = play.t.slack.person(SEC1)
    changed = row(play, "SELECT 1 FROM engagement WHERE business = '倉庫の管理'")
    await through(play, sec, _form(sec, "開く", "", "業務を編集"), {"業務内容": "倉庫の管理"}, changed, "editing")
    await close(sec)
    added = row(play, "SELECT 1 FROM document")
    await through(play, sec, _form(sec, "記録を開く", "書類", "書類を追加"), PAPER, added, "a document")
    await close(sec)
    removed = row(play, "SELECT 1 FROM document WHERE removed_at IS NOT NULL")
    await play.do(lambda: _remove(sec), removed, "removing it")
    await close(sec)
    made = row(play, "SELECT 1 FROM free_field")
    await through(play, sec, _new_field(sec), FIELD, made, "a field")
    await close(sec)


async def record_page(sec: Person, button: str, page: str) -> Modal:
    """The record on one of its pages."""
    await sec.command("/vendor-review", "show みかづき")
    glance = await sec.wait_message("記録を開く", timeout=5)
    await sec.press(glance, label=button)
    record = await sec.wait_modal("vr1.record", timeout=5)
    if page:
        await sec.choose("vr1.record_page", page)
        record = await sec.wait_modal("vr1.record", timeout=5, fits=lambda m: "追加" in m.plain())
    return record


def _form(sec: Person, button: str, page: str, edit: str) -> Act:
    async def act() -> None:
        await sec.press(await record_page(sec, button, page), label=edit)
        await sec.wait_modal("vr1.record_edit", timeout=5)

    return act


async def _remove(sec: Person) -> None:
    await close(sec)
    await sec.press(await record_page(sec, "記録を開く", "書類"), label="記録から外す")


def _new_field(sec: Person) -> Act:
    async def act() -> None:
        await sec.command("/vendor-review", "fields")
        shown = await sec.wait_modal("vr1.list", timeout=5)
        await sec.press(shown, label="項目を追加")
        await sec.wait_modal("vr1.free_field", timeout=5)

    return act


DETOURS = (Leg("record", _record, after="set up"),)
