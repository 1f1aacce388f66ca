"""Linking a channel: who will see what is posted there, what to think about, and which supplier it belongs to.

Names of people and companies come from outside: they stand in plain text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.linking import Candidate, Company, Linked, LinkView, Reader, Warn
from bot.domain.people import PersonKind
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

FIELD = "supplier"
COMPANIES = 40
PEOPLE = 30
NAME = 60


def link_form(t: Text, form: LinkView) -> Json:
    """The form; without a way to confirm where the channel cannot be an endpoint or there is no supplier."""
    blocks = link_blocks(t, form)
    taken = form.here is not None and not any(
        c.here for c in form.candidates.shown
    )  # by one that takes no part just now
    confirmable = form.fit and not taken and bool(form.candidates.shown)
    if form.fit and not taken:
        blocks += [kit.divider(), *_choice(t, form)]
    return kit.modal(
        t("link.title"),
        blocks,
        callback_id=ids.View.LINK,
        metadata=ids.pack(form.look_id) if confirmable else "",
        submit=t("link.submit") if confirmable else "",
        close=t("common.cancel"),
    )


def link_blocks(t: Text, form: LinkView) -> list[Json]:
    """Who will see what is posted in the channel, and what there is to think about."""
    return [
        kit.section(kit.plain(t("link.who_again" if form.here else "link.who", channel=form.channel))),
        *_companies(t, form),
        *_pending(t, form),
        *_ours(t, form),
        *(_warning(t, form, warn) for warn in form.warnings),
        *([kit.context(kit.plain(t("link.post_only")))] if form.companies or form.pending else []),
    ]


def linked_view(t: Text, linked: Linked) -> Json:
    """It is done."""
    done = t("link.again" if linked.again else "link.done", channel=linked.channel, supplier=linked.supplier)
    blocks = [kit.section(kit.plain(done)), kit.context(kit.plain(t("link.after")))]
    if linked.reviews:
        blocks.insert(1, kit.section(kit.plain(t("moving.resumed", count=linked.reviews))))
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


def _companies(t: Text, form: LinkView) -> list[Json]:
    """Each outside company with its people."""
    people: dict[str, list[Reader]] = {company.id: [] for company in form.companies}
    for reader in form.readers:
        if reader.kind is PersonKind.EXTERNAL:
            people.setdefault(reader.team_id, []).append(reader)
    blocks = [_company(t, company, people[company.id]) for company in form.companies[:COMPANIES]]
    if len(form.companies) > COMPANIES:
        blocks.append(kit.section(kit.plain(t("link.more_companies", count=len(form.companies) - COMPANIES))))
    return blocks


def _company(t: Text, company: Company, people: Sequence[Reader]) -> Json:
    if not people:
        return kit.section(kit.plain(t("link.company_empty", company=_called(t, company))))
    names = _names(t, people)
    return kit.section(kit.plain(t("link.company", company=_called(t, company), count=len(people), names=names)))


def _called(t: Text, company: Company) -> str:
    """The name with the id of the workspace: a company chooses its name itself, and may choose a supplier's."""
    name = kit.cut(kit.clean(company.name).strip(), NAME * 2)
    return t("link.named", name=name, id=company.id) if name else t("link.unnamed")


def _pending(t: Text, form: LinkView) -> list[Json]:
    return [
        kit.section(kit.plain(t("link.pending", company=_called(t, company)))) for company in form.pending[:COMPANIES]
    ]


def _ours(t: Text, form: LinkView) -> list[Json]:
    """Guests of our workspace, who are from outside too, and our own people."""
    blocks = []
    for kind, key in ((PersonKind.GUEST, "link.guests"), (PersonKind.EMPLOYEE, "link.employees")):
        people = [r for r in form.readers if r.kind is kind]
        if people:
            blocks.append(kit.section(kit.plain(t(key, count=len(people), names=_names(t, people)))))
    return blocks


def _names(t: Text, people: Sequence[Reader]) -> str:
    """Names in a row; of very many the first, and how many more."""
    shown = t("link.between").join(kit.cut(kit.clean(p.name), NAME) for p in people[:PEOPLE])
    more = len(people) - PEOPLE
    return shown + (t("link.more_people", count=more) if more > 0 else "")


def _warning(t: Text, form: LinkView, warn: Warn) -> Json:
    return kit.section(kit.plain(t(f"link.warn.{warn.value}", count=len(form.companies) + len(form.pending))))


def _choice(t: Text, form: LinkView) -> list[Json]:
    """The menu of suppliers and, where it does not hold them all, how to narrow it down."""
    found = form.candidates
    if not found.shown:
        return [kit.section(kit.md(t, "link.no_supplier"))]
    options = [_option(t, candidate) for candidate in found.shown]
    here = next((c.id for c in found.shown if c.here or c.invited), "")
    element = kit.select(ids.Field.VALUE, options, chosen=here, placeholder=t("link.choose"))
    blocks = [kit.input_block(t("link.supplier"), element, ids.field_block(FIELD), optional=False)]
    if not found.narrowed:
        blocks.append(kit.context(kit.plain(t("link.no_match"))))
    if found.total > len(found.shown):
        blocks.append(kit.context(kit.md(t, "link.many", total=found.total, shown=len(found.shown))))
    return blocks


def _option(t: Text, candidate: Candidate) -> Json:
    """The name, and below it what tells it apart from another of the same name, and what it has already."""
    number = t("link.number", number=candidate.corporate_number) if candidate.corporate_number else ""
    mark = t("link.here") if candidate.here else t("link.linked") if candidate.linked else ""
    mark = t("link.invited") if candidate.invited and not candidate.here else mark
    below = t("link.between").join(part for part in (number, mark) if part)
    option = kit.option(candidate.name, candidate.id)
    return option | {"description": kit.plain(below, kit.OPTION)} if below else option
