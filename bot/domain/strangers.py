"""Outside people whom nobody registered: shared channels and guests that match no endpoint. Values and rules.

They are found by a sweep of the channels the app is in (Slack shows it no others). Whoever brought them in (who made the
channel; who invited the guest to a channel, which only the event of their joining says) is asked once whether it is an
outsourcing partner, else the security team; the answer is remembered, and asked again only where other companies are there.
To add an answer: a member of `StrangerState`, its move in `ANSWERS`, its words `strangers.state.<value>` in both catalogs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.channel_check import UNKNOWN_TEAM
from bot.domain.refusal import Code, Refusal

REASON = 300


class StrangerKind(StrEnum):
    """A channel shared with another company, or a guest of our own workspace."""

    CHANNEL = "channel"
    GUEST = "guest"


class StrangerState(StrEnum):
    """found: to be asked about · asked · unsure: goes on to the security team · partner, no: answered · known: registered
    or gone since."""

    FOUND = "found"
    ASKED = "asked"
    UNSURE = "unsure"
    PARTNER = "partner"
    NO = "no"
    KNOWN = "known"


OPEN = frozenset({StrangerState.FOUND, StrangerState.ASKED, StrangerState.UNSURE})
LISTED = OPEN | {StrangerState.PARTNER, StrangerState.NO}
ANSWERS = frozenset({StrangerState.PARTNER, StrangerState.NO, StrangerState.UNSURE})
TEAM = "team"
"""Instead of a person's id: the security team is asked."""


class Stranger(Root):
    """A channel or a guest that matches no endpoint.

    `key` is a channel id or a guest's person id; `teams` the outside companies seen in the channel, `name` what they call
    themselves ('' for a guest); `brought_by` the person id of whoever made the channel or invited the guest ('' where Slack
    does not show one of our people). `asked_of` is a person id or TEAM; FOUND with TEAM: it was passed on to them. `cycle`
    rises where it is asked anew.
    """

    kind: StrangerKind
    key: str
    name: str = ""
    teams: tuple[str, ...] = ()
    brought_by: str = ""
    state: StrangerState = StrangerState.FOUND
    cycle: int = 1
    asked_of: str = ""
    reason: str = ""
    answered_by: str = ""
    first_seen: AwareDatetime
    asked_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None


class Sighting(Value):
    """What a sweep saw just now."""

    kind: StrangerKind
    key: str
    name: str = ""
    teams: tuple[str, ...] = ()
    brought_by: str = ""


class StrangerLine(Value):
    """One line of a card or of the list. `name` is the companies' or the guest's; `registered`: a supplier has this name."""

    id: str
    kind: StrangerKind
    channel_id: str = ""
    name: str = ""
    state: StrangerState
    cycle: int
    first_seen: date
    reason: str = ""
    asked: str = ""
    registered: bool = False


class StrangerPage(Value):
    """A page of the list; `total` counts all, `open_` those without an answer."""

    lines: tuple[StrangerLine, ...]
    page: int
    pages: int
    total: int
    open_: int


class Answered(Value):
    """What was answered; `words` fill the register form (the company's name where it is a partner)."""

    stranger_id: str
    state: StrangerState
    words: str = ""


def seen_again(known: Stranger, sighting: Sighting) -> Stranger:
    """The stranger as it is seen now.

    Other companies than those that were answered for make it new. A company that leaves does not. Who had been registered
    and is no more is found again.
    """
    here = sighting.model_dump(include={"name", "teams"}) | {"brought_by": sighting.brought_by or known.brought_by}
    newcomers = {*sighting.teams} - {*known.teams} - {UNKNOWN_TEAM}
    if known.state is StrangerState.KNOWN or newcomers:
        fresh = {
            "state": StrangerState.FOUND,
            "cycle": known.cycle + 1,
            "asked_of": "",
            "asked_at": None,
            "answered_by": "",
            "answered_at": None,
        }
        return known.model_copy(update=here | {"teams": sighting.teams} | fresh)
    return known.model_copy(update=here | {"teams": known.teams})


def answered(stranger: Stranger, cycle: int, answer: str, reason: str, by: str, now: datetime) -> Stranger:
    """The stranger with an answer. Raises Refusal(ALREADY_ANSWERED, NO_REASON, TOO_LONG, BAD_VALUE).

    The security team may change an answer; whoever was asked answers once.
    """
    if answer not in ANSWERS:
        raise Refusal(Code.BAD_VALUE)
    if stranger.cycle != cycle or stranger.state not in OPEN:
        raise Refusal(Code.ALREADY_ANSWERED)
    state = StrangerState(answer)
    if state is StrangerState.NO and not reason.strip():
        raise Refusal(Code.NO_REASON, "reason")
    if len(reason) > REASON:
        raise Refusal(Code.TOO_LONG, "reason", limit=REASON)
    told = {"state": state, "reason": reason.strip(), "answered_by": by, "answered_at": now}
    if state is StrangerState.UNSURE and stranger.asked_of != TEAM:
        told |= {"state": StrangerState.FOUND, "asked_of": TEAM}  # whoever was asked does not know: it goes on
    return stranger.model_copy(update=told)


def ask_whom(found: Iterable[Stranger], employees: Collection[str], busy: Collection[str]) -> dict[str, list[Stranger]]:
    """Who is asked about what now: whoever brought them in while they work here, else the security team.

    Somebody who was asked and has left since answers no more: it goes on to the team. `busy` were asked today already: theirs
    waits for another day.
    """
    asked: dict[str, list[Stranger]] = {}
    for one in found:
        waits = one.state is StrangerState.ASKED and (one.asked_of == TEAM or one.asked_of in employees)
        if waits or one.state not in {StrangerState.FOUND, StrangerState.ASKED}:
            continue
        passed_on = one.asked_of != ""
        person = one.brought_by if one.brought_by in employees and not passed_on else TEAM
        if person not in busy:
            asked.setdefault(person, []).append(one)
    return asked
