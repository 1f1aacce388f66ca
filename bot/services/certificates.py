"""Certificates: shown, entered, ended, and looked up in the public register, by the security team.

A look into the register is a person's (there is no interface to ask, content_ja.md §7.5): who, when, where, and whether the
scope covers the department and the site that do our work. It is appended; what it is worth today is `certificates.standing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.certificate_warnings import FIRST
from bot.domain.certificates import Certificate, RegisterCheck
from bot.domain.certifying import (
    CertificateForm,
    Checked,
    CheckForm,
    Held,
    Soon,
    SoonLine,
    SupplierCertificates,
    held,
    read_certificate,
    read_check,
)
from bot.domain.closing_list import require_editable
from bot.domain.entered import folded
from bot.domain.ledger import Engagement, EngagementState, Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.reading import Candidates
from bot.domain.refusal import Code, Refusal, Refusals
from bot.services import history
from bot.services.desk import Desk
from bot.services.finding import find
from storage import certificates, companies, people
from storage.ids import new_id
from storage.tx import Tx

LISTED = 20
OVER = (EngagementState.ENDED, EngagementState.REFUSED)


class Certificates:
    """Shows and keeps certificates. `zone` is the company's: which day is today."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def soon(self, press: Press) -> Soon:
        """What runs out within 90 days or has run out, the next first. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Soon:
            require(Action.READ_LEDGER, roles(actor))
            today = self._day(now)
            found, total = await certificates.soon(tx, today + timedelta(days=FIRST.days), LISTED)
            lines = tuple(SoonLine(supplier=name, certificate=c) for name, c in found)
            return Soon(lines=lines, total=total, today=today)

        return await self._desk.look(press, work)

    async def named(self, press: Press, words: str) -> SupplierCertificates | Candidates:
        """A supplier's certificates by its name or number, or who could be meant. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SupplierCertificates | Candidates:
            require(Action.READ_LEDGER, roles(actor))
            found = await find(tx, words)
            return found if isinstance(found, Candidates) else await self._shown(tx, found, now)

        return await self._desk.look(press, work)

    async def of(self, press: Press, supplier_id: str) -> SupplierCertificates:
        """A supplier's certificates. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SupplierCertificates:
            require(Action.READ_LEDGER, roles(actor))
            return await self._shown(tx, await _supplier(tx, supplier_id), now)

        return await self._desk.look(press, work)

    async def form(self, press: Press, supplier_id: str = "", certificate_id: str = "") -> CertificateForm:
        """The form of a new certificate of a supplier, or of one that is there. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> CertificateForm:
            require(Action.EDIT_CERTIFICATES, roles(actor))
            there = await _certificate(tx, certificate_id) if certificate_id else None
            supplier = await _supplier(tx, there.supplier_id if there else supplier_id)
            return CertificateForm(supplier_id=supplier.id, supplier=supplier.name, certificate=there)

        return await self._desk.look(press, work)

    async def save(
        self, press: Press, supplier_id: str, certificate_id: str, version: int, written: dict[str, str]
    ) -> SupplierCertificates:
        """Keep a new certificate (`certificate_id` '') or a change. Raises Refusals on the fields, or Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SupplierCertificates:
            require(Action.EDIT_CERTIFICATES, roles(actor))
            said = read_certificate(written)
            before = await _unchanged(tx, certificate_id, version) if certificate_id else None
            supplier = await _supplier(tx, before.supplier_id if before else supplier_id)
            after = _with(before, supplier.id, said, now)
            await _no_twin(tx, after)
            await _keep(tx, before, after, actor, now)
            return await self._shown(tx, supplier, now)

        return await self._desk.once("certificates.save", press, SupplierCertificates, work)

    async def check_form(self, press: Press, certificate_id: str) -> CheckForm:
        """The form of a look into the register. Raises Refusal, NOTHING_IN_SCOPE where the supplier has no work now."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> CheckForm:
            require(Action.EDIT_CERTIFICATES, roles(actor))
            certificate = await _certificate(tx, certificate_id)
            supplier = await _supplier(tx, certificate.supplier_id)
            works = await _work(tx, supplier.id)
            if not works:
                raise Refusal(Code.NOTHING_IN_SCOPE)
            choices = tuple((e.id, e.business) for e in works)
            return CheckForm(
                supplier_id=supplier.id, supplier=supplier.name, certificate=certificate, engagements=choices
            )

        return await self._desk.look(press, work)

    async def check(
        self, press: Press, certificate_id: str, version: int, written: dict[str, str]
    ) -> SupplierCertificates:
        """Append what was found. What was looked at must still be what stands here. Raises Refusals, or Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> SupplierCertificates:
            require(Action.EDIT_CERTIFICATES, roles(actor))
            said = read_check(written)
            certificate = await _unchanged(tx, certificate_id, version)
            engagement = await tx.get(Engagement, said.pop("engagement"))
            if engagement is None or engagement.supplier_id != certificate.supplier_id:
                raise Refusals([Refusal(Code.NOT_FOUND, "engagement")])
            require_editable(engagement)  # it may have ended while the form stood open
            found = _looked(certificate, engagement, said, actor, now)
            tx.add(found, history.created(found, actor, now, "register_check"))
            tx.audit(
                now, actor, "certificate:checked", "certificate", certificate.id, found.covers, engagement=engagement.id
            )
            return await self._shown(tx, await _supplier(tx, certificate.supplier_id), now)

        return await self._desk.once("certificates.check", press, SupplierCertificates, work)

    async def _shown(self, tx: Tx, supplier: Supplier, now: datetime) -> SupplierCertificates:
        today = self._day(now)
        return SupplierCertificates(
            supplier_id=supplier.id,
            supplier=supplier.name,
            held=await shown_certificates(tx, supplier.id, today, self._zone),
            today=today,
        )

    def _day(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()


async def shown_certificates(tx: Tx, supplier_id: str, today: date, zone: ZoneInfo) -> tuple[Held, ...]:
    """A supplier's certificates with what each is worth for its work today, and who looked."""
    found = await certificates.of_suppliers(tx, [supplier_id])
    checks = await certificates.latest_checks(tx, [c.id for c in found])
    names = await people.names(tx, {c.by_id for c in checks.values()}) if checks else {}
    shown = held(found, await _work(tx, supplier_id), checks, today)
    return tuple(h.model_copy(update={"checked": tuple(_signed(c, names, zone) for c in h.checked)}) for h in shown)


