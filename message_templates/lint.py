"""What the linter found, in words: what is wrong and how to mend it. Findings come from `bot/domain/lint/registry.py`."""

from __future__ import annotations

from bot.domain.lint.registry import Finding
from message_templates.catalogs import Text

_BURDEN = {
    "questions": "lint.burden.questions",
    "attachments": "lint.burden.attachments",
    "written": "lint.burden.written",
}


def finding_text(t: Text, finding: Finding) -> str:
    """One sentence or two, with the words found."""
    return t(finding.rule.message, found=_found(t, finding))


def _found(t: Text, finding: Finding) -> str:
    found = finding.hit.found
    if finding.rule.id == "too_heavy":
        name, count, most = found
        return t(_BURDEN[name], count=count, most=most)
    if finding.rule.id in ("same_question", "duplicate_key"):
        key, file = found
        return key if file == finding.checklist else t("lint.in_file", key=key, file=file)
    if finding.rule.id == "evidence_no_alternative":
        return "".join(f"({one}) " for one in found)
    return ("、" if t.language == "ja" else ", ").join(found)
