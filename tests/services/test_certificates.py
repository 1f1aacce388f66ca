"""Certificates through their service: kept with history, looked up, and never written over each other."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.certificates import Certificate, RegisterCheck, Standing
from bot.domain.delivery import AuditEvent
from bot.domain.ledger import Change
from bot.domain.record import Page, Spot
from bot.domain.refusal import Code, Refusal, Refusals
from bot.services.records import Records
from message_templates.catalogs import Text
from message_templates.record import record_view
from storage import certificates as queries
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.ledger_stage import GUEST, OWNER, SEC, TOKYO
from tests.services.third_stage import Third, third

LOOKED = {"department": "運用部", "site": "東京本社", "looked": "https://example.invalid/register", "covers": "yes"}


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Third:
    return await third(db, clock)


def form_of(certificate: Certificate, **changed: str) -> dict[str, str]:
    """What the form of a certificate holds."""
    held = {name: str(value or "") for name, value in certificate.model_dump(mode="json").items()}
    return held | changed


async def test_a_new_one_stands_in_the_list_and_in_the_history(stage: Third) -> None:
    kept = await stage.certified()
    shown = await stage.certificates.named(press(SEC), "みかづき")
    (held,) = shown.held  # type: ignore[union-attr]
    assert held.certificate == kept
    assert [(c.business, c.standing) for c in held.checked] == [("社内便の配送", Standing.NOT_CHECKED)]
    async with stage.db.read() as tx:
        (change,) = await tx.find(Change, subject_id=kept.id)
        (event,) = await tx.find(AuditEvent, action="certificate:entered")
    assert (change.subject, change.field, change.after["number"]) == ("certificate", "created", "IS 999999")
    assert "IS 999999" not in str(event.model_dump())


async def test_a_change_is_field_by_field_and_nobody_writes_over_somebody_else(stage: Third) -> None:
    kept = await stage.certified()
    renewed = form_of(kept, expires_on="2030-05-31")
    await stage.certificates.save(press(SEC), stage.supplier.id, kept.id, kept.version, renewed)
    with pytest.raises(Refusal) as refused:
        await stage.certificates.save(press(SEC), stage.supplier.id, kept.id, kept.version, form_of(kept, scope="別"))
    assert refused.value.code is Code.CHANGED_MEANWHILE
    async with stage.db.read() as tx:
        now = await tx.need(Certificate, kept.id)
        changes = await tx.find(Change, subject_id=kept.id)
    assert (now.expires_on, now.scope) == (date(2030, 5, 31), kept.scope)
    assert [(c.field, c.before, c.after) for c in changes if c.field != "created"] == [
        ("expires_on", "2027-05-31", "2030-05-31")
    ]


async def test_the_same_press_again_is_one_certificate(stage: Third) -> None:
    once = press(SEC, key="twice")
    written = {"scheme": "p_mark", "number": "10999999(01)"}
    first = await stage.certificates.save(once, stage.supplier.id, "", 0, written)
    assert await stage.certificates.save(once, stage.supplier.id, "", 0, written) == first
    async with stage.db.read() as tx:
        assert len(await tx.find(Certificate)) == 1


async def test_the_same_number_is_the_same_certificate_until_it_has_ended(stage: Third) -> None:
    kept = await stage.certified()
    with pytest.raises(Refusals) as refused:
        await stage.certified(number="ｉｓ９９９９９９")
    assert [(r.field, r.code) for r in refused.value.refusals] == [("number", Code.CERTIFICATE_EXISTS)]
    ended = form_of(kept, ended_on="2026-11-01")
    await stage.certificates.save(press(SEC), stage.supplier.id, kept.id, kept.version, ended)
    await stage.certified()


async def test_nothing_changed_is_said_and_a_bad_form_leaves_nothing(stage: Third) -> None:
    kept = await stage.certified()
    with pytest.raises(Refusal) as refused:
        await stage.certificates.save(press(SEC), stage.supplier.id, kept.id, kept.version, form_of(kept))
    assert refused.value.code is Code.NOTHING_CHANGED
    with pytest.raises(Refusals):
        await stage.certified(scheme="p_mark", number="x")
    async with stage.db.read() as tx:
        assert len(await tx.find(Certificate)) == 1


async def test_a_look_into_the_register_counts_for_one_work_until_something_changes(stage: Third) -> None:
    kept = await stage.certified()
    looked = LOOKED | {"engagement": stage.engagement.id}
    shown = await stage.certificates.check(press(SEC), kept.id, kept.version, looked)
    (found,) = shown.held[0].checked
    assert (found.standing, found.by, found.on) == (Standing.CONFIRMED, "佐藤 守", date(2026, 11, 25))
    async with stage.db.read() as tx:
        worth = await queries.worth(tx, [stage.engagement], date(2026, 11, 25))
        assert [s for _, s in worth[stage.engagement.id]] == [Standing.CONFIRMED]
        later = await queries.worth(tx, [stage.engagement], date(2027, 6, 1))
        assert [s for _, s in later[stage.engagement.id]] == [Standing.EXPIRED]
        (check,) = await tx.find(RegisterCheck)
        assert (check.department, check.site, check.scope) == ("運用部", "東京本社", "東京本社 運用部")
    renewed = await stage.certificates.save(
        press(SEC), stage.supplier.id, kept.id, kept.version, form_of(kept, expires_on="2030-05-31")
    )
    assert renewed.held[0].checked[0].standing is Standing.CHANGED
    async with stage.db.read() as tx:
        kept = await tx.need(Certificate, kept.id)
    moved = await stage.certificates.save(
        press(SEC), stage.supplier.id, kept.id, kept.version, form_of(kept, scope="大阪支社")
    )
    assert moved.held[0].checked[0].standing is Standing.CHANGED


async def test_a_later_look_decides_and_the_earlier_one_stays(stage: Third, clock: StillClock) -> None:
    kept = await stage.certified()
    looked = LOOKED | {"engagement": stage.engagement.id}
    await stage.certificates.check(press(SEC), kept.id, kept.version, looked)
    clock.advance(hours=1)
    shown = await stage.certificates.check(press(SEC), kept.id, kept.version, looked | {"covers": "no"})
    assert shown.held[0].checked[0].standing is Standing.SCOPE_NO
    async with stage.db.read() as tx:
        assert len(await tx.find(RegisterCheck)) == 2


async def test_a_look_is_refused_where_it_was_at_something_else(stage: Third) -> None:
    kept = await stage.certified()
    _other, work = await stage.another("株式会社さざなみ", "")
    with pytest.raises(Refusals) as refused:
        await stage.certificates.check(press(SEC), kept.id, kept.version, LOOKED | {"engagement": work.id})
    assert [r.field for r in refused.value.refusals] == ["engagement"]
    with pytest.raises(Refusal) as stale:
        await stage.certificates.check(press(SEC), kept.id, kept.version + 1, LOOKED | {"engagement": work.id})
    assert stale.value.code is Code.CHANGED_MEANWHILE


@pytest.mark.parametrize("user", [OWNER, GUEST])
async def test_nobody_else_reads_or_writes(stage: Third, user: str) -> None:
    kept = await stage.certified()
    written = {"scheme": "ismap"}
    for ask in (
        lambda: stage.certificates.soon(press(user)),
        lambda: stage.certificates.of(press(user), stage.supplier.id),
        lambda: stage.certificates.form(press(user), certificate_id=kept.id),
        lambda: stage.certificates.save(press(user), stage.supplier.id, "", 0, written),
        lambda: stage.certificates.check_form(press(user), kept.id),
        lambda: stage.certificates.check(press(user), kept.id, kept.version, LOOKED),
    ):
        with pytest.raises(Refusal) as refused:
            await ask()
        assert refused.value.code is Code.NOT_YOURS


async def test_what_runs_out_next_stands_first(stage: Third) -> None:
    await stage.certified(expires_on="2027-01-31")
    await stage.certified(scheme="p_mark", number="10999999", expires_on="2026-11-01")
    await stage.certified(scheme="ismap", number="", expires_on="2029-01-31")
    soon = await stage.certificates.soon(press(SEC))
    assert [line.certificate.expires_on for line in soon.lines] == [date(2026, 11, 1), date(2027, 1, 31)]
    assert soon.total == 2


async def test_it_stands_in_the_record_and_in_its_history_in_words(stage: Third) -> None:
    kept = await stage.certified()
    await stage.certificates.check(press(SEC), kept.id, kept.version, LOOKED | {"engagement": stage.engagement.id})
    other = form_of(kept, scheme="isms_cloud")
    await stage.certificates.save(press(SEC), stage.supplier.id, kept.id, kept.version, other)
    records = Records(stage.ledger.desk, TOKYO)
    company = await records.open(press(SEC), Spot(supplier_id=stage.supplier.id))
    assert "IS 999999" in str(record_view(Text("ja"), company))
    past = await records.open(press(SEC), Spot(supplier_id=stage.supplier.id, page=Page.HISTORY))
    assert [c.subject for c in past.changes][:3] == ["certificate", "registercheck", "certificate"]
    said = str(record_view(Text("ja"), past))
    assert "ISMSクラウドセキュリティ" in said
    assert "isms_cloud" not in said
