"""Where the rows of a file belong and what they come to: new records, changes of records, or nothing new.

Rows are judged one after the other: a row may belong to a supplier that an earlier row makes. The corporate number decides
which company it is; a name decides only among records without a number, because a file that is imported twice must find
its own sole traders again (data_model.md: same name = a warning). The id of our own export decides before both. Within a
company, department and business decide which work it is. Rows of one file that contradict each other are refused,
or a second import could not say "same".

What a plan remembers of its rows it keeps in mappings that the caller gives (they may lie outside of memory: what is taken
out is a copy, and is put back when it was changed); what it makes is handed on in `Step`s, and its verdicts are packed. So a
long file needs no more memory than a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.columns import MAILS, PAPERS, PAST_ON, PAST_VALUE
from bot.domain.contacts import Contact
from bot.domain.documents import Document
from bot.domain.entered import folded
from bot.domain.fields import FIELDS
from bot.domain.import_companies import Companies, Key
from bot.domain.import_papers import PaperPlan
from bot.domain.import_steps import Around, Step, changed, digest, new_supplier, news_of, same
from bot.domain.importing import NOTED, RowVerdict, Verdict
from bot.domain.ledger import Department, Engagement, EngagementState, Supplier, SupplierState
from bot.domain.ledger_cells import Said, judged, require_kept
from bot.domain.past import PastReview
from bot.domain.placing import require_open, revived
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.registration import together
from bot.domain.verdicts import Verdicts

_OVER, _WRITABLE = {EngagementState.ENDED, EngagementState.REFUSED}, {SupplierState.ACTIVE, SupplierState.BLOCKED}
NEEDED = tuple(f.name for f in FIELDS if f.must and f.name not in ("name", "department", "business"))
NewId = Callable[[], str]
_NONE = object()


@dataclass(slots=True)
class _Company:
    """A supplier that the file speaks of, what it said of it so far, the version that its row will have by then, and whether
    new work took it back."""

    key: str
    id: str
    line: int
    said: dict[str, Any]
    version: int = 1
    revived: bool = False


class Plan:
    """The rows of one file. `file` and `by` go into what came in as history; `zone_day` gives the beginning of a day."""

    def __init__(
        self,
        departments: Iterable[Department],
        new_id: NewId,
        now: datetime,
        today: date,
        file: str,
        by: str,
        zone_day: Callable[[date], datetime],
        mapping: Callable[[], MutableMapping[Any, Any]] = dict,
    ) -> None:
        self.suppliers = self.engagements = 0
        self.verdicts = Verdicts()
        self.unknown_departments: dict[str, None] = {}
        self.assumed: list[str] = []
        self._departments = {folded(d.name): d for d in departments}
        self._new_id, self._now, self._today, self._file, self._by = new_id, now, today, file, by
        self._zone_day = zone_day
        self.papers = PaperPlan(new_id, now, by)
        self._companies: MutableMapping[str, _Company] = mapping()
        self._new_names: MutableMapping[str, str] = mapping()
        self._new_numbers: MutableMapping[str, tuple[str, int]] = mapping()
        self._works: MutableMapping[bytes, tuple[int, bytes, str]] = mapping()
        self._told_pasts: MutableMapping[tuple[str, date], Any] = mapping()
        self._told_mails: MutableMapping[tuple[str, str], bool] = mapping()
        self.around(Around())

    def around(self, around: Around) -> None:
        """What the next rows could belong to, besides what earlier rows made."""
        self._engagement = {e.id: e for e in around.engagements}
        self._placed: dict[Key, list[Engagement]] = {}
        for one in around.engagements:
            self._placed.setdefault((one.supplier_id, one.department_id, folded(one.business)), []).append(one)
        self._records = Companies(around, self._placed)
        self._taken_names, self._mails = around.names, around.mails
        self._pasts, self._judged = around.pasts, around.judged
        self.papers.around(around.documents)

    def row(self, said: Said, has: Callable[[str], bool]) -> Step | None:
        """Judge a row; None where nothing is to be written. Raises Refusal or Refusals. `has`: is there such a column."""
        department = self._departments.get(folded(said.department))
        if department is None:
            self.unknown_departments[said.department] = None
            raise Refusal(Code.UNKNOWN_DEPARTMENT, "department", name=said.department)
        work = self._engagement.get(said.engagement_id) if said.engagement_id else None
        stored, said = self._records.find(said, department, work)
        company = self._companies.get(stored.id if stored else said.number or f"={said.name}")
        engagement = work or (self._work(said, stored, department) if stored else None)
        if engagement is not None and engagement.department_id != department.id:
            raise Refusal(Code.DIFFERS, "department")
        require_kept(said, engagement)
        before = self._so_far(stored, company, said)
        after = self._supplier_after(before, said)
        step = Step(after, department, new_supplier=before is None)
        made = self._engaged(step, said, engagement, has)
        self._pasts_of(step, said, made)
        self._contacts(step, said)
        self._papers_of(step, said, made)
        return self._settle(step, said, before, company)

    def _so_far(self, stored: Supplier | None, company: _Company | None, said: Said) -> Supplier | None:
        """The supplier as it is by this row: what earlier rows said is on it already. Raises Refusals where they disagree."""
        if company is None:
            return stored
        differ = [
            Refusal(Code.CONTRADICTS, name, line=company.line)
            for name, value in said.supplier.items()
            if name in company.said and not same(name, company.said[name], value)
        ]
        if differ:
            raise Refusals(differ)
        so_far = changed(stored, company.said) if stored else new_supplier(company.id, company.said, self._now)
        so_far = revived(so_far) if company.revived else so_far
        return so_far.model_copy(update={"version": company.version})

    def _supplier_after(self, before: Supplier | None, said: Said) -> Supplier:
        if before is None:
            after = new_supplier(self._new_id(), said.supplier, self._now)
        else:
            news = {n: v for n, v in said.supplier.items() if not same(n, getattr(before, n), v)}
            if "corporate_number" in news and (
                before.corporate_number or self._records.has_number(news["corporate_number"])
            ):
                raise Refusal(Code.NUMBER_TAKEN, "corporate_number", name=before.name)
            after = changed(before, news)
        refused = together({"corporate_number": after.corporate_number, "kind": after.kind})
        if refused:
            raise Refusals(refused)
        if after.corporate_number and (before is None or before.corporate_number is None):
            holder, line = self._new_numbers.get(after.corporate_number, (after.id, 0))
            if holder != after.id:  # an earlier row gave it to another record
                raise Refusal(Code.CONTRADICTS, "corporate_number", line=line)
        return after

    def _settle(self, step: Step, said: Said, before: Supplier | None, company: _Company | None) -> Step | None:
        """The row is good: remember it, and say what it came to."""
        if before is not None and step.new_engagement:
            require_open(before)
            step.supplier = revived(step.supplier)
        after = step.supplier
        back = before is not None and before.state is not after.state
        fields = [] if before is None else [n for n in said.supplier if getattr(before, n) != getattr(after, n)]
        if before is not None and (fields or back):
            step.changes.insert(0, (before, after))
        writes = step.new_engagement is not None or bool(step.changes) or bool(step.added)
        if before is not None and writes and after.state not in _WRITABLE:
            raise Refusal(Code.RECORD_KEPT, "name")
        twin = self._remember(step, said, before, company)
        for one, other in step.changes:
            if isinstance(other, Engagement):
                fields += [n for n in Engagement.model_fields if getattr(one, n) != getattr(other, n)]
        fields += ["past"] * any(isinstance(a, PastReview) for a in step.added)
        fields += [PAPERS] * any(isinstance(a, Document) for a in step.added)
        fields += [MAILS] * any(isinstance(a, Contact) for a in step.added)
        verdict = Verdict.CREATED if step.new_engagement else Verdict.UPDATED if writes else Verdict.SAME
        was = before.name if before is not None and before.name != after.name else ""
        told = (verdict, after.name, twin, tuple(dict.fromkeys(fields)), was, said.merged, back)
        self.verdicts.append(RowVerdict(said.line, *told))
        self.suppliers += step.new_supplier
        self.engagements += step.new_engagement is not None
        return step if writes else None

    def _remember(self, step: Step, said: Said, before: Supplier | None, company: _Company | None) -> str:
        """What later rows must know of this one; the name of a twin, where a new supplier has one."""
        supplier = step.supplier
        if company is None:
            key = supplier.id if before is not None else said.number or f"={said.name}"
            company = _Company(key, supplier.id, said.line, dict(said.supplier), supplier.version)
        company.said.update({n: v for n, v in said.supplier.items() if n not in company.said})
        company.version += before is not None and before != supplier
        company.revived |= before is not None and before.state is not supplier.state
        self._companies[company.key] = company
        if supplier.corporate_number:
            self._new_numbers.setdefault(supplier.corporate_number, (supplier.id, said.line))
        if before is not None:
            return ""
        twin = self._taken_names.get(supplier.name_key) or self._new_names.get(supplier.name_key, "")
        self._new_names.setdefault(supplier.name_key, supplier.name)
        return twin

    # -- the work --------------------------------------------------------------------------------------------------------

    def _work(self, said: Said, stored: Supplier, department: Department) -> Engagement | None:
        """The engagement that the row is about; a living one before one that is over."""
        found = self._placed.get((stored.id, department.id, folded(said.engagement["business"])), [])
        return min(found, key=lambda e: (e.state in _OVER, bool(news_of(e, said)), e.id), default=None)

    def _engaged(self, step: Step, said: Said, found: Engagement | None, has: Callable[[str], bool]) -> str:
        """New work, or what is new about it; the engagement's id."""
        key = digest(step.supplier.id, step.department.id, found.id if found else folded(said.engagement["business"]))
        told = digest(repr(sorted(said.engagement.items())), repr(sorted(said.free.items())))
        if seen := self._works.get(key):
            if seen[1] != told:
                raise Refusal(Code.CONTRADICTS, "business", line=seen[0])
            return seen[2]
        news = news_of(found, said) if found else {}
        if found is None or (news and found.state in _OVER and self._begins_anew(found, said)):
            made = self._new_engagement(step, said, has)
        else:
            made = found.id
            self._changed(step, found, news)
        self._works[key] = (said.line, told, made)
        return made

    def _begins_anew(self, over: Engagement, said: Said) -> bool:
        begins = said.engagement.get("starts_on")
        return bool(begins and begins > (over.ends_on or over.starts_on))

    def _changed(self, step: Step, found: Engagement, news: dict[str, Any]) -> None:
        if not news:
            return
        if found.state in _OVER:
            raise Refusal(Code.RECORD_KEPT, "business")
        after = found.model_copy(update=news)
        if refused := together({"starts_on": after.starts_on, "ends_on": after.ends_on}):
            raise Refusals(refused)
        step.changes.append((found, after))

    def _new_engagement(self, step: Step, said: Said, has: Callable[[str], bool]) -> str:
        missing = [Refusal(Code.EMPTY, name) for name in NEEDED if name not in said.engagement]
        if not has("contract_type"):
            missing = [m for m in missing if m.field != "contract_type"]
            if len(self.assumed) < NOTED:
                self.assumed.append(str(said.line))
        missing += together({n: said.engagement.get(n) for n in ("starts_on", "ends_on")})
        if step.department.archived_at:
            missing.append(Refusal(Code.DEPARTMENT_ARCHIVED, "department"))
        if missing:
            raise Refusals(missing)
        ids = {"id": self._new_id(), "supplier_id": step.supplier.id, "department_id": step.department.id}
        free = {key: value for key, value in said.free.items() if value}
        step.new_engagement = Engagement(**ids, created_at=self._now, free=free, **said.engagement)
        return str(ids["id"])

    # -- what comes along ------------------------------------------------------------------------------------------------

    def _pasts_of(self, step: Step, said: Said, engagement_id: str) -> None:
        """A past review is taken in once for a day; our own judgement of that day says the same."""
        if said.past_on is None:
            return
        if said.past_on > self._today:
            raise Refusal(Code.PAST_IN_FUTURE, PAST_ON)
        value, place = judged(said), (engagement_id, said.past_on)
        before = self._pasts.get(engagement_id, {})
        known = self._told_pasts.get(place, before.get(said.past_on, _NONE))
        if known is _NONE and (said.past_on, value) not in self._judged.get(engagement_id, ()):
            step.added.append(self._past(said, engagement_id, value))
        elif known is not _NONE and known != value:
            raise Refusal(Code.DIFFERS, PAST_VALUE)
        self._told_pasts[place] = value

    def _past(self, said: Said, engagement_id: str, value: Any) -> PastReview:
        assert said.past_on
        return PastReview(
            id=self._new_id(),
            engagement_id=engagement_id,
            reviewed_on=said.past_on,
            reviewed_at=self._zone_day(said.past_on),
            value=value,
            comment=said.past_comment,
            file_sha256=self._file,
            imported_by=self._by,
            imported_at=self._now,
        )

    def _papers_of(self, step: Step, said: Said, engagement_id: str) -> None:
        """Links of documents that are not there yet."""
        if said.papers:
            work = self._engagement.get(engagement_id)
            over = work if work and work.state in _OVER else None
            step.added += self.papers.new(said, step.supplier.id, engagement_id, over)

    def _contacts(self, step: Step, said: Said) -> None:
        """A mail address becomes a contact, named by the address until somebody says who it is."""
        there = self._mails.get(step.supplier.id, set())
        for address in said.mails:
            if address in there or (step.supplier.id, address) in self._told_mails:
                continue
            self._told_mails[step.supplier.id, address] = True
            ids = {"id": self._new_id(), "supplier_id": step.supplier.id}
            step.added.append(Contact(**ids, name=address[:100], mail=address, created_at=self._now))
