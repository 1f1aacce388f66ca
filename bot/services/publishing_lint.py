"""The linter before a checklist is published: what stops it, and what is only said, each with the question it is about.

The list alone is looked at: holding it against all others takes seconds, and a press has two. `vendor-review checklist lint`
holds files against each other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.domain.base import Language
from bot.domain.checklist import Checklist
from bot.domain.checklist_schema import places
from bot.domain.lint.registry import Finding
from bot.domain.lint.values import Severity
from bot.services.linting import lint
from message_templates.catalogs import text
from message_templates.lint import finding_text

SHOWN = 60


class Linter:
    """`glossary`: the terms that are explained somewhere."""

    def __init__(self, glossary: Collection[str]) -> None:
        self._glossary = frozenset(glossary)

    def __call__(
        self, checklist: Checklist, now: datetime, language: Language
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(what stops publishing, what is only said), in the reader's language."""
        found = lint(checklist, (), now, glossary=self._glossary)
        words = {s: tuple(_line(checklist, one, language) for one in found if one.rule.severity is s) for s in Severity}
        return words[Severity.ERROR], words[Severity.WARNING]


def _line(checklist: Checklist, finding: Finding, language: Language) -> str:
    said = finding_text(text(language), finding)
    at = next((q for loc, q in places(checklist) if finding.hit.loc[: len(loc)] == loc), None)
    return (
        text(language)("checklists.finding", question=at.text.in_language(language)[:SHOWN], said=said) if at else said
    )
