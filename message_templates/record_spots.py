"""Where in a record a button leads, and what an edit button is about, as packed values; and back again.

The button that opens a record may stand on any card: `open_button`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.contacts import CONTACT
from bot.domain.documents import DOCUMENT
from bot.domain.editing import Target
from bot.domain.fields import ENGAGEMENT, Part
from bot.domain.record import Page, Spot
from bot.domain.refusal import Code, Refusal
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NO_DAY = "-"
NO_KEY = "-"


def pack_spot(spot: Spot) -> str:
    """A place in a record as a button's value or the modal's metadata."""
    day = spot.on.isoformat() if spot.on else NO_DAY
    return ids.pack(spot.supplier_id, spot.page.value, spot.key or NO_KEY, day)


def unpack_spot(value: str) -> Spot:
    """The place again. Refusal(NOT_FOUND) for anything we did not pack."""
    supplier_id, page, key, day = ids.unpack(value, 4)
    try:
        on = None if day == NO_DAY else date.fromisoformat(day)
        return Spot(supplier_id=supplier_id, page=Page(page), key="" if key == NO_KEY else key, on=on)
    except ValueError as error:
        raise Refusal(Code.NOT_FOUND) from error


def pack_page(page: Page, key: str = "") -> str:
    """A page of the open record as an option of its menu, whose values are short; the rest stands in the metadata."""
    return ids.pack(page.value, key or NO_KEY)


def turned(spot: Spot, value: str) -> Spot:
    """The place that an option of the menu leads to from this one. Refusal(NOT_FOUND) as above."""
    page, key = ids.unpack(value, 2)
    if page not in list(Page):
        raise Refusal(Code.NOT_FOUND)
    return spot.model_copy(update={"page": Page(page), "key": "" if key == NO_KEY else key})


def open_button(t: Text, spot: Spot, words: str = "record.open") -> Json:
    """A button that opens the record, wherever it stands."""
    return kit.button(t(words), ids.Do.RECORD_OPEN, pack_spot(spot))


def pack_target(target: Target, below: str = "") -> str:
    """What an edit button or a form is about; `below`: the id of the open record that the form lies on."""
    keys = (target.id, target.engagement_id, below)
    return ids.pack(target.subject, target.supplier_id, target.part.value, *(key or NO_KEY for key in keys))


def spot_of(target: Target) -> Spot:
    """The page of the record on which a target stands."""
    page = _PAGE_OF.get(target.subject, Page.COMPANY)
    return Spot(supplier_id=target.supplier_id, page=page, key=target.id if page is Page.WORK else "")


_PAGE_OF = {ENGAGEMENT: Page.WORK, CONTACT: Page.PEOPLE, DOCUMENT: Page.PAPERS}


def unpack_target(value: str) -> tuple[Target, str]:
    """What it is about again, and the record below. Refusal(NOT_FOUND) for anything we did not pack."""
    subject, supplier_id, part, key, engagement, below = ids.unpack(value, 6)
    try:
        known = Part(part)
    except ValueError as error:
        raise Refusal(Code.NOT_FOUND) from error
    target = Target(
        subject=subject,
        supplier_id=supplier_id,
        part=known,
        id="" if key == NO_KEY else key,
        engagement_id="" if engagement == NO_KEY else engagement,
    )
    return target, "" if below == NO_KEY else below
