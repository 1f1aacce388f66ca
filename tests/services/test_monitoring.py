"""The record of an engagement shows every review it had: our judgements, and what came in with a file."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.ledger import Engagement, Supplier
from bot.domain.monitoring import Monitoring, MonitoringLine
from bot.domain.past import PastReview
from bot.domain.people import Person
from bot.domain.record import Spot
from bot.domain.rounds import Judgement, JudgementValue, ReviewState
from bot.services.records import Records
from message_templates.catalogs import Text
from message_templates.monitoring import SHOWN, monitoring_section
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import SEC, TOKYO, Ledger, entry, ledger
from tests.services.test_reading import add_review

LATE = datetime(2026, 8, 16, 15, 30, tzinfo=UTC)  # already the 17th in Tokyo


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    return await ledger(db, clock)


async def test_both_kinds_newest_first_and_the_day_is_the_companys(stage: Ledger) -> None:
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id))
    async with stage.db.read() as tx:
        [supplier], [work] = await tx.find(Supplier), await tx.find(Engagement)
        [by] = await tx.find(Person, slack_user_id=SEC)
    _, item = await add_review(stage, supplier, ReviewState.CLOSED, "2026")
    async with stage.db.begin("test.history") as tx:
        judged = {"reason": "条件つき", "by": "x", "at": LATE}
        tx.add(Judgement(id=new_id(), item_id=item.id, n=1, value=JudgementValue.WATCH, **judged))
        came = {"engagement_id": work.id, "reviewed_at": START, "file_sha256": "0" * 64, "imported_by": by.id}
        day = date(2024, 3, 5)
        tx.add(PastReview(id=new_id(), reviewed_on=day, value=JudgementValue.OK, imported_at=START, **came))
    record = await Records(stage.desk, TOKYO).open(press(SEC), Spot(supplier_id=supplier.id))
    found = record.parts["monitoring"]
    assert isinstance(found, Monitoring)
    assert [(line.on, line.value, line.imported) for line in found.of(work.id)] == [
        (date(2026, 8, 17), JudgementValue.WATCH, False),
        (date(2024, 3, 5), JudgementValue.OK, True),
    ]
    [_, told] = monitoring_section(Text("ja"), record, found, work.id)
    shown = told["elements"][0]["text"]
    assert "2026年8月17日(月)　経過観察　条件つき" in shown
    assert "2024年3月5日(火)　問題なし(取込)" in shown
    assert monitoring_section(Text("ja"), record, found, "another") == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_more_than_are_shown_are_counted(language: str) -> None:
    line = MonitoringLine(engagement_id="e", on=date(2026, 1, 1), value=None, reason="<!channel>" * 999)
    t = Text(language)
    blocks = monitoring_section(t, None, Monitoring(lines=(line,) * (SHOWN + 3)), "e")
    assert t("ledger.more", count=3) in str(blocks)
    assert max(len(b.get("elements", [{}])[0].get("text", "")) for b in blocks) <= 3000
