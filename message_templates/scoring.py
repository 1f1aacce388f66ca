"""What the points propose, in words: beside the judgement, never in its place."""

from __future__ import annotations

from bot.domain.scoring import Proposal, Reason
from message_templates.catalogs import Text


def proposal_words(t: Text, proposal: Proposal) -> str:
    """The proposal with its reasons; where nothing counts, that there is none."""
    reasons = [_reason(t, one) for one in proposal.reasons]
    if proposal.value is None:
        return t("score.none", reasons="\n".join(reasons))
    value = t(f"judge.value_{proposal.value}")
    return t("score.proposal", value=value, percent=proposal.percent or 0, reasons="\n".join(reasons))


def section_words(t: Text, proposal: Proposal) -> str:
    """The points by section; a section of which nothing counts has none."""
    lines = []
    for one in proposal.sections:
        percent = one.score.percent
        key = "score.section_none" if percent is None else "score.section"
        title = one.title.en if t.language == "en" else one.title.ja
        lines.append(t(key, title=title, percent=percent or 0))
    return t("score.sections", sections=t("score.separator").join(lines))


def _reason(t: Text, one: Reason) -> str:
    return t(f"score.reason_{one.code}", count=one.count)
