"""What every recipient of a round would get, word for word: made by the very functions that the sending uses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import date
from typing import Any

from bot.domain.base import Language
from bot.domain.business_days import Calendar, gazetted_until
from bot.domain.people import Person
from bot.domain.round_views import Letter, Preview, Recipient
from bot.domain.rounds import Round
from bot.domain.scoping import IN, PROPOSED, Reason
from bot.domain.tier_views import names_of
from bot.services.digests import digest_message, preview_view
from bot.services.lists import of_round, titles
from bot.services.policies import policy
from message_templates.catalogs import text
from storage import rounds, scope
from storage.tx import Tx

PreviewHub = Callable[[Tx, Round, str, date], Awaitable[tuple[Language, list[dict[str, Any]]]]]
"""(tx, round, supplier id, today) → the supplier's language and the blocks of its hub as they would be posted."""


async def preview(
    tx: Tx,
    round_: Round,
    page: int,
    language: Language,
    calendar: Calendar,
    today: date,
    preview_hub: PreviewHub,
) -> Preview:
    """One page: the counts of the whole round, and one recipient's letter. A page too far is the last one."""
    counts = await rounds.counts(tx, round_.id)
    owners, suppliers = await rounds.persons_asked(tx, round_.id), await rounds.suppliers_asked(tx, round_.id)
    recipients = [Recipient(kind="owner", id=key, name=name) for key, name in owners]
    recipients += [Recipient(kind="supplier", id=key, name=name) for key, name in suppliers]
    number = max(0, min(page, len(recipients) - 1))
    lists = await of_round(tx, round_)
    return Preview(
        language=language,
        round_id=round_.id,
        title=round_.title,
        checklist=titles(lists, language),
        by_policy=round_.by_policy,
        attest_by=round_.attest_by,
        due_on=round_.due_on,
        answer_days=calendar.business_days_between(round_.attest_by, round_.due_on),
        computed=round_.due_on > gazetted_until(today),
        inside=sum(n for (verdict, _), n in counts.items() if verdict == IN),
        ownerless=counts.get((IN, Reason.OWNER_MISSING.value), 0),
        outside=tuple(sorted((reason, n) for (verdict, reason), n in counts.items() if verdict != IN)),
        owners=len(owners),
        suppliers=len(suppliers),
        unreachable=len(await rounds.unreachable(tx, round_.id)),
        page=number,
        pages=len(recipients),
        letter=await _letter(tx, round_, recipients[number], today, preview_hub) if recipients else None,
        turnable=await scope.turnable(tx, round_.id, PROPOSED),
        too_much=() if round_.by_policy else await _too_much(tx, round_, {one.checklist.key for one in lists}),
        tiers=names_of(policy()),
    )


async def _letter(tx: Tx, round_: Round, recipient: Recipient, today: date, preview_hub: PreviewHub) -> Letter:
    if recipient.kind == "owner":
        person = await tx.need(Person, recipient.id)
        message = digest_message(person.language, await preview_view(tx, round_, person.id))
        return Letter(recipient=recipient, language=text(person.language).language, blocks=message.blocks)
    language, blocks = await preview_hub(tx, round_, recipient.id, today)
    channels = await rounds.channels_of(tx, round_.id, recipient.id)
    return Letter(recipient=recipient, language=language, blocks=blocks, channels=tuple(channels))


async def _too_much(tx: Tx, round_: Round, keys: Collection[str]) -> tuple[tuple[str, int], ...]:
    """The tiers that do not justify one of these checklists, with how many engagements it would be asked of (R-L4)."""
    counts = await scope.tiers_inside(tx, round_.id)
    heavy = [tier.key for tier in policy().tiers if not set(keys).isdisjoint(tier.too_much)]
    return tuple((key, counts[key]) for key in heavy if key in counts)
