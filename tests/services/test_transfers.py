"""Ledger files through Slack: a dropped file is shown, imported exactly as shown, mapped; an export arrives once."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.delivery import AuditEvent, Notice, NoticeKind
from bot.domain.importing import Verdict
from bot.domain.ledger import Engagement, Supplier
from bot.domain.past import PastReview
from bot.domain.people import SECURITY, SYSTEM, Who
from bot.domain.press import Event
from bot.domain.refusal import Code, Refusal
from bot.domain.tabular import open_table
from bot.domain.transfers import Transfer, TransferState
from bot.services import history
from bot.services.event_work import WORK, Around
from bot.services.exporting import WRITERS
from bot.services.ports import FetchedFile, SendFailed
from bot.services.telling.ledger_file import tell_file
from bot.services.transferring import LEASE, TransferDesk
from bot.services.transfers import Transfers
from message_templates.catalogs import text
from message_templates.transfer import columns_view, transfer_blocks
from storage import ledger_queries, people
from storage.db import Database
from storage.vault import FolderVault
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import OUTSIDER, OWNER, SEC, STRANGER, Ledger, ledger
from tests.services.test_importing import HEADER, ROWS


@dataclass
class Files:
    """Slack's files, and what was uploaded to it."""

    held: dict[str, bytes] = field(default_factory=dict)
    uploaded: dict[str, bytes] = field(default_factory=dict)
    shared: list[tuple[str, str]] = field(default_factory=list)
    fails: list[SendFailed] = field(default_factory=list)
    dies: bool = False

    async def fetch(self, slack_file_id: str) -> FetchedFile:
        if self.fails:
            raise self.fails.pop()
        return FetchedFile(name="台帳\u202evsc.csv", content=self.held[slack_file_id])

    async def upload(self, name: str, content: bytes) -> str:
        self.uploaded[name] = content
        return "F0UP"

    async def share(self, file_id: str, place: str, _title: str, _comment: str) -> None:
        if self.dies:
            raise asyncio.CancelledError
        await asyncio.sleep(0.05)  # a call to Slack: another process has its turn
        self.shared.append((file_id, place))


@dataclass
class Stage:
    ledger: Ledger
    files: Files
    desk: TransferDesk
    presses: Transfers

    async def drop(self, content: bytes, user: str = SEC, file: str = "F1", **more: Any) -> None:
        self.files.held[file] = content
        event = Event(
            key=file, kind="message", who=Who(slack_user_id=user), channel_id="D0BOT", ts="1.1", files=(file,), **more
        )
        change = await WORK["message"](Around(self.ledger.db, self.ledger.clock, self.ledger.directory), event, START)
        async with self.ledger.db.begin("test.event") as tx:
            await change(tx, START)

    async def tick(self, times: int = 1) -> None:
        for _ in range(times):
            await self.desk.run_due(START)

    async def all(self, cls: Any) -> list[Any]:
        async with self.ledger.db.read() as tx:
            return await tx.find(cls)

    async def file(self) -> Transfer:
        [only] = await self.all(Transfer)
        return only


@pytest.fixture
async def stage(db: Database, clock: StillClock, tmp_path: Path) -> Stage:
    made = await ledger(db, clock)
    await made.department("総務部")
    await made.department("開発部", deputies=())
    files = Files()
    desk = TransferDesk(db, clock, files, FolderVault(tmp_path), files, made.importing, made.exporting)
    return Stage(made, files, desk, Transfers(made.desk))


CONTENT = (HEADER + "".join(ROWS)).encode()


