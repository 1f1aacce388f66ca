"""What stands on the stage for certificates and sub-contractors: one of each at the first supplier."""

from __future__ import annotations

from typing import Any

from bot.domain.certificates import Certificate
from bot.domain.ledger import Engagement, Supplier
from bot.domain.subcontracts import SubcontractEdge
from bot.services.certificates import certificates_part
from bot.services.subcontracting import subcontractors_part
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.certificate import certificates_section
from message_templates.subcontract import subcontractors_section
from tests.handlers.books import START
from tests.handlers.cast import LOBBY, SEC, mark
from tests.handlers.slackside import card

CERTIFICATE = {"scheme": "isms", "number": "IS 999999", "scope": "東京本社 運用部", "expires_on": "2026-12-31"}
LOOKED = {"department": "運用部", "site": "東京本社", "looked": "https://example.invalid/", "covers": "yes"}
EDGE = {"name": "さざなみ合同会社", "work": "倉庫の作業", "data": ["customer", "secret"]}


async def certificates_and_subcontractors(made: Any, typed: Any, whispered: Any, opened: Any) -> None:
    """The forms, the lists, and the sections of the record."""
    await _certificates(made, typed, whispered, opened)
    await _subcontractors(made, typed, opened)
    await _sections(made)


async def _certificates(made: Any, typed: Any, whispered: Any, opened: Any) -> None:
    press = made.slack.press
    none = await typed(f"certs {mark(1, '株式会社')}")
    new = await opened(made, SEC, press(SEC, none, ids.Do.CERT_NEW))
    made.modals["certs"] = await opened(made, SEC, made.slack.submit(SEC, new, CERTIFICATE))
    made.modals["cert"] = await opened(made, SEC, press(SEC, made.modals["certs"], ids.Do.CERT_EDIT))
    made.modals["cert check"] = await opened(made, SEC, press(SEC, made.modals["certs"], ids.Do.CERT_CHECK))
    made.cards["certs soon"] = await whispered("certs")
    async with made.app.db.read() as tx:
        made.ids["certificate"] = (await tx.find(Certificate))[0].id


async def _subcontractors(made: Any, typed: Any, opened: Any) -> None:
    press = made.slack.press
    none = await typed(f"subs {mark(1, '株式会社')}")
    made.modals["sub new"] = await opened(made, SEC, press(SEC, none, ids.Do.SUB_NEW))
    filled = made.slack.submit(SEC, made.modals["sub new"], EDGE | {"parent": _first})
    made.modals["subs"] = await opened(made, SEC, filled)
    async with made.app.db.read() as tx:
        made.ids["edge"] = (await tx.find(SubcontractEdge))[0].id
    chosen = press(SEC, made.modals["subs"], ids.Do.SUB_EDGE, choose=made.ids["edge"])
    made.modals["sub edge"] = await opened(made, SEC, chosen)


def _first(place: Any) -> str:
    return str(place.element["options"][0]["value"])


async def _sections(made: Any) -> None:
    t = Text("ja")
    async with made.app.db.read() as tx:
        supplier = await tx.need(Supplier, (await tx.find(Certificate))[0].supplier_id)
        works = [e.id for e in await tx.find(Engagement, supplier_id=supplier.id)]
        found = await certificates_part(tx, supplier, works, START.date())
        tree = await subcontractors_part(tx, supplier, works, START.date())
    blocks = [*certificates_section(t, None, found, ""), *subcontractors_section(t, None, tree, "")]
    made.cards["third parties"] = card(blocks, LOBBY)
