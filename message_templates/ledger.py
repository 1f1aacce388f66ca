"""The ledger as messages that one person sees: a row of it, one record at a glance, candidates.

Names and texts of people stand in plain text only: nothing in them is interpreted, letter for letter (K50).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from bot.domain.corporate_number import grouped
from bot.domain.ledger import EngagementState
from bot.domain.reading import (
    Candidates,
    EndpointLine,
    Ends,
    LedgerRow,
    Progress,
    SupplierRecord,
    ends,
)
from bot.domain.record import Page, Spot
from message_templates import kit
from message_templates.catalogs import Text
from message_templates.record_spots import open_button
from message_templates.record_values import change_lines
from message_templates.register import candidate_lines

Json = dict[str, Any]

NAME = 80
TEXT = 120
ENGAGEMENTS = 12
ENDPOINTS = 5
REVIEWS = 3


class Dated(Protocol):
    """Something that is shown as of a day."""

    @property
    def today(self) -> date:
        """The day."""


def facts(t: Text, row: LedgerRow, page: Dated) -> str:
    """Everything beside a name, in one line; what needs a look is marked."""
    personal = t("common.yes") if row.engagement.personal_data else t("common.no")
    owner = kit.cut(row.owner, NAME) if row.owner else t("ledger.no_owner")
    facts = [
        t("ledger.owned", department=row.department, owner=owner),
        t("ledger.personal", value=personal),
        _end(t, row, page),
        _judged(t, row, page),
        t("ledger.endpoint", state=t(f"ledger.state.endpoint.{row.endpoint or 'none'}")),
    ]
    if row.engagement.state is not EngagementState.ACTIVE:
        facts.append(t(f"ledger.state.engagement.{row.engagement.state}"))
    if row.supplier.paused:
        facts.append(t("ledger.paused"))
    return t("ledger.between").join(facts)


def _end(t: Text, row: LedgerRow, page: Dated) -> str:
    last = row.engagement.ends_on
    how = ends(last, page.today)
    if how is Ends.OPEN or last is None:
        return t("ledger.ends.open")
    days = abs((last - page.today).days)
    return t(f"ledger.ends.{how}", day=t.date(last), days=_days(t, days))


def _judged(t: Text, row: LedgerRow, page: Dated) -> str:
    if row.judgement is None or row.judged_on is None:
        return t("ledger.never_judged")
    days = (page.today - row.judged_on).days
    return t("ledger.judged", value=t(f"ledger.judgement.{row.judgement}"), days=_days(t, days))


def _days(t: Text, days: int) -> str:
    return t("ledger.day" if days == 1 else "ledger.days", days=days)


# -- one record ----------------------------------------------------------------------------------------------------------


def record_blocks(t: Text, record: SupplierRecord) -> list[Json]:
    """One supplier at a glance, with the button that opens its whole record (`record.py`)."""
    blocks = [kit.header(record.supplier.name), kit.fields([kit.plain(f) for f in _basics(t, record)])]
    blocks.append(kit.actions([open_button(t, Spot(supplier_id=record.supplier.id))]))
    blocks += [endpoint_block(t, e) for e in record.endpoints[:ENDPOINTS]] or [
        kit.section(kit.md(t, "ledger.no_endpoint"))
    ]
    blocks += [kit.section(kit.plain(review_line(t, r))) for r in record.reviews[:REVIEWS]]
    blocks.append(kit.divider())
    for row in record.rows[:ENGAGEMENTS]:
        blocks += _engagement(t, record, row)
    if len(record.rows) > ENGAGEMENTS:
        blocks.append(kit.context(kit.plain(t("ledger.more", count=len(record.rows) - ENGAGEMENTS))))
    return blocks + _history(t, record)


def _basics(t: Text, record: SupplierRecord) -> list[str]:
    supplier = record.supplier
    state = t("ledger.paused") if supplier.paused else t(f"ledger.state.supplier.{supplier.state}")
    basics = {
        "corporate_number": grouped(supplier.corporate_number) if supplier.corporate_number else t("common.no"),
        "kind": t(f"ledger.kind.{supplier.kind}"),
        "language": t(f"ledger.language.{supplier.language}"),
        "state": state,
    }
    return [t("ledger.basic", label=t(f"ledger.field.{name}"), value=value) for name, value in basics.items()]


def endpoint_block(t: Text, endpoint: EndpointLine) -> Json:
    """An endpoint, and why it is suspended."""
    state = t(f"ledger.state.endpoint.{endpoint.state}")
    line = kit.md(t, "ledger.endpoint_line", channel=endpoint.channel_id, state=state)
    if not endpoint.reason or not t.has(f"ledger.why.{endpoint.reason}"):
        return kit.section(line)
    return kit.section(
        kit.md(
            t, "ledger.endpoint_why", channel=endpoint.channel_id, state=state, why=t(f"ledger.why.{endpoint.reason}")
        )
    )


def review_line(t: Text, review: Progress) -> str:
    """How far a review is."""
    return t(
        "ledger.review",
        state=t(f"ledger.state.review.{review.state}"),
        due=t.date(review.due_on),
        bar=kit.bar(review.answered, review.asked),
        answered=review.answered,
        asked=review.asked,
    )


def _engagement(t: Text, record: SupplierRecord, row: LedgerRow) -> list[Json]:
    lines = [
        facts(t, row, record),
        t(
            "ledger.terms",
            kind=t(f"ledger.contract.{row.engagement.contract_type}"),
            day=t.date(row.engagement.starts_on),
        ),
    ]
    deputies = record.deputies.get(row.engagement.id)
    if deputies:
        lines.append(t("ledger.deputies", names=kit.cut("、".join(deputies), TEXT)))
    business = kit.cut(row.engagement.business, 600)
    spot = Spot(supplier_id=record.supplier.id, page=Page.WORK, key=row.engagement.id)
    opening = open_button(t, spot, "record.open_work")
    return [kit.section(kit.plain(business), opening), kit.context(kit.plain("\n".join(lines)))]


def _history(t: Text, record: SupplierRecord) -> list[Json]:
    if not record.changes:
        return []
    lines = "\n".join(line for change in record.changes for line in change_lines(t, change, {}, (), 60))
    return [kit.divider(), kit.section(kit.plain(t("ledger.history"))), kit.context(kit.plain(lines))]


# -- candidates ----------------------------------------------------------------------------------------------------------


def candidates_blocks(t: Text, candidates: Candidates) -> list[Json]:
    """Several records could be meant: which, each with the button that opens it."""
    more = candidates.total - len(candidates.found)
    head = t("ledger.candidates", words=kit.cut(candidates.words, NAME), total=candidates.total)
    found = [
        kit.section(kit.plain(candidate_lines([one])), open_button(t, Spot(supplier_id=one.id)))
        for one in candidates.found
    ]
    rest = [kit.context(kit.md(t, "ledger.narrow", count=more))] if more > 0 else []
    return [kit.section(kit.plain(head)), *found, *rest]
