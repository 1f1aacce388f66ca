"""A supplier with one piece of work, and the services of certificates and sub-contractors."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.certificates import Certificate
from bot.domain.ledger import Engagement, Supplier
from bot.services.certificates import Certificates
from bot.services.subcontracting import Subcontracting
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.ledger_stage import SEC, TOKYO, Ledger, entry, ledger


@dataclass
class Third:
    """`supplier` has one engagement."""

    ledger: Ledger
    certificates: Certificates
    subcontracting: Subcontracting
    supplier: Supplier
    engagement: Engagement

    @property
    def db(self) -> Database:
        return self.ledger.db

    async def another(self, name: str, number: str, business: str = "システムの運用") -> tuple[Supplier, Engagement]:
        """One more supplier with a piece of work."""
        department = await self.ledger.department(f"{name}の担当")
        held = entry(department.id, name=name, corporate_number=number, business=business)
        await self.ledger.registering.submit(press(SEC), held)
        return await self._of(name)

    async def _of(self, name: str) -> tuple[Supplier, Engagement]:
        async with self.db.read() as tx:
            (supplier,) = await tx.find(Supplier, name=name)
            (engagement,) = await tx.find(Engagement, supplier_id=supplier.id)
        return supplier, engagement

    async def certified(self, supplier_id: str = "", **written: str) -> Certificate:
        """A certificate, entered through the form."""
        good = {"scheme": "isms", "number": "IS 999999", "edition": "JIS Q 27001:2023"}
        good |= {"scope": "東京本社 運用部", "expires_on": "2027-05-31"}
        mine = supplier_id or self.supplier.id
        shown = await self.certificates.save(press(SEC), mine, "", 0, good | written)
        return max((h.certificate for h in shown.held), key=lambda c: c.id)


async def third(db: Database, clock: StillClock) -> Third:
    """The stage."""
    made = await ledger(db, clock)
    department = await made.department()
    await made.registering.submit(press(SEC), entry(department.id))
    async with db.read() as tx:
        (supplier,), (engagement,) = await tx.find(Supplier), await tx.find(Engagement)
    return Third(
        ledger=made,
        certificates=Certificates(made.desk, TOKYO),
        subcontracting=Subcontracting(made.desk, TOKYO),
        supplier=supplier,
        engagement=engagement,
    )
