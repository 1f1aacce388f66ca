"""Certificates and sub-contractors on both databases: days and times come back as they were, an expiry is an expiry (K42)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from bot.domain.certificates import (
    Certificate,
    CertificateWarning,
    Covers,
    RegisterCheck,
    Scheme,
    Standing,
    WarningStep,
    What,
)
from bot.domain.ledger import DataKind, Department, Engagement, EngagementState, Supplier
from bot.domain.subcontracts import EdgeState, SubcontractEdge, state_on
from bot.services.certificate_warnings import CertificateWarnings
from storage import certificates, people, subcontracts
from storage.db import Database
from storage.ids import new_id
from storage.merging import MOVES, STAYS
from storage.tables.ledger import EngagementRow
from storage.tx import Taken
from tests.chase_stage import HOURS
from tests.kit import START, StillClock, seen

TODAY = date(2026, 11, 25)
YESTERDAY = TODAY - timedelta(days=1)


async def work_of(db: Database, suppliers: int = 1) -> list[Engagement]:
    """That many suppliers with a piece of work each, and somebody in the security team."""
    async with db.begin("test.books") as tx:
        person = await people.see(tx, seen("U0SEC"), START)
        await people.set_members(tx, "security", [person.id], START)
        department = Department(id=new_id(), name="総務部", primary_id=person.id)
        tx.add(department)
        found = []
        for n in range(suppliers):
            supplier = Supplier(id=new_id(), name=f"第{n}運輸", name_key=f"第{n}運輸", created_at=START)
            usual: dict[str, Any] = {"department_id": department.id, "business": "配送", "starts_on": TODAY}
            work = Engagement(id=new_id(), supplier_id=supplier.id, created_at=START, **usual)
            tx.add(supplier, work)
            found.append(work)
    return found


def certificate(work: Engagement, **more: Any) -> Certificate:
    usual: dict[str, Any] = {"scheme": Scheme.ISMS, "number": "IS 1", "scope": "本社", "expires_on": TODAY}
    return Certificate(**({"id": new_id(), "supplier_id": work.supplier_id, "created_at": START} | usual | more))


async def checked(db: Database, one: Certificate, work: Engagement) -> RegisterCheck:
    async with db.begin("test.checked") as tx:
        by = (await people.members(tx, "security"))[0]
        check = RegisterCheck(
            id=new_id(),
            certificate_id=one.id,
            engagement_id=work.id,
            covers=Covers.YES,
            number=one.number,
            scope=one.scope,
            business=work.business,
            expires_on=one.expires_on,
            by_id=by.id,
            at=datetime(2026, 11, 24, 23, 59, 59, 123456, tzinfo=UTC),
        )
        tx.add(one, check)
    return check


@pytest.mark.parametrize(("last", "worth"), [(TODAY, Standing.CONFIRMED), (YESTERDAY, Standing.EXPIRED)])
async def test_an_expired_certificate_is_said_to_be_expired(both: Database, last: date, worth: Standing) -> None:
    (work,) = await work_of(both)
    one = certificate(work, expires_on=last)
    check = await checked(both, one, work)
    async with both.read() as tx:
        found = await certificates.worth(tx, [work], TODAY)
        stored = await tx.need(RegisterCheck, check.id)
        assert await tx.need(Certificate, one.id) == one
    assert [(c.id, standing) for c, standing in found[work.id]] == [(one.id, worth)]
    assert stored == check
    assert stored.at.tzinfo is not None


async def test_what_is_to_be_warned_of_and_what_is_not_any_more(both: Database) -> None:
    soon, late, old, over, away = await work_of(both, 5)
    made = {
        "soon": certificate(soon, expires_on=TODAY + timedelta(days=30)),
        "late": certificate(late, expires_on=TODAY + timedelta(days=2000), surveillance_on=YESTERDAY),
        "old": certificate(old, expires_on=None, edition="JIS Q 27001:2014"),
        "ended": certificate(soon, ended_on=TODAY),
        "over": certificate(over),
        "told": certificate(away),
    }
    async with both.begin("test.days") as tx:
        tx.add(*made.values())
        await tx.put(over.model_copy(update={"state": EngagementState.ENDED}))
        step = WarningStep.ON_DAY
        told = {"certificate_id": made["told"].id, "what": What.EXPIRY, "day": TODAY, "step": step, "batch": "b"}
        tx.add(CertificateWarning(id=new_id(), at=START, **told))
    async with both.read() as tx:
        found = {c.id for c in await certificates.warnable(tx, TODAY + timedelta(days=90))}
        next_ones, total = await certificates.soon(tx, TODAY, 10)
    assert found == {made[name].id for name in ("soon", "late", "old")}
    assert ([c.id for _, c in next_ones], total) == ([made["told"].id, made["old"].id], 2)


async def test_many_processes_warn_once(both: Database, clock: StillClock) -> None:
    (work,) = await work_of(both)
    async with both.begin("test.soon") as tx:
        tx.add(certificate(work))
    many = [CertificateWarnings(both, clock, HOURS) for _ in range(6)]
    assert sum(await asyncio.gather(*(one.run_due(START) for one in many))) == 1
    async with both.read() as tx:
        assert len(await tx.find(CertificateWarning)) == 1


async def test_an_edge_comes_back_whole_and_only_once(both: Database) -> None:
    work, _without = await work_of(both, 2)
    child = Supplier(id=new_id(), name="さざなみ", name_key="さざなみ", created_at=START)
    edge = SubcontractEdge(
        id=new_id(),
        engagement_id=work.id,
        child_id=child.id,
        work="倉庫の作業",
        data=(DataKind.CUSTOMER, DataKind.MY_NUMBER),
        state=EdgeState.APPROVED,
        approved_until=YESTERDAY,
        decided_at=START,
        created_at=START,
    )
    async with both.begin("test.edge") as tx:
        tx.add(child, edge)
    async with both.read() as tx:
        stored = await tx.need(SubcontractEdge, edge.id)
        assert stored == edge
        assert state_on(stored, TODAY) is EdgeState.EXPIRED
        assert await subcontracts.used_by(tx, [child.id]) == {child.id: 1}
        assert [name for _, _, name in await subcontracts.uses_of(tx, child.id, 5)] == ["第0運輸"]
        found = await tx.rows(select(EngagementRow.id).where(subcontracts.subcontracts_known()))
        assert list(found) == [work.id]
    with pytest.raises(Taken):
        async with both.begin("test.twin") as tx:
            tx.add(edge.model_copy(update={"id": new_id()}))
            await tx.flush()


def test_merging_knows_of_every_table_that_names_a_supplier() -> None:
    for table, column in (("certificate", "supplier_id"), ("subcontract_edge", "child_id")):
        assert {k.target_fullname for k in SQLModel.metadata.tables[table].c[column].foreign_keys} == {"supplier.id"}
        assert MOVES[table] == column
        assert table not in STAYS
