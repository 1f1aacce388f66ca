"""What each person should receive, worked out from the plan and from what users were promised. Not from the product's code.

Promised: owners get one message about all their work. Whoever is asked is reminded three business days before the due
day, on it, three and seven after; ten after, an owner's silence is brought to whom the department names, else to the
security team, and a supplier's goes to judgement. Nobody is reminded on the day they were asked, nor once they have
answered; nothing leaves on a day off; nothing goes to a channel that has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sandbox.demo import days
from sandbox.demo.expect_ends import ends
from sandbox.demo.people import SECURITY_CHANNEL, Someone
from sandbox.demo.plan import COMPANY_JOINS, Plan, SupplierPlan, WorkPlan
from sandbox.demo.stage import Stage
from sandbox.demo.suppliers import files_of

OWNER_STEPS = (
    ("owner -3", days.BEFORE),
    ("owner due", 0),
    ("owner +3", days.AFTER),
    ("owner +7", days.LATER),
)
SUPPLIER_STEPS = (
    ("supplier -3", days.BEFORE),
    ("supplier due", 0),
    ("supplier +3", days.AFTER),
    ("supplier +7", days.LATER),
)


@dataclass(frozen=True)
class Expected:
    """One message to one person; `says` must all stand in it."""

    who: str
    kind: str
    about: str
    on: date
    where: str
    says: tuple[str, ...] = ()


def expected(stage: Stage) -> list[Expected]:
    """Everything, for everybody."""
    plan = stage.plan
    rows = [*_owners(plan), *_endings(plan), *_escalations(plan), *_answers(plan)]
    for one in plan.suppliers:
        rows += _supplier(stage, one)
        rows += _team(plan, one)
        rows += _outcomes_to_owners(plan, one)
    return rows


# -- owners --------------------------------------------------------------------------------------------------------------


def _owners(plan: Plan) -> Iterator[Expected]:
    """Digests and reminders, person by person."""
    asked: dict[str, list[tuple[int, int | None]]] = {}
    for work in plan.works:
        for one in work.asked:
            asked.setdefault(one.person.id, []).append((one.since, one.answered))
    for who, questions in asked.items():
        first = min(since for since, _ in questions)
        at_once = [q for q in questions if q[0] == first] if first == 0 else questions[:1]
        yield _dm(who, "digest", str(len(at_once)), first)
        for since, _ in questions[len(at_once) :]:
            yield _dm(who, "digest added", "", since)
        for kind, offset in OWNER_STEPS:
            day = days.ATTEST_BY + offset
            waiting = sum(since < day and (answered is None or answered >= day) for since, answered in questions)
            if waiting:
                yield _dm(who, kind, str(waiting), day)


def _endings(plan: Plan) -> Iterator[Expected]:
    """Contracts that end; and work that has ended: its owner gets the closing checklist on the day of the answer."""
    for work in plan.works:
        if work.path == "ended" and work.asked[-1].answered is not None:
            yield _dm(work.asked[-1].person.id, "closing list", work.work.supplier, work.asked[-1].answered)
    for who, kind, count, day in ends(plan):
        if who:
            yield _dm(who, kind, count, day)
        else:
            yield from _to_team(plan, kind, count, day)


def _dm(who: str, kind: str, about: str, day: int, *says: str) -> Expected:
    return Expected(who, kind, about, days.on(day), "", says)


def _escalations(plan: Plan) -> Iterator[Expected]:
    """Work whose owner never answers, brought to somebody else; and work that lost its owner, to the security team."""
    day = days.ATTEST_BY + days.ESCALATION
    silent = [w for w in plan.works if w.path == "silent"]
    contacts = {w.work.department: plan.cast.department(w.work.department).escalation for w in silent}
    named = Counter(contact.id for w in silent if (contact := contacts[w.work.department]))
    for who, count in named.items():
        yield _dm(who, "owner escalation", str(count), day)
    left = sum(contacts[w.work.department] is None for w in silent)
    if left:
        yield from _to_team(plan, "owner escalation", str(left), day)
    for work in plan.works:
        if work.path == "not_mine" and not work.named:
            second = work.asked[-1].person.name
            yield from _to_team(plan, "owner missing", "1", 1, work.work.business, f"{second}さんに確認をお願い")


def _to_team(plan: Plan, kind: str, about: str, day: int, *says: str) -> Iterator[Expected]:
    for who in [*plan.cast.security, plan.cast.admin]:
        yield Expected(who.id, kind, about, days.on(day), SECURITY_CHANNEL, says)


def _outcomes_to_owners(plan: Plan, one: SupplierPlan) -> Iterator[Expected]:
    """To each owner of a supplier's work one message about all of theirs, with value and reason; after a silence one before."""
    if one.judged is None:
        return
    mine: dict[str, list[WorkPlan]] = {}
    for work in plan.of(one.supplier):
        if work.judgement and work.owner:
            mine.setdefault(work.owner.id, []).append(work)
    for who, works in mine.items():
        if one.submitted is None:
            businesses = [work.work.business for work in works]
            yield _dm(who, "silence, owner", one.supplier.name, one.due + days.ESCALATION, *businesses)
        lines = [f"{work.work.business}: {work.judgement}\n理由: {work.reason}" for work in works]
        yield _dm(who, "outcome, owner", one.supplier.name, one.judged, *lines)


