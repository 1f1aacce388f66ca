"""The Home tab of each person: drawn from the database alone, and never with a picture older than the one that is there.

Slack refuses a publication that names another `hash` than the picture has that is there now. The hash of our last one is a
row (`home_picture`), so that two processes cannot overtake each other either; what the event or the press on the tab tells
of it counts more, because a process may have died between publishing and noting. Nothing is published where nothing
has changed. What the tab holds is in `home_view`; who may see what is decided there and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.base import Language
from bot.domain.closing_list import LATE_AFTER
from bot.domain.delivery import NoticeState
from bot.domain.first_run import FIRST_RUN, Choices, guide, shown
from bot.domain.homes import HomePicture, HomeView, Numbers
from bot.domain.listing import AT_HOME
from bot.domain.people import Actor, PersonKind, Who
from bot.domain.permissions import Action, Role, allows, roles
from bot.domain.settings import PAUSED, SECURITY_TEAM, Setting
from bot.services.again import again
from bot.services.company import calendar_of
from bot.services.desk import Desk
from bot.services.listing import when_of
from bot.services.rehearsing import stand_of
from message_templates.catalogs import text
from message_templates.home import home_tab
from storage import (
    contract_ends,
    homes,
    judging,
    listing,
    owning,
    people,
    proposals,
    resolving,
    strangers,
    tiers,
)
from storage.tx import Tx

ROUNDS = 5


@dataclass(frozen=True)
class Picture:
    """A Home tab to publish. `hash` is that of the picture it may replace, '' where there is none."""

    user: str
    view: dict[str, Any]
    hash: str
    digest: str


class Homes:
    """Draws Home tabs and remembers what was published."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def picture(self, who: Who, seen_hash: str = "", *, opened: bool = False) -> Picture | None:
        """What to publish for this person; None where that is what is there already, or where nobody can see it.

        `seen_hash`: the hash of the picture that Slack tells is there. `opened`: they have just opened the tab; without it
        only a tab that was opened before is drawn again.
        """
        async with self._desk.db.read() as tx:
            actor = await people.actor(tx, who, self._desk.first_admin)
            last = await tx.get(HomePicture, actor.person_id) if actor.person else None
            if actor.person is None or actor.person.kind is PersonKind.EXTERNAL or (last is None and not opened):
                return None  # Slack shows people of other companies no app's Home tab (slack_platform §1)
            found = await home_view(tx, actor, self._desk.first_admin, self._desk.clock.now())
            view = home_tab(text(actor.person.language), found)
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        known = seen_hash or (last.hash if last and not opened else "")
        if last and last.digest == digest and known and known == last.hash:
            return None
        return Picture(user=who.slack_user_id, view=view, hash=known, digest=digest)

    async def published(self, who: Who, picture: Picture, new_hash: str) -> None:
        """Note what is there now."""

        async def note() -> None:
            async with self._desk.db.begin("homes.published") as tx:
                actor = await people.actor(tx, who, "")
                if actor.person is None:
                    tx.abandon()
                    return
                last = await tx.get(HomePicture, actor.person.id)
                now = HomePicture(
                    id=actor.person.id, hash=new_hash, digest=picture.digest, opened_at=self._desk.clock.real()
                )
                if last:
                    await tx.put(now)
                else:
                    tx.add(now)

        await again(note)


async def home_view(tx: Tx, actor: Actor, first_admin: str, now: datetime) -> HomeView:
    """What this person may see, and nothing else. `now` decides what has run out."""
    held = roles(actor)
    language: Language = "en" if text(actor.person.language if actor.person else "").language == "en" else "ja"
    if not held:
        return HomeView(language=language, insider=False)
    found = HomeView(
        language=language,
        insider=True,
        team_id=actor.person.team_id if actor.person else "",
        cards=tuple(await homes.my_cards(tx, actor.person_id)),
    )
    if held & {Role.SECURITY, Role.FIRST_ADMIN}:
        rehearsal = await stand_of(tx, actor) if allows(Action.REHEARSE, held) else None
        return found.model_copy(update=await _team_part(tx, held, now) | {"rehearsal": rehearsal})
    chosen = await tx.get(Setting, SECURITY_TEAM)
    return found if chosen else found.model_copy(update={"begin": first_admin})


async def _team_part(tx: Tx, held: frozenset[Role], now: datetime) -> dict[str, Any]:
    """The guide while it is wanted, and what is on the team's plate once there is something."""
    facts, choices = await homes.facts(tx), await choices_of(tx)
    found = guide(facts, choices, held)
    wanted = shown(found, choices)
    numbers = None
    if allows(Action.READ_LEDGER, held) and (facts.rounds or not wanted):
        numbers = await _numbers(tx, now)
    return {"guide": found if wanted else None, "closable": allows(Action.SET_UP, held), "numbers": numbers}


async def choices_of(tx: Tx) -> Choices:
    """What the team decided about the guide."""
    stored = await tx.get(Setting, FIRST_RUN)
    return Choices.model_validate(stored.value) if stored else Choices()


async def _numbers(tx: Tx, now: datetime) -> Numbers:
    calendar = await calendar_of(tx)
    today = calendar.local_day(now)
    late_before = calendar.add_business_days(today, -LATE_AFTER)
    passed, late = await contract_ends.counts(tx, today, late_before)
    rounds, total = await homes.open_rounds(tx, ROUNDS)
    _none, waiting = await judging.waiting(tx, 0)
    stuck = await resolving.counts(tx)
    counted = await listing.counted(tx, list(AT_HOME.values()), when_of(now, calendar.zone))
    _listed, strange = await strangers.counts(tx)
    paused = await tx.get(Setting, PAUSED)
    return Numbers(
        rounds=tuple(rounds),
        more_rounds=total - len(rounds),
        waiting=waiting,
        unresolved=stuck.get(NoticeState.UNRESOLVED, 0),
        failed=stuck.get(NoticeState.FAILED, 0),
        suspended=await homes.suspended(tx),
        tiers=await tiers.attention_count(tx, today),
        unowned=await owning.count_unowned(tx),
        ends_passed=passed,
        closing_late=late,
        strangers=strange,
        proposals=await proposals.count(tx),
        ledger=tuple(zip(AT_HOME, counted, strict=True)),
        paused=bool(paused and paused.value.get("on")),
    )
