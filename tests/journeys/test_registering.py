"""Registering by the real program: a look-up from the command line, an owner who proposes, a register on a bad day, and a
database that is held (K02)."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from bot.domain.corporate_number import grouped
from bot.domain.ledger import EngagementState
from message_templates.catalogs import CATALOGS
from tests.journeys import acts
from tests.journeys.town import OWNER1, ROOT, SEC1, SEC_CHANNEL, Town, town
from tests.register_imitation import APPLICATION, KOHAKU, MIKAZUKI, ROWS, csv_of, imitation

JA = CATALOGS["ja"]


async def import_register(t: Town) -> str:
    """The operator takes the agency's file in."""
    path = t.folder / "zenkoku.csv"
    path.write_bytes(csv_of(ROWS))
    command = (sys.executable, "-m", "bot", "import", "register", str(path))
    done = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=t.env, stdout=asyncio.subprocess.PIPE)
    said, _ = await done.communicate()
    assert done.returncode == 0
    return said.decode()


def one(t: Town, query: str) -> object:
    with closing(sqlite3.connect(t.folder / "bot.db")) as db:
        return db.execute(query).fetchone()[0]


async def test_from_a_proposal_to_the_ledger(tmp_path: Path) -> None:
    async with imitation() as other, town(tmp_path) as t:
        t.env |= {"CORPORATE_REGISTER_URL": other.url, "CORPORATE_REGISTER_ID": APPLICATION}
        assert "4件を登録・更新" in await import_register(t)
        await t.start_bot()
        await acts.security_and_department(t)
        await _proposed(t)
        await _confirmed(t)
        await _looked_up_on_a_bad_day(t, other)
        await _held(t)
        assert await t.slack.problems() == []


async def _proposed(t: Town) -> None:
    """An owner finds the company while typing, and proposes it."""
    owner = t.slack.person(OWNER1)
    await owner.shortcut("委託先を登録")
    modal = await owner.wait_modal("vr1.register")
    assert JA["register.proposing"] in modal.plain()
    assert (await owner.choose("会社を探す", "株式会社みかづき運輸　7-9999-0100-0001", query="みか")).ok
    await owner.wait_modal("vr1.register", fits=lambda m: "ミカヅキウンユ" in m.plain())
    said = {"部門": "物流部", "業務内容": "社内便の配送", "契約形態": "準委任", "個人データ": "あり"}
    await acts.fill(owner, await owner.wait_modal("vr1.register"), said)
    done = await acts.submitted(t, OWNER1, "登録を提案しました")
    assert "DMでお知らせします" in done.plain()


async def _confirmed(t: Town) -> None:
    """The security team is told once, confirms, and the owner hears of it."""
    sec = t.slack.person(SEC1)
    notice = await sec.wait_message("登録が提案されました", channel=SEC_CHANNEL)
    assert (await sec.press(notice, label="承認する")).ok
    await sec.wait_message("承認し、台帳に登録しました")
    await t.slack.person(OWNER1).wait_message("承認され、台帳に登録されました")
    again = await sec.press(notice, label="承認する")
    assert again.acked
    await sec.wait_modal(fits=lambda m: JA["refusal.proposal_done"] in m.plain())
    await sec.close(everything=True)
    assert one(t, "SELECT state FROM engagement") == EngagementState.ACTIVE.value
    assert one(t, "SELECT reading FROM supplier") == "ミカヅキウンユ"
    assert one(t, f"SELECT count(*) FROM supplier WHERE corporate_number = '{MIKAZUKI}'") == 1


async def _looked_up_on_a_bad_day(t: Town, other: object) -> None:
    """The register says 403: the form says so and stays usable."""
    other.misbehave = 403  # type: ignore[attr-defined]
    sec = t.slack.person(SEC1)
    await acts.opened(t, SEC1, "register みどり食品")
    assert (await sec.press(label=JA["register.ask"])).ok
    modal = await sec.wait_modal("vr1.register", fits=lambda m: "照会が集中している" in m.plain())
    assert modal.field("名称").chosen == "みどり食品"
    await sec.close(everything=True)


async def _held(t: Town) -> None:
    """Somebody else holds the database for four seconds: the form opens at once, and nothing is left loading."""
    sec = t.slack.person(SEC1)
    before = one(t, "SELECT count(*) FROM engagement")
    with closing(sqlite3.connect(t.folder / "bot.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert (await sec.command("/vendor-review", "register", SEC_CHANNEL)).ok
        await sec.wait_modal("vr1.register")
        chosen = await sec.choose("会社を探す", f"こはく印刷株式会社　{grouped(KOHAKU)}", query="こはく")
        assert chosen.acked
        await sec.wait_modal(fits=lambda m: JA["refusal.busy"] in m.plain())
        await asyncio.sleep(1)
        holder.execute("ROLLBACK")
    await sec.close()
    assert JA["register.note.searching"] not in (await sec.wait_modal("vr1.register")).plain()
    await sec.choose("会社を探す", "株式会社みかづき運輸　7-9999-0100-0001", query="みか")
    await sec.wait_modal("vr1.register", fits=lambda m: "委託業務を追加します" in m.plain())
    await sec.close(everything=True)
    assert one(t, "SELECT count(*) FROM engagement") == before
