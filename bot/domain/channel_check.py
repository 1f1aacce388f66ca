"""Whether a channel is still what a person confirmed: the companies in it and the guests, no more and no fewer. Pure.

The companies are what counts for outside people: Slack lets nobody into a channel whose company is not connected to it, so
a new company shows before its people can. Guests of our own workspace carry our own team id, so they are counted one by
one. An invitation counts as if it had been accepted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from bot.domain.base import Value

UNKNOWN_TEAM = "?"
"""Stands for an invited company that Slack does not name: it equals no company that joins later, so that joining differs."""


class Difference(StrEnum):
    """Why an endpoint is suspended. The value is the catalog key after `endpoint.why.` and stands in the audit trail."""

    GONE = "channel_gone"
    COMPANY_NEW = "company_new"
    COMPANY_LEFT = "company_left"
    GUEST_NEW = "guest_new"
    NOBODY_LEFT = "nobody_left"


class Finding(Value):
    """What differs: `teams` are team or enterprise ids, `guests` Slack user ids."""

    reason: Difference
    teams: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()


def compare(
    confirmed_teams: Collection[str],
    confirmed_guests: Collection[str],
    teams: Collection[str],
    guests: Collection[str],
    pending: Iterable[str] = (),
) -> Finding | None:
    """The most serious difference between what was confirmed and what is there now; None where nothing differs.

    A guest who leaves takes nothing along and is no difference, unless nobody from outside is left.
    """
    there = {*teams, *pending}
    if new := there - set(confirmed_teams):
        return Finding(reason=Difference.COMPANY_NEW, teams=tuple(sorted(new)))
    if strange := set(guests) - set(confirmed_guests):
        return Finding(reason=Difference.GUEST_NEW, guests=tuple(sorted(strange)))
    if left := set(confirmed_teams) - there:
        return Finding(reason=Difference.COMPANY_LEFT, teams=tuple(sorted(left)))
    if not there and not guests:
        return Finding(reason=Difference.NOBODY_LEFT)
    return None


def fit(teams: Collection[str], pending: Collection[str], guests: Collection[str]) -> bool:
    """Whether a channel can be a supplier's endpoint at all: somebody from outside is in it, or invited."""
    return bool(teams or pending or guests)
