"""Whatever changes the facts of an engagement decides its tier anew, in the same commit: each way there is, once."""

from __future__ import annotations

from typing import Any

from bot.domain.attesting import Answered
from bot.domain.fields import Part
from bot.domain.ledger import Engagement
from bot.domain.people import SYSTEM
from bot.domain.record import Page
from bot.domain.rounds import Attestation, AttestationKind
from bot.domain.tiers import TierDecision
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.desk import Desk
from message_templates.catalogs import text
from message_templates.record import record_view
from storage.db import Database
from tests.kit import StillClock, press
from tests.ledger_scene import make_rounds, small_books
from tests.services.record_stage import stage as record_stage
from tests.services.test_rounds import WISH


async def history(db: Database, **which: Any) -> list[tuple[int, str, str]]:
    """The decisions about one engagement: number, tier, cause."""
    async with db.read() as tx:
        (one,) = await tx.find(Engagement, **which)
        found = await tx.find(TierDecision, engagement_id=one.id, order="n")
    return [(d.n, d.tier, d.cause) for d in found]


async def test_registering_and_editing(db: Database, clock: StillClock) -> None:
    stage = await record_stage(db, clock)
    first = (1, "middle", "register")
    assert await history(db) == [first]
    await stage.edit(Part.ACCESS, system_access="yes")
    assert await history(db) == [first, (2, "high", "edit")]
    await stage.edit(Part.TERMS, tags="至急")
    assert len(await history(db)) == 2


async def test_the_record_shows_the_tier_and_why(db: Database, clock: StillClock) -> None:
    stage = await record_stage(db, clock)
    await stage.edit(Part.ACCESS, system_access="yes")
    for language, tier, why in (
        ("ja", "区分: 高(基準による)", "社内システムに接続できる"),
        ("en", "Tier: High (by the rules)", "our internal systems can be reached"),
    ):
        shown = str(record_view(text(language), await stage.record(Page.WORK, stage.engagement_id)))
        assert tier in shown
        assert why in shown


HEADER = "法人番号,名称,部門,業務内容,契約形態,開始日,個人データ,秘密情報\n"
ROW = ",佐藤 花子,総務部,翻訳,請負,2025-10-01,なし,{secret}\n"


async def test_importing_a_new_row_and_another_value(db: Database, clock: StillClock) -> None:
    stage = await record_stage(db, clock)

    async def take(secret: str) -> None:
        content = (HEADER + ROW.format(secret=secret)).encode()
        assert (await stage.ledger.importing.import_suppliers(content, dry_run=False, actor=SYSTEM)).ok

    await take("なし")
    assert await history(db, business="翻訳") == [(1, "middle", "import")]
    await take("なし")
    assert len(await history(db, business="翻訳")) == 1
    await take("あり")
    assert await history(db, business="翻訳") == [(1, "middle", "import"), (2, "high", "import")]


async def test_an_owner_who_says_that_something_has_changed(db: Database, clock: StillClock) -> None:
    books = await small_books(db)
    await books.write()
    service = make_rounds(db, clock)
    await service.open(press("U0SEC"), (await service.draft(press("U0SEC"), WISH)).round_id)
    async with db.read() as tx:
        (one,) = await tx.find(Engagement, business="請求書の封入")
        (asked,) = await tx.find(Attestation, engagement_id=one.id)
    answer = Answered(kind=AttestationKind.CHANGED, personal_data=True)
    await Attesting(Desk(db, clock, ""), company_calendar()).answer(press("U0OTHER"), asked.id, answer)
    assert await history(db, business="請求書の封入") == [(1, "middle", "attestation")]
