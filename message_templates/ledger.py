"""The ledger as messages that one person sees: a page of it, one record, candidates.

Names and texts of people stand in plain text only: nothing in them is interpreted, letter for letter (K50).
"""

from __future__ import annotations

from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.fields import field_of
from bot.domain.ledger import EngagementState
from bot.domain.reading import (
    Candidates,
    ChangeLine,
    EndpointLine,
    Ends,
    LedgerPage,
    LedgerRow,
    Progress,
    SupplierRecord,
    ends,
)
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.register import candidate_lines

Json = dict[str, Any]

NAME = 80
TEXT = 120
ENGAGEMENTS = 12
ENDPOINTS = 5
REVIEWS = 3


def count_line(t: Text, page: LedgerPage) -> str:
    """54件中 1〜15件; also the notification's text."""
    if not page.total:
        return t("ledger.nothing")
    return t("ledger.count", total=page.total, first=page.first, last=page.last)


def page_blocks(t: Text, page: LedgerPage) -> list[Json]:
    """A page of the ledger with its buttons."""
    if not page.total:
        return [kit.section(kit.plain(t("ledger.nothing"))), kit.context(kit.md(t, "ledger.begin"))]
    blocks = [kit.header(t("ledger.title")), kit.context(kit.plain(count_line(t, page)))]
    for row in page.rows:
        name = t(
            "ledger.row", supplier=kit.cut(row.supplier.name, NAME), business=kit.cut(row.engagement.business, TEXT)
        )
        blocks += [kit.section(kit.plain(name)), kit.context(kit.plain(_facts(t, row, page)))]
    return blocks + _turning(t, page)


def _turning(t: Text, page: LedgerPage) -> list[Json]:
    buttons = []
    if page.page > 1:
        buttons.append(kit.button(t("ledger.previous"), ids.Do.LIST_BACK, ids.pack(page.page - 1)))
    if page.page < page.pages:
        buttons.append(kit.button(t("ledger.next"), ids.Do.LIST_PAGE, ids.pack(page.page + 1)))
    return [kit.divider(), kit.actions(buttons)] if buttons else []


def _facts(t: Text, row: LedgerRow, page: LedgerPage | SupplierRecord) -> str:
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


def _end(t: Text, row: LedgerRow, page: LedgerPage | SupplierRecord) -> str:
    last = row.engagement.ends_on
    how = ends(last, page.today)
    if how is Ends.OPEN or last is None:
        return t("ledger.ends.open")
    days = abs((last - page.today).days)
    return t(f"ledger.ends.{how}", day=t.date(last), days=_days(t, days))


def _judged(t: Text, row: LedgerRow, page: LedgerPage | SupplierRecord) -> str:
    if row.judgement is None or row.judged_on is None:
        return t("ledger.never_judged")
    days = (page.today - row.judged_on).days
    return t("ledger.judged", value=t(f"ledger.judgement.{row.judgement}"), days=_days(t, days))


def _days(t: Text, days: int) -> str:
    return t("ledger.day" if days == 1 else "ledger.days", days=days)


# -- one record ----------------------------------------------------------------------------------------------------------


def record_blocks(t: Text, record: SupplierRecord) -> list[Json]:
    """The whole record of one supplier."""
    blocks = [kit.header(record.supplier.name), kit.fields([kit.plain(f) for f in _basics(t, record)])]
    blocks += [_endpoint(t, e) for e in record.endpoints[:ENDPOINTS]] or [kit.section(kit.md(t, "ledger.no_endpoint"))]
    blocks += [kit.section(kit.plain(_review(t, r))) for r in record.reviews[:REVIEWS]]
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


def _endpoint(t: Text, endpoint: EndpointLine) -> Json:
    state = t(f"ledger.state.endpoint.{endpoint.state}")
    line = kit.md(t, "ledger.endpoint_line", channel=endpoint.channel_id, state=state)
    if endpoint.state != "suspended" or not endpoint.reason:
        return kit.section(line)
    return kit.section(
        kit.md(
            t, "ledger.endpoint_why", channel=endpoint.channel_id, state=state, why=t(f"ledger.why.{endpoint.reason}")
        )
    )


def _review(t: Text, review: Progress) -> str:
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
        _facts(t, row, record),
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
    return [kit.section(kit.plain(business)), kit.context(kit.plain("\n".join(lines)))]


def _history(t: Text, record: SupplierRecord) -> list[Json]:
    if not record.changes:
        return []
    lines = "\n".join(_change(t, change) for change in record.changes)
    return [kit.divider(), kit.section(kit.plain(t("ledger.history"))), kit.context(kit.plain(lines))]


def _change(t: Text, change: ChangeLine) -> str:
    subject = t(f"ledger.subject.{change.subject}")
    who = kit.cut(change.actor, NAME) or t("ledger.system")
    if change.field == "created":
        return t("ledger.created", day=t.date(change.on), actor=who, subject=subject)
    return t(
        "ledger.changed",
        day=t.date(change.on),
        actor=who,
        subject=subject,
        field=t(f"ledger.field.{change.field}"),
        before=_value(t, change, change.before),
        after=_value(t, change, change.after),
    )


def _value(t: Text, change: ChangeLine, value: Any) -> str:
    """A stored value in words: codes by the catalog, nothing as a dash, the rest as it is."""
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, bool):
        return t("common.yes") if value else t("common.no")
    field = field_of(change.subject, change.field)
    words = f"ledger.state.{change.subject}" if change.field == "state" else (field.words if field else "")
    every = value if isinstance(value, list) else [value]
    return kit.cut("、".join(t(f"{words}.{v}") if words else str(v) for v in every), 60)


# -- candidates ----------------------------------------------------------------------------------------------------------


def candidates_blocks(t: Text, candidates: Candidates) -> list[Json]:
    """Several records could be meant: which."""
    more = candidates.total - len(candidates.found)
    lines = candidate_lines(candidates.found)
    blocks = [
        kit.section(kit.plain(t("ledger.candidates", words=kit.cut(candidates.words, NAME), total=candidates.total))),
        kit.section(kit.plain(lines)),
    ]
    return blocks + ([kit.context(kit.plain(t("ledger.more", count=more)))] if more > 0 else [])
