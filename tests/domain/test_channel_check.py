"""When a channel is no longer what a person confirmed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel_check import UNKNOWN_TEAM, Difference, compare, fit

A, B, C = "T0A", "T0B", "E0C"


@pytest.mark.parametrize(
    ("confirmed", "guests", "teams", "pending", "there", "reason"),
    [
        ([A], [], [A], [], [], None),
        ([A, B], [], [B, A], [], [], None),
        ([A], ["U1"], [A], [], ["U1"], None),
        ([A], ["U1", "U2"], [A], [], ["U1"], None),
        ([], ["U1"], [], [], ["U1"], None),
        ([A, B], [], [A], [B], [], None),
        ([A, UNKNOWN_TEAM], [], [A], [UNKNOWN_TEAM], [], None),
        ([A], [], [A, B], [], [], Difference.COMPANY_NEW),
        ([A], [], [A], [B], [], Difference.COMPANY_NEW),
        ([A], [], [B], [], [], Difference.COMPANY_NEW),
        ([A], [], [A], [UNKNOWN_TEAM], [], Difference.COMPANY_NEW),
        ([A, UNKNOWN_TEAM], [], [A, B], [], [], Difference.COMPANY_NEW),
        ([], ["U1"], [C], [], ["U1"], Difference.COMPANY_NEW),
        ([A], [], [A], [], ["U1"], Difference.GUEST_NEW),
        ([], ["U1"], [], [], ["U1", "U2"], Difference.GUEST_NEW),
        ([A, B], [], [A], [], [], Difference.COMPANY_LEFT),
        ([A], [], [], [], [], Difference.COMPANY_LEFT),
        ([], ["U1"], [], [], [], Difference.NOBODY_LEFT),
    ],
)
def test_differences(
    confirmed: list[str], guests: list[str], teams: list[str], pending: list[str], there: list[str], reason: object
) -> None:
    found = compare(confirmed, guests, teams, there, pending)
    assert (found.reason if found else None) is reason


def test_a_finding_names_who() -> None:
    company = compare([A], [], [A, B], [], [C])
    guest = compare([A], ["U1"], [A], ["U1", "U9"])
    assert company
    assert guest
    assert (company.teams, company.guests) == ((C, B), ())
    assert (guest.teams, guest.guests) == ((), ("U9",))


ids = st.sets(st.sampled_from([A, B, C, "T0D", UNKNOWN_TEAM]))
people = st.sets(st.sampled_from(["U1", "U2", "U3"]))


@given(ids, people, ids, ids, people)
def test_nobody_reads_along_whom_nobody_confirmed(
    confirmed: set[str], guests: set[str], teams: set[str], pending: set[str], there: set[str]
) -> None:
    """Whenever nothing is found, everybody who is there was confirmed, and somebody is."""
    if compare(confirmed, guests, teams, there, pending) is None:
        assert teams | pending == confirmed
        assert there <= guests
        assert fit(teams, pending, there)


@given(ids, people)
def test_what_was_confirmed_and_is_fit_agrees_with_itself(teams: set[str], guests: set[str]) -> None:
    if fit(teams, (), guests):
        assert compare(teams, guests, teams, guests) is None
