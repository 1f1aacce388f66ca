"""The rules of answering: who may answer here, when, and how two people on one page never overwrite each other.

Views are per person, so Slack's `hash` cannot see another person's work. The page remembers which revision of each answer
it showed; what is written is the three-way merge of *shown*, *stored since* and *entered*, field by field. Where somebody
else moved a field that this person moves too, nothing is written and they see the other's value first (design.md, rule 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.domain.answering import Answer
from bot.domain.ledger import Endpoint, EndpointState
from bot.domain.people import Actor, PersonKind
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ANSWERABLE, ReviewState


@dataclass(frozen=True)
class Entry:
    """What stands in the inputs of one question: a value and a comment."""

    value: Any = None
    comment: str = ""


@dataclass(frozen=True)
class Merge:
    """What becomes of an entry. `write`: save `entry`; `same`: nothing to do; `conflict`: show `theirs` first."""

    verdict: Literal["write", "same", "conflict"]
    entry: Entry
    theirs: Answer | None = None


def entry_of(answer: Answer | None) -> Entry:
    """What an answer holds; nothing where there is none."""
    return Entry(answer.value, answer.comment) if answer else Entry()


def merge(shown: Answer | None, since: Sequence[Answer], entered: Entry, person_id: str) -> Merge:
    """Decide about one question. `shown` is the revision the page showed, `since` all later ones, oldest first.

    What a person wrote themselves since the page was shown is no conflict: they pressed twice. What somebody else wrote in
    between is one, also where this person's own press lies on top of it.
    """
    base, now = entry_of(shown), entry_of(since[-1] if since else shown)
    value, value_clash = _field(base.value, now.value, entered.value, foreign=_moved(base, since, person_id, "value"))
    comment, comment_clash = _field(
        base.comment, now.comment, entered.comment, foreign=_moved(base, since, person_id, "comment")
    )
    if value_clash or comment_clash:
        return Merge("conflict", entered, _last_foreign(since, person_id))
    merged = Entry(value, comment)
    return Merge("same" if merged == now else "write", merged)


def _moved(base: Entry, since: Sequence[Answer], person_id: str, field: str) -> bool:
    """Whether somebody else changed this field since the page was shown."""
    before = getattr(base, field)
    for answer in since:
        if getattr(answer, field) != before and answer.person_id != person_id:
            return True
        before = getattr(answer, field)
    return False


def _last_foreign(since: Sequence[Answer], person_id: str) -> Answer | None:
    """The newest revision, told as the newest person's who is not this one."""
    foreign = [a for a in since if a.person_id != person_id]
    return since[-1].model_copy(update={"person_id": foreign[-1].person_id}) if foreign else None


def _field(base: Any, now: Any, entered: Any, *, foreign: bool) -> tuple[Any, bool]:
    """One field's new content, and whether both sides changed it to different things."""
    if entered == base:
        return now, False
    return entered, foreign and now not in (base, entered)


def belongs(endpoint: Endpoint, actor: Actor, *, member: bool) -> bool:
    """Whether the actor is one of this endpoint's people: in the channel, and of a company or a guest that was confirmed.

    A partner's team id alone is not enough (another supplier may share it), nor is sitting in the channel. Whether anything
    may be answered here now is another question: `require_verified`.
    """
    return member and endpoint.state is not EndpointState.SEVERED and confirmed(endpoint, actor)


def confirmed(endpoint: Endpoint, actor: Actor) -> bool:
    """Whether the actor is of a company, or one of the guests, that were confirmed for this endpoint."""
    person = actor.person
    if person is None:
        return False
    if person.kind is PersonKind.GUEST:
        return person.slack_user_id in endpoint.guests
    homes = {person.team_id, actor.who.enterprise_id} - {""}
    return person.kind is PersonKind.EXTERNAL and bool(homes & set(endpoint.teams))


def require_verified(endpoint: Endpoint) -> None:
    """Refuse where the channel is being checked: its own people are told so, nobody else learns of it."""
    if endpoint.state is not EndpointState.VERIFIED:
        raise Refusal(Code.ENDPOINT_SUSPENDED)


def require_here(endpoint: Endpoint, actor: Actor, state: ReviewState, *, moved: bool) -> None:
    """Tell one of the endpoint's own people why an old button does nothing any more; nobody else learns anything."""
    if not confirmed(endpoint, actor):
        return
    if moved:
        raise Refusal(Code.ENDPOINT_MOVED)
    if endpoint.state is EndpointState.SEVERED:
        raise Refusal(Code.ENDPOINT_SUSPENDED if state in ANSWERABLE else Code.CLOSED)


def require_answerable(state: ReviewState, *, submitted: bool) -> None:
    """Refuse, kindly and exactly, where this endpoint cannot answer any more."""
    if submitted or state is ReviewState.SUBMITTED:
        raise Refusal(Code.ALREADY_SUBMITTED)
    if state not in ANSWERABLE:
        raise Refusal(Code.CLOSED)
