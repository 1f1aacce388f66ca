"""A supplier's record as a modal: the menu of its pages, the day it is shown as of, and the page itself.

Text of people stands in plain text only. Long values are whole in the form that edits them. The lists are in
`record_lists.py`; sections of other stories in `record_sections.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.documents import DOCUMENT
from bot.domain.editing import PARTS, Target
from bot.domain.fields import ENGAGEMENT, FIELDS, SUPPLIER, Part
from bot.domain.free_fields import as_field
from bot.domain.ledger import Engagement, EngagementState
from bot.domain.reading import LedgerRow
from bot.domain.record import Page, Record
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.ledger import endpoint_block, facts, review_line
from message_templates.record_blocks import change_texts, edit_button, is_open, line, paragraphs
from message_templates.record_lists import history_blocks, papers_blocks, people_blocks
from message_templates.record_sections import sections
from message_templates.record_spots import pack_page, pack_spot
from message_templates.record_values import in_words

Json = dict[str, Any]

ENDPOINTS = 5
REVIEWS = 3
GROUP = 100
GROUPS = 3
OVER = (EngagementState.ENDED, EngagementState.REFUSED)
REGISTER = ("closed_on", "successor_number", "register_checked_on")


def record_view(t: Text, record: Record) -> Json:
    """The modal on one page of the record."""
    blocks = [kit.header(record.supplier.name), kit.actions(_navigation(t, record))]
    if record.spot.on:
        blocks.append(kit.context(kit.plain(t("record.as_of", day=t.date(record.spot.on)))))
    if record.absent and record.spot.on:
        blocks.append(kit.section(kit.plain(t("record.absent", day=t.date(record.spot.on)))))
    else:
        blocks += _PAGES[record.spot.page](t, record)
    return kit.modal(
        t("record.title"),
        blocks,
        callback_id=ids.View.RECORD,
        metadata=pack_spot(record.spot),
        close=t("common.close"),
    )


# -- getting about -------------------------------------------------------------------------------------------------------


def _navigation(t: Text, record: Record) -> list[Json]:
    spot = record.spot
    day: Json = {"type": "datepicker", "action_id": ids.Do.RECORD_DAY.value}
    day |= {"initial_date": spot.on.isoformat()} if spot.on else {}
    day |= {"placeholder": kit.plain(t("record.day"), 150)}
    elements = [_menu(t, record), day]
    if spot.on:
        now = pack_spot(spot.model_copy(update={"on": None}))
        elements.append(kit.button(t("record.now"), f"{ids.Do.RECORD_TURN}.now", now))
    return elements


def _menu(t: Text, record: Record) -> Json:
    """The pages: of the company first, then an option for each engagement."""
    here = record.spot
    pages = [Page.COMPANY, Page.PEOPLE, Page.PAPERS, Page.HISTORY]
    options = [_option(t(f"record.page.{p}"), p) for p in pages]
    works = [_option(row.engagement.business, Page.WORK, row.engagement.id) for row in record.rows]
    groups = [(t("record.group.company"), options)]
    chunks = [works[start : start + GROUP] for start in range(0, min(len(works), GROUP * GROUPS), GROUP)]
    groups += [(t("record.group.work"), some) for some in chunks]
    menu: Json = {
        "type": "static_select",
        "action_id": ids.Do.RECORD_PAGE.value,
        "option_groups": [{"label": kit.plain(name, kit.OPTION), "options": some} for name, some in groups],
    }
    current = pack_page(here.page, here.key if here.page is Page.WORK else "")
    chosen = next((o for _name, some in groups for o in some if o["value"] == current), None)
    return menu | ({"initial_option": chosen} if chosen else {})


def _option(text: str, page: Page, key: str = "") -> Json:
    return kit.option(text, pack_page(page, key))


# -- the company ---------------------------------------------------------------------------------------------------------


def _company(t: Text, record: Record) -> list[Json]:
    supplier = record.supplier
    lines = [line(t, SUPPLIER, f.name, _supplier_value(t, record, f.name)) for f in FIELDS if f.of == SUPPLIER]
    lines.append(line(t, SUPPLIER, "state", t(f"ledger.state.supplier.{supplier.state}")))
    lines += [t("ledger.paused")] if supplier.paused else []
    found = {name: getattr(supplier, name) for name in REGISTER if getattr(supplier, name)}
    lines += [line(t, SUPPLIER, n, t.date(v) if isinstance(v, date) else str(v)) for n, v in found.items()]
    blocks = paragraphs(lines)
    if is_open(record):
        target = Target(subject=SUPPLIER, supplier_id=supplier.id, part=Part.COMPANY, id=supplier.id)
        blocks.append(kit.actions([edit_button(t, target, "record.edit")]))
    blocks += [endpoint_block(t, e) for e in record.endpoints[:ENDPOINTS]]
    blocks += [kit.section(kit.plain(review_line(t, r))) for r in record.reviews[:REVIEWS]]
    blocks += sections(t, record)
    return blocks + _last_changes(t, record)


def _supplier_value(t: Text, record: Record, name: str) -> str:
    value = getattr(record.supplier, name)
    if name == "corporate_number" and value:
        return grouped(value)
    return in_words(t, _BY[SUPPLIER, name], value)


_BY = {(f.of, f.name): f for f in FIELDS}


def _last_changes(t: Text, record: Record) -> list[Json]:
    if not record.changes:
        return []
    lines = change_texts(t, record, 60)
    history = pack_spot(record.spot.model_copy(update={"page": Page.HISTORY, "key": ""}))
    more = kit.button(t("record.history_all"), f"{ids.Do.RECORD_TURN}.history", history)
    return [
        kit.divider(),
        kit.section(kit.plain(t("ledger.history")), more),
        kit.context(kit.plain("\n".join(lines))),
    ]


# -- one engagement ------------------------------------------------------------------------------------------------------


def _work(t: Text, record: Record) -> list[Json]:
    row = next((r for r in record.rows if r.engagement.id == record.spot.key), None)
    if row is None:
        return [kit.section(kit.plain(t("record.no_work")))]
    work = row.engagement
    blocks = [kit.section(kit.plain(work.business)), kit.context(kit.plain(facts(t, row, record)))]
    deputies = record.deputies.get(work.id)
    if deputies:
        blocks.append(kit.context(kit.plain(t("ledger.deputies", names=kit.cut("、".join(deputies), 500)))))
    for part in PARTS[ENGAGEMENT]:
        blocks += _part(t, record, row, part)
    if is_open(record) and work.state not in OVER:
        blocks.append(kit.actions(_work_buttons(t, record, work)))
    return blocks + sections(t, record, work.id)


def _part(t: Text, record: Record, row: LedgerRow, part: Part) -> list[Json]:
    """The values of one part, under its name."""
    if part is Part.FREE:
        values = row.engagement.free
        shown = [f for f in record.free_fields if f.archived_at is None or values.get(f.id)]
        lines = [_free_line(t, f.label(t.language), in_words(t, as_field(f), values.get(f.id))) for f in shown]
    else:
        fields = [f for f in FIELDS if f.of == ENGAGEMENT and f.part is part and f.name != "business"]
        lines = [line(t, ENGAGEMENT, f.name, _work_value(t, row, f.name)) for f in fields]
    if not lines:
        return []
    return [kit.context(kit.plain(t(f"record.part.{part}"))), *paragraphs(lines)]


def _free_line(t: Text, name: str, value: str) -> str:
    return t("ledger.basic", label=name, value=value)


def _work_value(t: Text, row: LedgerRow, name: str) -> str:
    if name == "department":
        return row.department
    return in_words(t, _BY[ENGAGEMENT, name], getattr(row.engagement, name))


def _work_buttons(t: Text, record: Record, work: Engagement) -> list[Json]:
    """A button for each part that has fields, and the cloud wizard."""
    parts = [p for p in PARTS[ENGAGEMENT] if p is not Part.FREE or any(not f.archived_at for f in record.free_fields)]
    made = [
        edit_button(
            t,
            Target(subject=ENGAGEMENT, supplier_id=work.supplier_id, part=part, id=work.id),
            f"record.edit.{part}",
        )
        for part in parts
    ]
    paper = Target(subject=DOCUMENT, supplier_id=work.supplier_id, part=Part.DOCUMENT, engagement_id=work.id)
    return [
        *made,
        kit.button(t("record.cloud"), ids.Do.CLOUD, ids.pack(work.id)),
        edit_button(t, paper, "record.add_document"),
    ]


_PAGES = {
    Page.COMPANY: _company,
    Page.WORK: _work,
    Page.PEOPLE: people_blocks,
    Page.PAPERS: papers_blocks,
    Page.HISTORY: history_blocks,
}
