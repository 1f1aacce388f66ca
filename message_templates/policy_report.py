"""What another policy changes, as lines for the operator's terminal."""

from __future__ import annotations

from bot.domain.tier_views import Moves, Names
from message_templates.catalogs import Text
from message_templates.tier import tier_name


def policy_lines(t: Text, moves: Moves, names: Names, *, applied: bool) -> list[str]:
    """The counts first, then some of the engagements."""
    if not moves.anew:
        return [t("policy.nothing", total=moves.total)]
    lines = [t("policy.applied" if applied else "policy.would", total=moves.total, anew=moves.anew)]
    for was, now, count in moves.counts:
        lines.append(t("policy.move", before=tier_name(t, names, was), after=tier_name(t, names, now), count=count))
    for move in moves.some:
        before, after = tier_name(t, names, move.before), tier_name(t, names, move.after)
        ends = t("policy.ends") if move.ends else ""
        lines.append(t("policy.one", business=move.business, before=before, after=after, ends=ends))
    more = sum(count for *_tiers, count in moves.counts) - len(moves.some)
    if more > 0:
        lines.append(t("tier.more", count=more))
    return lines if applied else [*lines, t("policy.how")]
