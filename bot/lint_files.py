"""`vendor-review checklist lint`: files of checklists, what is to be mended in each with line and column, as lines or as JSON.

A file that the schema refuses is told of in the same form, so one run shows everything. Needs no settings and no database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from bot.domain.checklist_schema import Checklist
from bot.domain.lint.registry import Finding, rule_of_refusal
from bot.domain.lint.values import Limits, Severity
from bot.domain.policy import Policy, Tier
from bot.services.linting import lint
from message_templates.catalogs import Text
from message_templates.lint import finding_text
from storage.checklist_files import GLOSSARY, MANUAL
from storage.glossary_file import load_glossary
from storage.strict_yaml import Document, StrictYamlError, read
from storage.yaml_values import problems

SCHEMA = "schema"
"""What a finding is called that breaks the form rather than a rule."""


@dataclass(frozen=True)
class Line:
    """One thing to mend in one file."""

    file: str
    line: int
    column: int
    severity: Severity
    rule: str
    language: str | None
    found: tuple[str, ...]
    message: str


class UnknownTierError(Exception):
    """The policy has no such tier; the text names those it has."""


def lint_files(paths: Sequence[Path], policy: Policy, now: datetime, t: Text, tier: str = "") -> list[Line]:
    """Every file against the rules and against the other ones, in the order of files and lines. Raises OSError."""
    known = [one.key for one in policy.tiers]
    if tier and tier not in known:
        raise UnknownTierError(f"--tier {tier}: the policy has {', '.join(known)}")
    lines: list[Line] = []
    sound: list[tuple[Document, Checklist]] = []
    for path in paths:
        refused, read_well = _glossary_alone(path) if path.name == GLOSSARY else _read(path)
        lines += refused
        sound += read_well
    for i, (document, checklist) in enumerate(sound):
        others = [other for _, other in sound[:i]]
        limits = limits_for(checklist.key, policy, tier)
        glossary, refused = _glossary(document.path.parent)
        lines += refused
        findings = lint(checklist, others, now, glossary=glossary, limits=limits)
        lines += [_line(document, finding, t) for finding in findings]
    order = {str(path): i for i, path in enumerate(paths)}
    return sorted(set(lines), key=lambda one: (order.get(one.file, -1), one.line, one.column, one.rule))


def limits_for(key: str, policy: Policy, tier: str = "") -> Limits | None:
    """Of the tier that was named; else of the lowest one that asks this list; else of the highest. Tiers stand highest first."""
    named = [one for one in policy.tiers if one.key == tier]
    using = [one for one in policy.tiers if key in one.checklists]
    chosen: Tier = (named or using[-1:] or list(policy.tiers[:1]))[0]
    limits = chosen.limits
    return Limits(limits.questions, limits.attachments, limits.written) if limits else None


def _glossary(folder: Path) -> tuple[frozenset[str], list[Line]]:
    try:
        return load_glossary(folder).words, []
    except StrictYamlError as error:
        return frozenset(), [_refusal(error)]


def _glossary_alone(path: Path) -> tuple[list[Line], list[tuple[Document, Checklist]]]:
    """`lint checklists/*.yaml` names the glossary too; it has a form of its own, and no questions."""
    path.stat()
    return _glossary(path.parent)[1], []


def _read(path: Path) -> tuple[list[Line], list[tuple[Document, Checklist]]]:
    try:
        document = read(path)
    except StrictYamlError as error:
        return [_refusal(error)], []
    try:
        checklist = Checklist.model_validate(document.data)
    except ValidationError as error:
        return list(_refused(document, error)), []
    if checklist.key != path.stem:
        wrong = document.error(document.place(("key",)), f"the key has to be the file's name: `{path.stem}`")
        return [_refusal(wrong)], [(document, checklist)]
    return [], [(document, checklist)]


def _refusal(error: StrictYamlError) -> Line:
    rule = "duplicate_key" if "written twice" in error.message else SCHEMA
    return Line(str(error.path), error.line, error.column, Severity.ERROR, rule, None, (), error.message)


def _refused(document: Document, error: ValidationError) -> Iterator[Line]:
    for one in problems(document, error, Checklist, MANUAL):
        rule = rule_of_refusal(one.loc, one.kind)
        yield Line(str(document.path), *one.place, Severity.ERROR, rule, None, (), one.message)


def _line(document: Document, finding: Finding, t: Text) -> Line:
    hit, rule = finding.hit, finding.rule
    place = document.place(hit.loc)
    return Line(str(document.path), *place, rule.severity, rule.id, hit.language, hit.found, finding_text(t, finding))


def _count(lines: Sequence[Line], severity: Severity) -> int:
    return sum(one.severity is severity for one in lines)


def as_text(lines: Sequence[Line], files: int, t: Text) -> list[str]:
    """A line each: file:line:column, whether it is an error, the rule, what to do. A count at the end."""
    if not lines:
        return [t("lint.clean", files=files)]
    words = {Severity.ERROR: t("lint.error"), Severity.WARNING: t("lint.warning")}
    said = [f"{one.file}:{one.line}:{one.column}: {words[one.severity]} {one.rule}: {one.message}" for one in lines]
    errors, warnings = _count(lines, Severity.ERROR), _count(lines, Severity.WARNING)
    return [*said, "", t("lint.sum", files=files, errors=errors, warnings=warnings)]


def as_json(lines: Sequence[Line], files: int) -> str:
    """The same for programs: `findings` with a key for each part, and the counts."""
    findings = [{**vars(one), "severity": one.severity.value, "found": list(one.found)} for one in lines]
    counts = {"errors": _count(lines, Severity.ERROR), "warnings": _count(lines, Severity.WARNING)}
    return json.dumps({"files": files, **counts, "findings": findings}, ensure_ascii=False, indent=1)