# -- suppliers -----------------------------------------------------------------------------------------------------------


def _supplier(stage: Stage, one: SupplierPlan) -> Iterator[Expected]:
    """What appears in a supplier's channel, for everybody who is in it."""
    if one.hub is None:
        return
    for reader in stage.plan.cast.readers(one.supplier):
        for kind, about, day, says in _in_channel(stage, one):
            yield Expected(reader.id, kind, about, days.on(day), one.supplier.channel, says)


def _in_channel(stage: Stage, one: SupplierPlan) -> Iterator[tuple[str, str, int, tuple[str, ...]]]:
    assert one.hub is not None
    due = days.on(one.due)
    yield "hub", "", one.hub, (days.written(due),) if one.supplier.language == "ja" else (str(due.year),)
    if one.special == "suspended":
        return
    for kind, offset in SUPPLIER_STEPS:
        day = one.due + offset
        if one.hub < day and (one.submitted is None or one.submitted >= day):
            yield kind, "", day, ()
    if one.submitted is not None:
        for name in files_of(stage, one):
            yield "file refused" if name.endswith(".xlsm") else "file taken", name, one.submitted, ()
        yield "thanks", "", one.submitted, (one.supplier.people[-1].name,)
    if one.judged is not None:
        works = [work for work in stage.plan.of(one.supplier) if work.judgement]
        says = tuple(part for work in works for part in (work.work.business, work.letter) if part)
        yield "outcome, supplier" if one.submitted is not None else "outcome, silent", "", one.judged, says


def _team(plan: Plan, one: SupplierPlan) -> Iterator[Expected]:
    """What the security team is told of a supplier."""
    name = one.supplier.name
    if one.ready is not None and (one.linked is None or one.linked > one.ready):
        yield from _to_team(plan, "no channel", name, one.ready)
    if one.special == "suspended":
        yield from _to_team(plan, "suspended", name, COMPANY_JOINS)
    if one.submitted is not None:
        yield from _to_team(plan, "submitted", name, one.submitted)
    elif one.judged is not None:
        yield from _to_team(plan, "silence, team", name, one.due + days.ESCALATION)


# -- answers to commands -------------------------------------------------------------------------------------------------


def _answers(plan: Plan) -> Iterator[Expected]:
    """Whispers on day 0, to whoever typed a command."""
    cast = plan.cast
    admin, reader = cast.admin, cast.security[2]
    typed: list[tuple[Someone, str, str]] = [(admin, "answer: team", "")] * 2
    typed += [(admin, "answer: public", ""), (admin, "answer: members", "")]
    typed += [(reader, "answer: help", ""), (cast.bystander, "answer: help", "")]
    typed += [(reader, "answer: show", cast.suppliers[0].name)]
    for who, kind, about in typed:
        yield _dm(who.id, kind, about, 0)


# -- how things look in the end ------------------------------------------------------------------------------------------


def last_words(plan: Plan, one: SupplierPlan) -> str:
    """A sentence that stands on a supplier's card in the end; '' where it says nothing of an end."""
    del plan
    if one.judged is None:
        return ""
    return "確認は終了いたしました" if one.supplier.language == "ja" else "The review is finished"
