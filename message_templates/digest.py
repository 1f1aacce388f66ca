"""The owner's digest: one DM that asks about all their work at once. Who asks and why, by when, and a card each.

A message holds 50 blocks, a card takes two: fifteen cards, the letter and the answered lines always fit. It is refreshed
in place; answered cards shrink to lines. Names of suppliers and of work are people's text: plain, and cut.
"""

from __future__ import annotations

from typing import Any

from bot.domain.digests import DigestCard, DigestLine, DigestView, Orphan, Work
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]
NAME = 80
BUSINESS = 120
LINE = 60
BUTTONS = (
    (ids.Do.ATTEST_SAME, "attest.unchanged"),
    (ids.Do.ATTEST_CHANGED, "attest.changed"),
    (ids.Do.ATTEST_ENDED, "attest.ended"),
    (ids.Do.ATTEST_NOT_MINE, "attest.not_mine"),
)


def digest_blocks(t: Text, view: DigestView) -> list[Json]:
    """The whole message."""
    blocks = [kit.header(t("digest.title", title=view.title)), *_letter(t, view)]
    shown = () if view.over else view.cards
    for number, card in enumerate(shown, 1):
        blocks += _card(t, card, number)
    hidden = view.waiting - len(shown)
    if hidden > 0 and not view.over:
        blocks.append(kit.context(kit.plain(t("digest.more", count=hidden))))
    return blocks + _answered(t, view)


def digest_text(t: Text, view: DigestView) -> str:
    """The text of notifications and screen readers."""
    if not view.waiting or view.over:
        return kit.fallback(t("digest.fallback_done", title=view.title))
    return kit.fallback(t("digest.fallback", title=view.title, count=view.waiting, by=t.date(view.attest_by)))


def _letter(t: Text, view: DigestView) -> list[Json]:
    if view.over:
        return [kit.section(kit.plain(t("digest.over")))]
    if not view.waiting:
        return [kit.section(kit.plain(t("digest.all_done" if view.done else "digest.nothing")))]
    return [
        kit.section(kit.plain(t("digest.letter", count=view.waiting))),
        kit.section(kit.md(t, "digest.by", by=t.date(view.attest_by))),
        kit.context(kit.plain(t("digest.how"))),
    ]


def _card(t: Text, card: DigestCard, number: int) -> list[Json]:
    value = ids.pack(card.attestation_id)
    same, *others = (kit.button(t(label), do, value) for do, label in BUTTONS)
    heading = t("digest.card_lapsed" if card.lapsed else "digest.card", number=number)
    return [
        kit.section(kit.plain(f"{heading} {work_text(t, card.work)}")),
        kit.actions([same | {"style": "primary"}, *others]),
    ]


def work_text(t: Text, work: Work, limit: int = BUSINESS) -> str:
    """A piece of work in three lines: supplier, business, contract and data."""
    supplier, business = kit.cut(kit.clean(work.supplier), NAME), kit.cut(kit.clean(work.business), limit)
    return t("digest.work", supplier=supplier, business=business, facts=facts_text(t, work))


def facts_text(t: Text, work: Work) -> str:
    """The contract's period and whether personal data is handled."""
    until = t.date(work.ends_on) if work.ends_on else t("digest.no_end")
    data = t("common.yes" if work.personal_data else "common.no")
    return t("digest.facts", since=t.date(work.starts_on), until=until, data=data)


# -- what was answered ---------------------------------------------------------------------------------------------------


def _answered(t: Text, view: DigestView) -> list[Json]:
    if not view.lines:
        return []
    rows = [_line(t, line) for line in view.lines]
    if view.done > len(view.lines):
        rows.append(t("digest.done_more", count=view.done - len(view.lines)))
    return [kit.divider(), kit.section(kit.plain("\n".join([t("digest.done", count=view.done), *rows])))]


def _line(t: Text, line: DigestLine) -> str:
    what = t(f"attest.{line.kind.value}") if not line.to else t("digest.handed_to", name=_short(line.to, 40))
    by = t("digest.line_by", name=_short(line.by, 40)) if line.by else ""
    return t(
        "digest.line",
        supplier=_short(line.supplier),
        business=_short(line.business),
        answer=what,
        on=t.date(line.on),
        by=by,
    )


def _short(name: str, limit: int = LINE) -> str:
    """A name in one line."""
    return kit.cut(" ".join(kit.clean(name).split()), limit)


# -- beside the digest ---------------------------------------------------------------------------------------------------


def added_blocks(t: Text, work: Work) -> list[Json]:
    """In the digest's thread: it has grown by a card, because somebody named this person."""
    return [kit.section(kit.plain(t("digest.added", work=work_text(t, work))))]


def added_text(t: Text) -> str:
    """The text of notifications and screen readers."""
    return kit.fallback(t("digest.fallback_added"))


def missing_blocks(t: Text, title: str, orphans: list[Orphan], total: int, names: dict[str, str]) -> list[Json]:
    """To the security team: work without an owner, and whom we ask instead."""
    rows = [_orphan(t, orphan, names) for orphan in orphans]
    if total > len(orphans):
        rows.append(t("owner_missing.more", count=total - len(orphans)))
    return [
        kit.header(t("owner_missing.title")),
        kit.section(kit.plain(t("owner_missing.letter", title=_short(title), count=total))),
        kit.section(kit.plain("\n".join(rows))),
        kit.context(kit.plain(t("owner_missing.what_to_do"))),
    ]


def missing_text(t: Text, total: int) -> str:
    """The text of notifications and screen readers."""
    return kit.fallback(t("owner_missing.fallback", count=total))


def _orphan(t: Text, orphan: Orphan, names: dict[str, str]) -> str:
    asked = t("owner_missing.nobody")
    if orphan.instead:
        name = names.get(orphan.instead, "")
        asked = t("owner_missing.asked", name=_short(name, 40)) if name else t("owner_missing.asked_somebody")
    return t(
        "owner_missing.line",
        supplier=_short(orphan.supplier),
        business=_short(orphan.business),
        department=_short(orphan.department, 40),
        asked=asked,
    )
