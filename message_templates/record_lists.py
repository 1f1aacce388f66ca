"""The pages of a record that are lists: contacts, documents, history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.contacts import CONTACT, CONTACT_FIELDS
from bot.domain.documents import DOCUMENT
from bot.domain.editing import Target
from bot.domain.fields import Part
from bot.domain.record import Record
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.record_blocks import change_texts, edit_button, is_open, line, paragraphs
from message_templates.record_spots import pack_spot
from message_templates.record_values import in_words

Json = dict[str, Any]

ROWS = 25
LINES = 100
BEFORE_AND_AFTER = 300
_CONTACT = {f.name: f for f in CONTACT_FIELDS}


def people_blocks(t: Text, record: Record) -> list[Json]:
    """The contacts, those of today first."""
    known = sorted(record.contacts, key=lambda c: (not c.current(record.spot.on or record.today), c.id))
    blocks: list[Json] = []
    for contact in known[:ROWS]:
        lines = [contact.name]
        lines += [line(t, CONTACT, "mail", contact.mail)] if contact.mail else []
        lines += [line(t, CONTACT, "slack_user", contact.slack_user)] if contact.slack_user else []
        lines.append(line(t, CONTACT, "may_submit", in_words(t, _CONTACT["may_submit"], contact.may_submit)))
        lines += [line(t, CONTACT, "until", t.date(contact.until))] if contact.until else []
        target = Target(subject=CONTACT, supplier_id=record.supplier.id, part=Part.CONTACT, id=contact.id)
        blocks.append(
            kit.section(kit.plain("\n".join(lines)), edit_button(t, target, "record.edit") if is_open(record) else None)
        )
    new = Target(subject=CONTACT, supplier_id=record.supplier.id, part=Part.CONTACT)
    return _listed(t, record, blocks, len(known), "record.no_contacts", edit_button(t, new, "record.add_contact"))


def papers_blocks(t: Text, record: Record) -> list[Json]:
    """The documents, each with its link as text or with its file, which is given to whoever asks for it."""
    works = {row.engagement.id: row.engagement.business for row in record.rows}
    blocks: list[Json] = []
    for paper in record.documents[:ROWS]:
        about = works.get(paper.engagement_id or "", t("record.of_company"))
        by = record.names.get(paper.added_by, "")
        what = t("record.file", name=kit.cut(paper.file_name, 120)) if paper.sha256 else paper.link
        lines = [paper.title, what, t("record.paper", about=kit.cut(about, 100), by=kit.cut(by, 80) or "-")]
        get = kit.button(t("record.file_get"), ids.Do.DOCUMENT_GET, ids.pack(paper.id)) if paper.sha256 else None
        blocks.append(kit.section(kit.plain("\n".join(lines)), get))
        if is_open(record):
            blocks.append(kit.actions(_paper_buttons(t, record, paper.id)))
    if record.coming:
        names = "、".join(kit.cut(title, 60) for title in record.coming[:ROWS])
        blocks.append(kit.context(kit.plain(t("record.coming", names=names))))
    new = Target(subject=DOCUMENT, supplier_id=record.supplier.id, part=Part.DOCUMENT)
    add = edit_button(t, new, "record.add_document")
    return _listed(t, record, blocks, len(record.documents), "record.no_documents", add)


def _paper_buttons(t: Text, record: Record, document_id: str) -> list[Json]:
    target = Target(subject=DOCUMENT, supplier_id=record.supplier.id, part=Part.DOCUMENT, id=document_id)
    sure = kit.confirm(t("record.remove"), t("record.remove_sure"), t("record.remove"), t("common.cancel"))
    remove = kit.button(t("record.remove"), ids.Do.RECORD_REMOVE, ids.pack(document_id), confirm=sure)
    return [edit_button(t, target, "record.edit"), remove]


def _listed(t: Text, record: Record, blocks: Sequence[Json], count: int, none: str, add: Json) -> list[Json]:
    """A list with its button to add one, how many more there are, or that there is nothing."""
    shown = list(blocks) or [kit.section(kit.plain(t(none)))]
    if count > ROWS:
        shown.append(kit.context(kit.plain(t("ledger.more", count=count - ROWS))))
    return [*shown, kit.divider(), kit.actions([add])] if is_open(record) else shown


def history_blocks(t: Text, record: Record) -> list[Json]:
    """One page of the history."""
    number = int(record.spot.key) if record.spot.key.isdecimal() else 1
    blocks = [kit.context(kit.plain(t("record.history_count", total=record.total, page=number, pages=record.pages)))]
    lines = change_texts(t, record, BEFORE_AND_AFTER)
    blocks += paragraphs(lines[:LINES])
    blocks += [kit.context(kit.plain(t("ledger.more", count=len(lines) - LINES)))] if len(lines) > LINES else []
    buttons = []
    for words, way, target in (("common.back", "back", number - 1), ("common.next", "next", number + 1)):
        if 1 <= target <= record.pages:
            spot = record.spot.model_copy(update={"key": str(target)})
            buttons.append(kit.button(t(words), f"{ids.Do.RECORD_TURN}.{way}", pack_spot(spot)))
    return [*blocks, kit.actions(buttons)] if buttons else blocks