async def test_dropped_shown_pressed_imported_and_told(stage: Stage) -> None:
    await stage.drop(CONTENT)
    await stage.tick()
    shown = await stage.file()
    assert (shown.state, shown.cycle, shown.name) == (TransferState.SHOWN, 1, "台帳vsc.csv")
    assert shown.report["counts"] == {"created": 5, "updated": 0, "same": 0, "refused": 0}
    assert await stage.all(Supplier) == []
    await stage.presses.order(press(SEC), shown.id, 1)
    stage.files.held.clear()  # what was shown is what is imported, whatever becomes of the file in Slack
    await stage.tick()
    assert len(await stage.all(Engagement)) == 5
    done = await stage.file()
    assert (done.state, done.sha256) == (TransferState.DONE, hashlib.sha256(CONTENT).hexdigest())
    notices = [n for n in await stage.all(Notice) if n.kind is NoticeKind.LEDGER_FILE]
    assert [(n.subject_id, n.cycle) for n in notices] == [(shown.id, 1), (shown.id, 2)]
    async with stage.ledger.db.read() as tx:
        [cancelled, told] = [await tell_file(tx, n, START) for n in notices]
    assert "委託先 3社、委託業務 5件を登録" in str(told)
    assert "superseded" in str(cancelled)


async def test_a_press_twice_or_by_another_or_on_an_old_card_imports_nothing_more(stage: Stage) -> None:
    await stage.drop(CONTENT)
    await stage.tick()
    shown = await stage.file()
    for user, cycle, code in ((OWNER, 1, Code.NOT_YOURS), (OUTSIDER, 1, Code.NOT_YOURS), (SEC, 2, Code.NOT_THIS_FILE)):
        with pytest.raises(Refusal) as refused:
            await stage.presses.order(press(user), shown.id, cycle)
        assert refused.value.code is code
    await stage.presses.stop(press(SEC), shown.id, 1)
    with pytest.raises(Refusal) as refused:
        await stage.presses.order(press(SEC, key="again"), shown.id, 1)
    assert refused.value.code is Code.NOT_THIS_FILE
    await stage.tick()
    assert await stage.all(Supplier) == []


async def test_from_others_nothing_is_taken_and_colleagues_are_told_kindly(stage: Stage) -> None:
    for n, user in enumerate((OWNER, OUTSIDER, STRANGER)):
        await stage.drop(CONTENT, user, f"F{n}")
    await stage.tick()
    only = await stage.file()
    assert (only.state, only.reason) == (TransferState.REFUSED, "not_yours")
    events = [e for e in await stage.all(AuditEvent) if e.action == "ledger:file_dropped"]
    assert [e.reason for e in events] == ["not_yours"] * 3
    assert "actions" not in str(transfer_blocks(text("ja"), only))


async def test_in_a_thread_of_the_dm_it_is_no_ledger(stage: Stage) -> None:
    await stage.drop(CONTENT, thread_ts="1.0")
    assert await stage.all(Transfer) == []


async def test_who_left_the_team_meanwhile_imports_nothing(stage: Stage) -> None:
    await stage.drop(CONTENT)
    await stage.tick()
    shown = await stage.file()
    await stage.presses.order(press(SEC), shown.id, 1)
    async with stage.ledger.db.begin("test.leave") as tx:
        await people.remove_member(tx, SECURITY, shown.person_id)
    await stage.tick()
    assert (await stage.file()).reason == "not_yours"
    assert await stage.all(Supplier) == []


async def test_unknown_columns_are_decided_in_a_dialogue(stage: Stage) -> None:
    rows = [
        HEADER.replace("\n", ",稟議番号,最終モニタリング日,判断,覚え\n"),
        ROWS[0].replace("\n", ",R-7,2026/3/1,問題なし,x\n"),
    ]
    await stage.drop("".join(rows).encode("cp932"))
    await stage.tick()
    shown = await stage.file()
    assert (shown.report["ok"], shown.report["unknown_columns"]) == (False, ["稟議番号", "覚え"])
    assert "「列の対応を決める」で" in str(transfer_blocks(text("ja"), shown))
    with pytest.raises(Refusal):
        await stage.presses.order(press(SEC), shown.id, 1)
    asked = await stage.presses.columns(press(SEC, key="open"), shown.id, 1)
    assert "稟議番号" in str(columns_view(text("ja"), asked.id, asked.cycle, asked.unknown))
    await stage.presses.decide(press(SEC, key="decide"), shown.id, 1, ["free", ""])
    await stage.tick()
    again = await stage.file()
    assert (again.state, again.cycle, again.report["ok"]) == (TransferState.SHOWN, 2, True)
    told = str(transfer_blocks(text("ja"), again))
    assert "「列の対応を決める」で" not in told
    assert "もう一度お送りください" not in told
    await stage.presses.order(press(SEC, key="order"), shown.id, 2)
    await stage.tick()
    [engagement] = await stage.all(Engagement)
    assert list(engagement.free.values()) == ["R-7"]
    [past] = await stage.all(PastReview)
    assert (past.source, past.value, str(past.reviewed_on)) == ("import", "ok", "2026-03-01")


