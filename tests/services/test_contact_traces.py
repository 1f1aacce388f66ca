"""Where the name and the addresses of a supplier's contact stand: whoever has to erase them one day finds all of it by the id."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.domain.fields import Part
from bot.domain.ledger import Supplier
from bot.domain.people import SYSTEM
from bot.services.merging import Merging
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.ledger_stage import SEC, TOKYO, entry
from tests.services.record_stage import Stage, stage

PERSONAL = ("山田 花", "山田 華", "hana@example.com", "kana@example.com", "U0HANA")
FORGOTTEN = {"inbox"}
"""Gone by itself after a few days (docs/security.md)."""


@pytest.fixture
async def here(db: Database, clock: StillClock) -> Stage:
    return await stage(db, clock)


async def traces(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table in which something of a contact stands."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with db.read() as tx:
        connection = await tx.session.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = [dict(row) for row in (await connection.execute(select(table))).mappings()]
            found[table.name] = [row for row in rows if any(text in str(row) for text in PERSONAL)]
    return {name: rows for name, rows in found.items() if rows and name not in FORGOTTEN}


async def test_all_that_is_kept_of_a_contact_is_its_row_and_the_history_of_its_id(here: Stage) -> None:
    await here.edit(Part.CONTACT, name="山田 花", mail="hana@example.com", slack_user="U0HANA")
    async with here.db.read() as tx:
        made = (await tx.find(Supplier))[0]
    (contact,) = (await traces(here.db))["contact"]
    await here.edit(Part.CONTACT, contact["id"], name="山田 華", mail="kana@example.com", slack_user="")
    other = entry((await here.engagement()).department_id, name="同じ会社", corporate_number="", business="清掃")
    await here.ledger.registering.submit(press(SEC), other)
    async with here.db.read() as tx:
        (kept,) = [s for s in await tx.find(Supplier) if s.id != made.id]
    await Merging(here.ledger.desk, TOKYO).merge(press(SEC), kept.id, made.id)
    found = await traces(here.db)
    assert set(found) == {"contact", "change"}
    assert {(row["subject"], row["subject_id"]) for row in found["change"]} == {("contact", contact["id"])}
    assert {row["field"] for row in found["change"]} == {"created", "name", "mail", "slack_user"}


async def test_an_address_that_came_in_with_a_file_too(here: Stage) -> None:
    header = "法人番号,名称,部門,業務内容,契約形態,開始日,個人データ,メールアドレス\n"
    row = "7999901000001,株式会社みかづき運輸,総務部,社内便の配送,準委任,2026/4/1,あり,hana@example.com\n"
    report = await here.ledger.importing.import_suppliers((header + row).encode(), dry_run=False, actor=SYSTEM)
    assert report.ok
    found = await traces(here.db)
    assert set(found) == {"contact", "change"}
    assert {(row["subject"], row["subject_id"]) for row in found["change"]} == {("contact", found["contact"][0]["id"])}
