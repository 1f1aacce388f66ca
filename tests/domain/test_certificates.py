"""Certificates: what they are worth for a piece of work, what is refused in a form, and when one is warned of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.business_days import Calendar
from bot.domain.certificate_warnings import BEFORE, ORDER, due, reach, still_true
from bot.domain.certificates import Certificate, Covers, RegisterCheck, Scheme, Standing, WarningStep, What, standing
from bot.domain.certifying import read_certificate, read_check
from bot.domain.checklist_schema import Certificate as NamedInChecklists
from bot.domain.refusal import Code, Refusals
from bot.services.calendars import company_calendar

TODAY = date(2026, 11, 25)
WORK = "社内便の配送"


def certificate(**changed: Any) -> Certificate:
    good: dict[str, Any] = {"id": "c1", "supplier_id": "s1", "scheme": Scheme.ISMS, "number": "IS 999999"}
    good |= {"edition": "JIS Q 27001:2023", "scope": "東京本社 システム開発部における受託開発"}
    good |= {"expires_on": date(2027, 5, 31), "created_at": datetime(2026, 4, 1, tzinfo=UTC)}
    return Certificate(**(good | changed))


def check(**changed: Any) -> RegisterCheck:
    good: dict[str, Any] = {"id": "k1", "certificate_id": "c1", "engagement_id": "e1", "covers": Covers.YES}
    good |= {"number": "IS 999999", "scope": certificate().scope, "business": WORK, "by_id": "p1"}
    good |= {"expires_on": date(2027, 5, 31)}
    return RegisterCheck(**(good | {"at": datetime(2026, 11, 1, tzinfo=UTC)} | changed))


# -- what it is worth ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "looked", "worth"),
    [
        ({}, check(), Standing.CONFIRMED),
        ({"expires_on": TODAY}, check(), Standing.CONFIRMED),  # its last day counts
        ({"expires_on": TODAY - timedelta(days=1)}, check(), Standing.EXPIRED),
        ({"expires_on": None}, check(), Standing.NO_EXPIRY),
        ({"ended_on": TODAY}, check(), Standing.ENDED),
        ({"ended_on": TODAY + timedelta(days=1)}, check(), Standing.CONFIRMED),
        ({"edition": "JIS Q 27001:2014"}, check(), Standing.SUPERSEDED),
        ({"edition": "ISO/IEC 27001:2013"}, check(), Standing.SUPERSEDED),
        ({"edition": "ISO/IEC 27001:2022"}, check(), Standing.CONFIRMED),
        ({}, None, Standing.NOT_CHECKED),
        ({}, check(covers=Covers.NO), Standing.SCOPE_NO),
        ({}, check(covers=Covers.UNKNOWN), Standing.SCOPE_UNKNOWN),
        ({"scope": "大阪支社"}, check(), Standing.CHANGED),
        ({"number": "IS 111111"}, check(), Standing.CHANGED),
        ({}, check(business="別の業務"), Standing.CHANGED),
        ({"expires_on": date(2030, 5, 31)}, check(), Standing.CHANGED),  # renewed, and nobody has looked again
        ({}, check(expires_on=None), Standing.CHANGED),
        ({"scheme": Scheme.SECURITY_ACTION_2, "number": "50000000000"}, check(), Standing.SELF_DECLARED),
    ],
)
def test_only_a_living_certificate_whose_scope_was_confirmed_for_this_work_is_worth_anything(
    there: dict[str, Any], looked: RegisterCheck | None, worth: Standing
) -> None:
    assert standing(certificate(**there), looked, WORK, TODAY) is worth


def test_what_checklists_name_is_a_scheme() -> None:
    assert set(get_args(NamedInChecklists)) <= {s.value for s in Scheme}


# -- forms ---------------------------------------------------------------------------------------------------------------


def refused(written: dict[str, str]) -> dict[str, Code]:
    with pytest.raises(Refusals) as found:
        read_certificate({"scheme": "isms"} | written)
    return {r.field: r.code for r in found.value.refusals}


@pytest.mark.parametrize(
    ("scheme", "number"),
    [
        ("isms", "IS 123456"),
        ("isms", "JQA-IM0001"),
        ("isms_cloud", "何かの番号 第12号"),
        ("isms", "=HYPERLINK(1)"),
        ("p_mark", "10999999"),
        ("p_mark", "１０９９９９９９（０１）"),
        ("security_action_1", "40000000000"),
        ("security_action_2", "５0000000000"),
        ("p_mark", ""),
    ],
)
def test_numbers_that_are_taken(scheme: str, number: str) -> None:
    said = read_certificate({"scheme": scheme, "number": number})
    assert (said["number"] == "") == (number == "")


@pytest.mark.parametrize(
    ("scheme", "number", "code"),
    [
        ("p_mark", "1099999", Code.BAD_PMARK),
        ("p_mark", "10999999(1)", Code.BAD_PMARK),
        ("p_mark", "A0999999", Code.BAD_PMARK),
        ("p_mark", "١٠٩٩٩٩٩٩", Code.BAD_PMARK),
        ("security_action_1", "60000000000", Code.BAD_DECLARATION),
        ("security_action_2", "5000000000", Code.BAD_DECLARATION),
    ],
)
def test_numbers_whose_form_is_documented_are_held_to_it(scheme: str, number: str, code: Code) -> None:
    assert refused({"scheme": scheme, "number": number}) == {"number": code}


def test_everything_wrong_is_said_at_once() -> None:
    written = {"scheme": "other", "number": "a\x00b", "scope": "あ" * 30_000, "registered_on": "2026-05-01"}
    assert refused(written | {"expires_on": "2026-04-30"}) == {
        "other": Code.EMPTY,
        "number": Code.BAD_TEXT,
        "scope": Code.TOO_LONG,
        "expires_on": Code.EXPIRY_BEFORE_START,
    }
    assert refused({"scheme": ""}) == {"scheme": Code.EMPTY}
    assert refused({"scheme": "made up"}) == {"scheme": Code.BAD_VALUE}


def test_an_edition_is_known_whatever_widths_it_is_written_in() -> None:
    said = read_certificate({"scheme": "isms", "edition": "ＪＩＳ Ｑ ２７００１ ： ２０１４"})
    assert said["edition"] == "JIS Q 27001:2014"


def test_who_says_yes_says_where_they_looked_and_who_does_the_work() -> None:
    with pytest.raises(Refusals) as found:
        read_check({"engagement": "e1", "covers": "yes", "department": " "})
    assert {r.field for r in found.value.refusals} == {"department", "site", "looked"}
    assert read_check({"engagement": "e1", "covers": "unknown"})["covers"] is Covers.UNKNOWN


# -- warnings --------------------------------------------------------------------------------------------------------------


DAYS: Calendar = company_calendar()


def steps(days_left: int, *told: WarningStep) -> list[WarningStep]:
    day = TODAY + timedelta(days=days_left)
    found = due(certificate(expires_on=day), [(What.EXPIRY, day, step) for step in told], TODAY)
    return [one.step for one in found]


@pytest.mark.parametrize(
    ("days_left", "told", "now"),
    [
        (91, (), []),
        (90, (), [WarningStep.BEFORE_90]),
        (60, (WarningStep.BEFORE_90,), []),
        (30, (WarningStep.BEFORE_90,), [WarningStep.BEFORE_30]),
        (5, (), [WarningStep.BEFORE_30]),  # registered late: the nearest step alone
        (0, (WarningStep.BEFORE_30,), [WarningStep.ON_DAY]),
        (-400, (), [WarningStep.ON_DAY]),
        (-400, (WarningStep.ON_DAY,), []),
    ],
)
def test_each_step_once_and_the_nearest_alone(days_left: int, told: Any, now: list[WarningStep]) -> None:
    assert steps(days_left, *told) == now


def test_what_was_merged_is_named() -> None:
    (one,) = due(certificate(expires_on=TODAY), [], TODAY)
    assert (one.step, one.merged) == (WarningStep.ON_DAY, (WarningStep.BEFORE_90, WarningStep.BEFORE_30))


def test_a_renewed_day_begins_a_new_series_and_every_day_has_its_own() -> None:
    old = TODAY - timedelta(days=1)
    renewed = certificate(expires_on=TODAY + timedelta(days=20), surveillance_on=TODAY, edition="JIS Q 27001:2014")
    found = due(renewed, [(What.EXPIRY, old, WarningStep.ON_DAY)], TODAY)
    assert [(one.what, one.step) for one in found] == [
        (What.EXPIRY, WarningStep.BEFORE_30),
        (What.SURVEILLANCE, WarningStep.ON_DAY),
        (What.EDITION, WarningStep.ON_DAY),
    ]


def test_what_falls_on_days_off_is_told_before_them() -> None:
    friday = date(2026, 12, 25)
    assert reach(friday, DAYS) == date(2026, 12, 27)
    assert reach(date(2026, 12, 28), DAYS) >= date(2027, 1, 3)  # the turn of the year is closed


@given(st.integers(-200, 200), st.lists(st.integers(0, 3), max_size=400))
def test_however_the_days_go_by_no_step_comes_twice_and_none_after_a_later_one(start: int, jumps: list[int]) -> None:
    day, today = TODAY, TODAY - timedelta(days=start)
    told: list[WarningStep] = []
    for jump in jumps:
        today += timedelta(days=jump)
        told += [one.step for one in due(certificate(expires_on=day), [(What.EXPIRY, day, s) for s in told], today)]
    assert told == sorted(set(told), key=ORDER.index)
    assert all(day - timedelta(days=BEFORE[step]) <= today for step in told)


def test_a_warning_is_true_until_the_day_moves_or_the_certificate_ends() -> None:
    there = certificate(expires_on=TODAY)
    assert still_true(there, What.EXPIRY, TODAY, TODAY)
    assert not still_true(
        there.model_copy(update={"expires_on": TODAY + timedelta(days=1000)}), What.EXPIRY, TODAY, TODAY
    )
    assert not still_true(there.model_copy(update={"ended_on": TODAY}), What.EXPIRY, TODAY, TODAY)
