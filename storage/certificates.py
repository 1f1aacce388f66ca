"""Queries of certificates: a supplier's, the latest look into the register for each engagement, and what is to be warned of.

A constant number of statements each. To leave questions out because of a certificate: `worth` gives, for engagements of any
number of suppliers, each certificate with what it is worth today (`certificates.Standing`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, or_
from sqlmodel import col, select

from bot.domain.certificates import (
    SUPERSEDED,
    Certificate,
    CertificateWarning,
    RegisterCheck,
    Standing,
    WarningStep,
    What,
    standing,
)
from bot.domain.ledger import Engagement, EngagementState, SupplierState
from storage.mapping import to_value
from storage.tables.ledger import EngagementRow, SupplierRow
from storage.tables.third_parties import CertificateRow, CertificateWarningRow, RegisterCheckRow, SubcontractEdgeRow
from storage.tx import Tx

CHUNK = 1000

_OVER = [EngagementState.ENDED.value, EngagementState.REFUSED.value]
_NEXT = (col(CertificateRow.expires_on).is_(None), col(CertificateRow.expires_on), col(CertificateRow.id))
_KNOWN = [SupplierState.ACTIVE.value, SupplierState.BLOCKED.value]


async def of_suppliers(tx: Tx, supplier_ids: Collection[str]) -> list[Certificate]:
    """The certificates of these suppliers, oldest first."""
    found = []
    for some in _chunks(sorted(supplier_ids)):
        found += await tx.find(Certificate, supplier_id=some)
    return found


async def latest_checks(tx: Tx, certificate_ids: Collection[str]) -> dict[tuple[str, str], RegisterCheck]:
    """The latest look for each (certificate, engagement)."""
    latest: dict[tuple[str, str], RegisterCheck] = {}
    for some in _chunks(sorted(certificate_ids)):
        query = select(RegisterCheckRow).where(col(RegisterCheckRow.certificate_id).in_(list(some)))
        for check in await tx.values(RegisterCheck, query.order_by(col(RegisterCheckRow.at), col(RegisterCheckRow.id))):
            latest[check.certificate_id, check.engagement_id] = check
    return latest


async def worth(
    tx: Tx, engagements: Sequence[Engagement], today: date
) -> dict[str, tuple[tuple[Certificate, Standing], ...]]:
    """Engagement id → each certificate of its supplier, with what it is worth for this engagement today."""
    certificates = await of_suppliers(tx, {e.supplier_id for e in engagements})
    checks = await latest_checks(tx, [c.id for c in certificates])
    by_supplier: dict[str, list[Certificate]] = {}
    for certificate in certificates:
        by_supplier.setdefault(certificate.supplier_id, []).append(certificate)
    return {
        e.id: tuple(
            (c, standing(c, checks.get((c.id, e.id)), e.business, today)) for c in by_supplier.get(e.supplier_id, [])
        )
        for e in engagements
    }


async def soon(tx: Tx, by: date, limit: int) -> tuple[list[tuple[str, Certificate]], int]:
    """(supplier, certificate) of those that run out by a day or have, the next first; and how many there are."""
    query: Any = (
        select(SupplierRow.name, CertificateRow)
        .join(SupplierRow, col(SupplierRow.id) == col(CertificateRow.supplier_id))
        .where(_concerns(), or_(col(CertificateRow.expires_on) <= by, _old_edition()))
    )
    total = (await tx.rows(select(func.count()).select_from(query.subquery())))[0]
    found = await tx.rows(query.order_by(*_NEXT).limit(limit))
    return [(name, to_value(Certificate, row)) for name, row in found], int(total)


async def warnable(tx: Tx, by: date) -> list[Certificate]:
    """Certificates with a day by `by` (or of a superseded edition) whose last step was not told yet."""
    days: Any = [
        and_(col(CertificateRow.expires_on) <= by, ~_told(What.EXPIRY, col(CertificateRow.expires_on))),
        and_(col(CertificateRow.surveillance_on) <= by, ~_told(What.SURVEILLANCE, col(CertificateRow.surveillance_on))),
    ]
    days += [
        and_(col(CertificateRow.edition).contains(part), ~_told(What.EDITION, day))
        for part, day in SUPERSEDED.items()
        if day <= by
    ]
    query = (
        select(CertificateRow)
        .join(SupplierRow, col(SupplierRow.id) == col(CertificateRow.supplier_id))
        .where(_concerns(), or_(*days))
        .order_by(*_NEXT)
    )
    return await tx.values(Certificate, query)


def _concerns() -> Any:
    """Certificates that nobody ended, of suppliers whose work goes on (their own for us, or for another supplier of ours)."""
    works = exists().where(
        col(EngagementRow.supplier_id) == col(SupplierRow.id), col(EngagementRow.state).not_in(_OVER)
    )
    passed_on = exists().where(col(SubcontractEdgeRow.child_id) == col(SupplierRow.id))
    return and_(col(CertificateRow.ended_on).is_(None), col(SupplierRow.state).in_(_KNOWN), or_(works, passed_on))


def _told(what: What, day: Any) -> Any:
    return exists().where(
        col(CertificateWarningRow.certificate_id) == col(CertificateRow.id),
        col(CertificateWarningRow.what) == what.value,
        col(CertificateWarningRow.day) == day,
        col(CertificateWarningRow.step) == WarningStep.ON_DAY.value,
    )


def _old_edition() -> Any:
    return or_(*(col(CertificateRow.edition).contains(part) for part in SUPERSEDED))


async def warned(tx: Tx, certificate_ids: Collection[str]) -> dict[str, list[CertificateWarning]]:
    """What was told of these certificates."""
    found: dict[str, list[CertificateWarning]] = {}
    for some in _chunks(sorted(certificate_ids)):
        for warning in await tx.find(CertificateWarning, certificate_id=some):
            found.setdefault(warning.certificate_id, []).append(warning)
    return found


async def of_batch(tx: Tx, batch: str) -> list[tuple[CertificateWarning, Certificate, str]]:
    """What stands in one message: the warning, its certificate as it is now, and the supplier's name."""
    query: Any = (
        select(CertificateWarningRow, CertificateRow, SupplierRow.name)
        .join(CertificateRow, col(CertificateRow.id) == col(CertificateWarningRow.certificate_id))
        .join(SupplierRow, col(SupplierRow.id) == col(CertificateRow.supplier_id))
        .where(CertificateWarningRow.batch == batch, _concerns())
        .order_by(col(CertificateWarningRow.day), col(SupplierRow.name_key), col(CertificateWarningRow.id))
    )
    return [(to_value(CertificateWarning, w), to_value(Certificate, c), n) for w, c, n in await tx.rows(query)]


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