async def test_what_to_do_about_mistakes_is_said(stage: Stage) -> None:
    await stage.drop((HEADER + ROWS[0].replace("2025", "20x5").replace("2026", "20x6")).encode())
    await stage.tick()
    shown = await stage.file()
    assert not shown.report["ok"]
    assert "不備を直して、ファイルをもう一度お送りください。" in str(transfer_blocks(text("ja"), shown))


@pytest.mark.parametrize(
    ("error", "permanent", "reason"), [("gone", True, "gone"), ("not_a_file", True, "not_a_file"), ("x", False, "")]
)
async def test_a_file_that_cannot_be_fetched(stage: Stage, error: str, permanent: bool, reason: str) -> None:
    stage.files.fails.append(SendFailed(error, permanent=permanent))
    await stage.drop(CONTENT)
    await stage.tick()
    assert ((await stage.file()).state is TransferState.REFUSED) is permanent
    if permanent:
        assert (await stage.file()).reason == reason
        assert transfer_blocks(text("en"), await stage.file())
    else:
        stage.ledger.clock.advance(seconds=60)
        await stage.tick()
        assert (await stage.file()).state is TransferState.SHOWN


async def test_an_export_goes_to_whoever_asked_and_nobody_else(stage: Stage) -> None:
    await stage.ledger.importing.import_suppliers(CONTENT, dry_run=False, actor=SYSTEM)
    with pytest.raises(Refusal):
        await stage.presses.export(press(OWNER), "")
    with pytest.raises(Refusal):
        await stage.presses.export(press(SEC, key="pdf"), "pdf")
    await stage.presses.export(press(SEC, key="x"), "")
    await stage.tick(3)
    assert stage.files.shared == [("F0UP", f"user:{SEC}")]
    [(name, content)] = stage.files.uploaded.items()
    assert name == "ledger-20261125.xlsx"
    assert len(list(open_table(content).lines)) == 6
    assert (await stage.file()).state is TransferState.DONE


# -- several processes, and those that die ---------------------------------------------------------------------------------


async def test_two_processes_share_an_export_once(stage: Stage, tmp_path: Path) -> None:
    other = second(stage, tmp_path)
    await stage.presses.export(press(SEC, key="x"), "csv")
    await stage.tick()
    await asyncio.gather(stage.tick(2), other.run_due(START), other.run_due(START))
    assert (await stage.file()).state is TransferState.DONE
    assert stage.files.shared == [("F0UP", f"user:{SEC}")]


async def test_who_dies_while_it_is_shared_leaves_it_to_others_when_the_claim_has_ended(
    stage: Stage, tmp_path: Path
) -> None:
    other = second(stage, tmp_path)
    await stage.presses.export(press(SEC, key="x"), "csv")
    await stage.tick()
    stage.files.dies = True
    with pytest.raises(asyncio.CancelledError):
        await stage.tick()
    stage.files.dies = False
    await other.run_due(START)
    assert stage.files.shared == []
    stage.ledger.clock.advance(seconds=LEASE + 1)
    await other.run_due(START)
    assert (await stage.file()).state is TransferState.DONE
    assert len(stage.files.shared) == 1


async def test_two_processes_check_and_import_a_file_once(stage: Stage, tmp_path: Path) -> None:
    other = second(stage, tmp_path)
    await stage.drop(CONTENT)
    await asyncio.gather(stage.tick(), other.run_due(START))
    shown = await stage.file()
    assert (shown.state, shown.cycle) == (TransferState.SHOWN, 1)
    await stage.presses.order(press(SEC), shown.id, 1)
    await asyncio.gather(stage.tick(), other.run_due(START))
    assert (await stage.file()).state is TransferState.DONE
    assert len(await stage.all(Engagement)) == 5
    assert [n.cycle for n in await stage.all(Notice) if n.kind is NoticeKind.LEDGER_FILE] == [1, 2]


