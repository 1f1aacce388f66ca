"""stale, too_heavy, unknown_reference, duplicate_key: what can be read off numbers, dates and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.checklist_parts import Condition, Kind
from bot.domain.checklist_schema import Question
from bot.domain.lint.values import Asked, Hit, Limits, Reviewed, Setting

MONTHS = 12


def stale(reviewed: Reviewed, setting: Setting) -> Iterator[Hit]:
    """The last review is more than twelve months ago; twelve months to the day is still fine (§8.4 Q4)."""
    on = reviewed.checklist.reviewed_on
    leap = (on.month, on.day) == (2, 29)
    until = date(on.year + 1, 3, 1) if leap else on.replace(year=on.year + 1)
    if setting.today > until:
        yield Hit(("reviewed_on",), None, (on.isoformat(),))


def too_heavy(reviewed: Reviewed, setting: Setting) -> Iterator[Hit]:
    """More questions, things to attach or answers to write than the tier bears (R-L4). Our own people are not burdened by us."""
    limits = setting.limits
    if limits is None or reviewed.checklist.audience != "supplier":
        return
    asked = [one.question for one in reviewed.asked if _is_asked(one.question, setting)]
    burden = Limits(
        len(asked),
        sum(one.evidence.need == "required" or (one.kind is Kind.FILE and one.required) for one in asked),
        sum(one.kind is Kind.TEXT for one in asked),
    )
    for name, is_, most in zip(Limits._fields, burden, limits, strict=True):
        if is_ > most:
            yield Hit(("sections",), None, (name, str(is_), str(most)))


def _is_asked(question: Question, setting: Setting) -> bool:
    return all(_may_hold(one, setting) for one in question.ask_if)


def _may_hold(condition: Condition, setting: Setting) -> bool:
    """A fact that nobody entered is unknown, and unknown means asked."""
    value = setting.facts.get(condition.fact or "")
    if value is None:
        return True
    if condition.at_least is not None:
        return int(value) >= condition.at_least
    return str(value) in condition.is_one_of


_ISO = {5: 37, 6: 8, 7: 14, 8: 34}
"""Annex A of ISO/IEC 27001:2022: the last control of each group."""
_CLAUSES = {"4": 4, "5": 3, "6": 3, "7": 5, "8": 3, "9": 3, "10": 2}
_SCS = {
    "1-2-1": 3,
    "1-2-3": 2,
    "1-3-1": 3,
    "2-1-1": 2,
    "2-1-2": 1,
    "2-1-4": 1,
    "3-1-1": 4,
    "3-1-2": 2,
    "3-1-3": 2,
    "3-1-4": 3,
    "4-1-1": 4,
    "4-1-2": 8,
    "4-1-3": 4,
    "4-1-4": 2,
    "4-1-5": 5,
    "4-1-6": 3,
    "4-1-7": 1,
    "4-2-2": 3,
    "4-3-4": 3,
    "4-4-1": 3,
    "4-4-4": 2,
    "4-4-5": 3,
    "4-5-1": 7,
    "5-1-1": 3,
    "6-1-1": 6,
    "7-1-1": 1,
}
"""★3: requirement and number of criteria (content_ja.md §5.2)."""
_SCS_4 = frozenset(
    [
        "1-1-1",
        "1-2-2",
        "1-4-1",
        "2-1-3",
        "2-1-5",
        "3-1-5",
        "3-2-1",
        "4-1-8",
        "4-1-9",
        "4-2-1",
        "4-3-1",
        "4-3-2",
        "4-3-3",
        "4-4-2",
        "4-4-3",
        "5-1-2",
        "5-2-1",
    ]
)
"""★4 alone; how many criteria each has is not known here."""
_APPI = {"1": 0, "2": 0, "3": 5, "4": 0, "5": 4, "6": 4, "7": 0}
_CSF = {
    "GV.OC": 5,
    "GV.RM": 7,
    "GV.RR": 4,
    "GV.PO": 2,
    "GV.OV": 3,
    "GV.SC": 10,
    "ID.AM": 8,
    "ID.RA": 10,
    "ID.IM": 4,
    "PR.AA": 6,
    "PR.AT": 2,
    "PR.DS": 11,
    "PR.PS": 6,
    "PR.IR": 4,
    "DE.CM": 9,
    "DE.AE": 8,
    "RS.MA": 5,
    "RS.AN": 8,
    "RS.CO": 3,
    "RS.MI": 2,
    "RC.RP": 6,
    "RC.CO": 4,
}
"""The last number of each category. Numbers that version 2.0 left out (ID.AM-06, …) are told apart in `_CSF_OUT`."""
_CSF_OUT = frozenset(
    [
        "ID.AM-06",
        "PR.DS-03",
        "PR.DS-04",
        "PR.DS-05",
        "PR.DS-06",
        "PR.DS-07",
        "PR.DS-08",
        "PR.DS-09",
        "DE.CM-04",
        "DE.CM-05",
        "DE.CM-07",
        "DE.CM-08",
        "DE.AE-01",
        "DE.AE-05",
        "RS.AN-01",
        "RS.AN-02",
        "RS.AN-04",
        "RS.AN-05",
        "RS.CO-01",
        "RC.CO-01",
        "RC.CO-02",
    ]
)
_SP800 = {
    "AC": 25,
    "AT": 6,
    "AU": 16,
    "CA": 9,
    "CM": 14,
    "CP": 13,
    "IA": 12,
    "IR": 10,
    "MA": 7,
    "MP": 8,
    "PE": 23,
    "PL": 11,
    "PM": 32,
    "PS": 9,
    "PT": 8,
    "RA": 10,
    "SA": 23,
    "SC": 51,
    "SI": 23,
    "SR": 12,
}
"""The last control of each family of SP 800-53 rev. 5."""


def unknown_reference(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """A number that the standard does not have."""
    for i, reference in enumerate(asked.question.references):
        if not known_reference(reference):
            yield Hit((*asked.loc, "references", i), None, (reference,))


def known_reference(reference: str) -> bool:
    """Whether the standard has this number."""
    scheme, _, number = reference.partition(" ")
    if scheme == "iso27001:2022":
        return _iso(number)
    if scheme == "scs":
        parts = number.split("-")
        requirement = "-".join(parts[:3])
        if requirement in _SCS_4:
            return True
        return requirement in _SCS and (len(parts) < 4 or 1 <= int(parts[3]) <= _SCS[requirement])
    if scheme == "appi":
        return number == "3-4-4" or _appi(number)
    if scheme == "csf2":
        category, _, last = number.partition("-")
        return last.isdigit() and number not in _CSF_OUT and 1 <= int(last) <= _CSF.get(category, 0)
    if scheme == "sp800-53r5":
        family, _, last = number.partition("-")
        return last.isdigit() and not last.startswith("0") and 1 <= int(last) <= _SP800.get(family, 0)
    return bool(re.fullmatch(r"jisq15001:2017 A\.3\.4\.3\.4\([a-h]\)", reference))


def _iso(number: str) -> bool:
    parts = number.split(".")
    if not all(part.isdigit() and not part.startswith("0") for part in parts):
        return False
    if len(parts) == 2 and int(parts[0]) in _ISO and int(parts[1]) <= _ISO[int(parts[0])]:
        return True
    return parts[0] in _CLAUSES and 1 <= int(parts[1]) <= _CLAUSES[parts[0]] and (len(parts) == 2 or int(parts[2]) <= 3)


def _appi(number: str) -> bool:
    found = re.fullmatch(r"10-(\d)(?:\((\d)\))?", number)
    if not found or found[1] not in _APPI:
        return False
    return found[2] is None or 1 <= int(found[2]) <= _APPI[found[1]]


_MEANING = {"text", "help", "example", "kind", "scope", "choices"}


def duplicate_key(reviewed: Reviewed, others: Sequence[Reviewed]) -> Iterator[Hit]:
    """One key stands for one question, here and in every other file (within one file the schema refuses it already)."""
    seen: dict[str, Question] = {}
    for asked in reviewed.asked:
        key = asked.question.key
        if key in seen:
            yield Hit((*asked.loc, "key"), None, (key, reviewed.checklist.key))
        seen.setdefault(key, asked.question)
    for other in others:
        theirs = {asked.question.key: asked.question for asked in other.asked}
        for asked in reviewed.asked:
            twin = theirs.get(asked.question.key)
            if twin and twin.model_dump(include=_MEANING) != asked.question.model_dump(include=_MEANING):
                yield Hit((*asked.loc, "key"), None, (asked.question.key, other.checklist.key))