async def certificates_part(
    tx: Tx, supplier: Supplier, _engagements: Sequence[str], today: date
) -> SupplierCertificates:
    """The same for the record, where it does not matter who looked (`record_parts.py`)."""
    found = await certificates.of_suppliers(tx, [supplier.id])
    checks = await certificates.latest_checks(tx, [c.id for c in found])
    shown = held(found, await _work(tx, supplier.id), checks, today) if found else ()
    return SupplierCertificates(supplier_id=supplier.id, supplier=supplier.name, held=shown, today=today)


async def certificate_ids(tx: Tx, supplier: Supplier, _engagements: Sequence[str]) -> list[str]:
    """What belongs to the history of the record (`record_parts.py`)."""
    found = await certificates.of_suppliers(tx, [supplier.id])
    checks = await tx.find(RegisterCheck, certificate_id=[c.id for c in found]) if found else []
    return [*(c.id for c in found), *(c.id for c in checks)]


def _signed(checked: Checked, names: dict[str, str], zone: ZoneInfo) -> Checked:
    if checked.check is None:
        return checked
    on = checked.check.at.astimezone(zone).date()
    return checked.model_copy(update={"by": names.get(checked.check.by_id, ""), "on": on})


async def _work(tx: Tx, supplier_id: str) -> list[Engagement]:
    return [e for e in await tx.find(Engagement, supplier_id=supplier_id) if e.state not in OVER]


async def _supplier(tx: Tx, supplier_id: str) -> Supplier:
    found = await tx.get(Supplier, supplier_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


async def _certificate(tx: Tx, certificate_id: str) -> Certificate:
    found = await tx.get(Certificate, certificate_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


async def _unchanged(tx: Tx, certificate_id: str, version: int) -> Certificate:
    """The certificate, unless somebody changed it since the form was opened."""
    found = await _certificate(tx, certificate_id)
    if found.version != version:
        raise Refusal(Code.CHANGED_MEANWHILE)
    return found


def _with(before: Certificate | None, supplier_id: str, said: dict[str, Any], now: datetime) -> Certificate:
    if before:
        return before.model_copy(update=said)
    return Certificate(id=new_id(), supplier_id=supplier_id, created_at=now, **said)


async def _no_twin(tx: Tx, wanted: Certificate) -> None:
    """The same number of the same scheme is the same certificate: it is changed, not entered again."""
    others = await tx.find(Certificate, supplier_id=wanted.supplier_id, scheme=wanted.scheme.value, ended_on=None)
    same = [
        c for c in others if c.id != wanted.id and (folded(c.number), c.other) == (folded(wanted.number), wanted.other)
    ]
    if same and wanted.ended_on is None:
        raise Refusals([Refusal(Code.CERTIFICATE_EXISTS, "number")])


async def _keep(tx: Tx, before: Certificate | None, after: Certificate, actor: Actor, now: datetime) -> None:
    if before is None:
        await companies.hold(tx, [after.supplier_id])
        tx.add(after, history.created(after, actor, now, "certificate"))
        tx.audit(now, actor, "certificate:entered", "certificate", after.id, after.scheme)
        return
    changes = history.changed(before, after, actor, now, "certificate")
    if not changes:
        raise Refusal(Code.NOTHING_CHANGED)
    await tx.put(after)
    tx.add(*changes)
    tx.audit(now, actor, "certificate:changed", "certificate", after.id)


def _looked(
    certificate: Certificate, engagement: Engagement, said: dict[str, Any], actor: Actor, now: datetime
) -> RegisterCheck:
    return RegisterCheck(
        id=new_id(),
        certificate_id=certificate.id,
        engagement_id=engagement.id,
        number=certificate.number,
        scope=certificate.scope,
        business=engagement.business,
        expires_on=certificate.expires_on,
        by_id=actor.person_id,
        at=now,
        **said,
    )
