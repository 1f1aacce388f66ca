"""Builds what an owner's digest shows, for the posted digest and for the preview alike, so that the preview is word
for word. Nothing here tells anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.business_days import Calendar
from bot.domain.digests import CARDS, LINES, DigestLine, DigestView, Given
from bot.domain.rounds import Round, RoundState
from bot.services.company import calendar_of
from bot.services.ports import Message
from message_templates.catalogs import text
from message_templates.digest import digest_blocks, digest_text
from storage import attestations, people
from storage.tx import Tx


async def digest_view(tx: Tx, round_: Round, person_id: str) -> DigestView:
    """Somebody's digest of a round as it stands now."""
    cards, waiting = await attestations.open_cards(tx, round_.id, person_id, CARDS)
    given, done = await attestations.given(tx, round_.id, person_id, LINES)
    return DigestView(
        title=round_.title,
        attest_by=round_.attest_by,
        cards=tuple(cards),
        waiting=waiting,
        lines=await _lines(tx, given, await calendar_of(tx)),
        done=done,
        over=round_.state is not RoundState.OPEN,
    )


async def preview_view(tx: Tx, round_: Round, person_id: str) -> DigestView:
    """The digest that somebody would get if the round were opened now."""
    cards, waiting = await attestations.preview_cards(tx, round_.id, person_id, CARDS)
    return DigestView(title=round_.title, attest_by=round_.attest_by, cards=tuple(cards), waiting=waiting)


async def _lines(tx: Tx, given: Sequence[Given], calendar: Calendar) -> tuple[DigestLine, ...]:
    named = {g.by for g in given} | {str(g.detail.get("to") or "") for g in given}
    names = await people.names(tx, named) if given else {}
    return tuple(
        DigestLine(
            supplier=g.supplier,
            business=g.business,
            kind=g.kind,
            by=names.get(g.by, ""),
            on=calendar.local_day(g.at),
            to=names.get(str(g.detail.get("to") or ""), ""),
        )
        for g in given
    )


def digest_message(language: str, view: DigestView) -> Message:
    """The digest as it is posted."""
    t = text(language)
    return Message(text=digest_text(t, view), blocks=digest_blocks(t, view))