async def test_who_could_not_fetch_it_leaves_it_as_another_process_did(stage: Stage, tmp_path: Path) -> None:
    """One process fails, late: meanwhile the other has shown the file, and nothing of that is taken back."""
    other = second(stage, tmp_path)
    await stage.drop(CONTENT)

    async def late(_file: str) -> FetchedFile:
        await stage.tick()
        raise SendFailed("gone", permanent=True, after=0)

    other._files = SimpleNamespace(fetch=late)  # type: ignore[assignment]
    await other.run_due(START)
    assert (await stage.file()).state is TransferState.SHOWN
    assert [n.cycle for n in await stage.all(Notice) if n.kind is NoticeKind.LEDGER_FILE] == [1]


def second(stage: Stage, tmp_path: Path) -> TransferDesk:
    """Another process."""
    made, files = stage.ledger, stage.files
    return TransferDesk(made.db, made.clock, files, FolderVault(tmp_path), files, made.importing, made.exporting)


async def test_presses_have_their_turn_while_a_ledger_is_written(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole seconds of writing would make Slack tell everybody that the app does not answer."""
    turns, during = 0, []

    def slow(_rows: Any, _free: Any) -> bytes:
        before = turns
        time.sleep(0.3)
        during.append(turns - before)
        return b"x"

    async def others() -> None:
        nonlocal turns
        while not during:
            await asyncio.sleep(0.01)
            turns += 1

    monkeypatch.setitem(WRITERS, "csv", slow)
    content, _ = await asyncio.gather(stage.ledger.exporting.ledger(), others())
    assert content == b"x"
    assert during[0] > 3


async def test_a_long_ledger_is_written_piece_by_piece_and_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_queries, "PIECE", 1)
    await stage.ledger.importing.import_suppliers(CONTENT, dry_run=False, actor=SYSTEM)
    again = await stage.ledger.importing.import_suppliers(
        await stage.ledger.exporting.ledger(), dry_run=True, actor=SYSTEM
    )
    assert {row.verdict for row in again.rows} == {Verdict.SAME}
    assert len(again.rows) > 1


async def test_what_somebody_wrote_after_the_showing_is_not_written_over_unseen(stage: Stage) -> None:
    """Both keep their work: it is shown again, and only the second press writes."""
    await stage.drop(CONTENT)
    await stage.tick()
    await stage.presses.order(press(SEC), (await stage.file()).id, 1)
    await stage.tick()
    await stage.drop(CONTENT + ",うさぎ商店,法人,ja,総務部,清掃,請負,2026/4/1,,なし\n".encode(), file="F3")
    await stage.tick()
    third = next(t for t in await stage.all(Transfer) if t.slack_file_id == "F3")
    async with stage.ledger.db.begin("test.edit") as tx:
        work = next(e for e in await tx.find(Engagement) if e.business == "翻訳")
        after = work.model_copy(update={"starts_on": date(2025, 11, 1)})
        await tx.put(after)
        tx.add(*history.changed(work, after, SYSTEM, START, "record"))
    await stage.presses.order(press(SEC), third.id, third.cycle)
    await stage.tick()
    shown = next(t for t in await stage.all(Transfer) if t.slack_file_id == "F3")
    assert (shown.state, shown.cycle) == (TransferState.SHOWN, third.cycle + 1)
    assert (shown.report["counts"]["created"], shown.report["counts"]["updated"]) == (1, 1)
    assert next(e.starts_on for e in await stage.all(Engagement) if e.business == "翻訳") == date(2025, 11, 1)
    await stage.presses.order(press(SEC), shown.id, shown.cycle)
    await stage.tick()
    assert next(e.starts_on for e in await stage.all(Engagement) if e.business == "翻訳") == date(2025, 10, 1)
