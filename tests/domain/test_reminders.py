"""The reminder rule: tables of days, and what must hold for any run of ticks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reminders import ORDER, Chase, Due, Hours, Nothing, Quiet, Step, days_late, horizon, step_days, step_due
from bot.services.calendars import company_calendar

TOKYO = ZoneInfo("Asia/Tokyo")
HOURS = Hours(TOKYO, company_calendar())
SENT = date(2026, 11, 9)  # a Monday
DUE_ON = date(2026, 11, 25)  # a Wednesday; Monday the 23rd is a holiday


def at(day: str, clock: str = "10:00", zone: ZoneInfo = TOKYO) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).astimezone(UTC)


def chase(**more: object) -> Chase:
    return Chase.model_validate({"due_on": DUE_ON, "sent_on": SENT, **more})


def step(now: datetime, **more: object) -> str:
    decided = step_due(chase(**more), now, HOURS)
    return decided.step.value if isinstance(decided, Due) else decided.reason


# -- the days ----------------------------------------------------------------------------------------------------------


def test_the_days_are_business_days_around_a_holiday() -> None:
    days = step_days(DUE_ON, SENT, HOURS.days)
    assert [d.isoformat() for d in days.values()] == [
        "2026-11-19",  # 20th, 24th and the due day: three, with the holiday of the 23rd and a weekend between
        "2026-11-25",
        "2026-11-30",
        "2026-12-04",
        "2026-12-09",
    ]


@pytest.mark.parametrize(
    ("due_on", "wanted", "day"),
    [
        (date(2026, 9, 24), Step.BEFORE_3, "2026-09-16"),  # K26: three days off in a row before it
        (date(2026, 5, 6), Step.DUE, "2026-05-07"),  # K26: a substitute holiday moves it
        (date(2026, 12, 28), Step.AFTER_3, "2027-01-06"),  # K26: 29 December to 3 January is closed
        (date(2026, 11, 28), Step.DUE, "2026-11-30"),  # a Saturday
        (date(2026, 11, 28), Step.BEFORE_3, "2026-11-25"),
    ],
)
def test_days_off_are_not_counted(due_on: date, wanted: Step, day: str) -> None:
    assert step_days(due_on, date(2026, 1, 5), HOURS.days)[wanted].isoformat() == day


def test_who_was_asked_late_still_has_ten_business_days_before_anybody_is_told() -> None:
    days = step_days(DUE_ON, date(2026, 12, 7), HOURS.days)
    assert days[Step.ESCALATION] == date(2026, 12, 21)
    assert days[Step.AFTER_7] == date(2026, 12, 4)


# -- one moment --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "known", "expected"),
    [
        (at("2026-11-18"), {}, "not_yet"),
        (at("2026-11-19", "09:00"), {}, "before_3"),
        (at("2026-11-19"), {"last": "before_3", "told_on": "2026-11-19"}, "not_yet"),
        (at("2026-11-19"), {"told_on": "2026-11-19"}, "told_today"),  # of another due day
        (at("2026-11-19"), {"done": True}, "done"),
        (at("2026-11-19"), {"sent_on": None}, "not_sent"),
        (at("2026-11-23"), {}, "day_off"),
        (at("2026-11-22"), {}, "day_off"),
        (at("2026-11-25"), {"last": "before_3"}, "due"),
        (at("2026-11-26"), {"last": "due"}, "not_yet"),
        (at("2026-11-30"), {"last": "due"}, "after_3"),
        (at("2026-12-04"), {"last": "after_3"}, "after_7"),
        (at("2026-12-09"), {"last": "after_7"}, "escalation"),
        (at("2026-12-09"), {"last": "escalation"}, "all_told"),
        (at("2027-03-01"), {}, "escalation"),
        (at("2026-11-19"), {"sent_on": "2026-11-19"}, "not_yet"),  # asked today: no reminder today
        (at("2026-11-25"), {"sent_on": "2026-11-19"}, "due"),
    ],
)
def test_which_step_is_due(now: datetime, known: dict[str, object], expected: str) -> None:
    assert step(now, **known) == expected


def test_missed_steps_are_merged_into_the_latest_and_named() -> None:
    decided = step_due(chase(), at("2026-12-07"), HOURS)
    assert isinstance(decided, Due)
    assert decided.step is Step.AFTER_7
    assert [(s.step.value, s.reason) for s in decided.skipped] == [
        ("before_3", "merged"),
        ("due", "merged"),
        ("after_3", "merged"),
    ]
    assert decided.until == date(2026, 12, 9)


def test_steps_before_the_sending_are_named_too() -> None:
    decided = step_due(chase(sent_on=date(2026, 11, 20)), at("2026-11-25"), HOURS)
    assert isinstance(decided, Due)
    assert [(s.step.value, s.reason) for s in decided.skipped] == [("before_3", "before_sending")]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at("2026-11-25", "00:10"), at("2026-11-25", "09:00")),
        (at("2026-11-25", "08:59"), at("2026-11-25", "09:00")),
        (at("2026-11-25", "17:59"), None),
        (at("2026-11-25", "18:00"), at("2026-11-26", "09:00")),
        (at("2026-11-27", "20:00"), at("2026-11-30", "09:00")),  # Friday evening
        (at("2026-12-28", "20:00"), at("2027-01-04", "09:00")),  # the turn of the year
    ],
)
def test_quiet_hours_wait_for_the_morning_of_a_business_day(now: datetime, opens: datetime | None) -> None:
    decided = step_due(chase(), now, HOURS)
    assert isinstance(decided, Due)
    assert decided.not_before == opens
    assert decided.on == HOURS.day(opens or now)


def test_what_waits_for_the_morning_is_the_step_of_that_morning() -> None:
    assert step(at("2026-11-27", "20:00"), last="due") == "after_3"  # told on Monday the 30th


@pytest.mark.parametrize(
    ("text", "quiet"),
    [("18-9", {0, 8, 18, 23}), ("0-6", {0, 5}), ("12-13", {12}), ("9-9", set())],
)
def test_quiet_hours_are_read_from_the_setting(text: str, quiet: set[int]) -> None:
    found = {hour for hour in range(24) if Quiet.parse(text).holds(hour)}
    assert quiet <= found
    assert (9 in found) is False
    assert Quiet.parse(text).first_open == min(set(range(24)) - found)


# -- the due day lasts until its midnight (K21) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "late"), [(("2026-11-25", "23:50"), 0), (("2026-11-26", "00:10"), 1), (("2026-11-25", "00:00"), 0)]
)
def test_the_due_day_is_a_whole_day_in_the_companys_zone(clock: tuple[str, str], late: int) -> None:
    assert days_late(DUE_ON, at(*clock), TOKYO) == late
    assert days_late(DUE_ON, at(*clock).astimezone(ZoneInfo("America/Los_Angeles")), TOKYO) == late


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Los_Angeles", "2026-03-09"),
        ("America/Los_Angeles", "2026-11-02"),
        ("Europe/Berlin", "2026-03-30"),
        ("Europe/Berlin", "2026-10-26"),
    ],
)
def test_the_morning_is_the_local_morning_on_the_days_after_the_clocks_changed(zone: str, day: str) -> None:
    hours = Hours(ZoneInfo(zone), company_calendar(ZoneInfo(zone)))
    evening_before = at(day, "07:00", hours.zone) - timedelta(days=2)
    opening = hours.opening(evening_before)
    assert opening.astimezone(hours.zone).strftime("%H:%M") == "09:00"
    assert hours.open(opening)


# -- any run of ticks --------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 5), date(2028, 3, 31))
GAPS = st.lists(st.integers(1, 60 * 24 * 12), min_size=1, max_size=60)  # minutes between ticks: up to twelve days


class Run:
    """What a recipient got: each step with the moment at which it could be told."""

    def __init__(self, due_on: date, sent_on: date) -> None:
        self.state = Chase(due_on=due_on, sent_on=sent_on)
        self.told: list[tuple[Step, datetime]] = []
        self.skipped: list[Step] = []

    def tick(self, now: datetime, hours: Hours = HOURS) -> Due | Nothing:
        decided = step_due(self.state, now, hours)
        if isinstance(decided, Due):
            self.told.append((decided.step, decided.not_before or now))
            self.skipped += [s.step for s in decided.skipped]
            self.state = self.state.model_copy(update={"last": decided.step, "told_on": decided.on})
        return decided


def _run(due_on: date, sent_on: date, gaps: list[int], done_after: int | None = None) -> Run:
    run, now = Run(due_on, sent_on), at(sent_on.isoformat(), "12:00")
    for n, gap in enumerate(gaps):
        if n == done_after:
            run.state = run.state.model_copy(update={"done": True})
        now += timedelta(minutes=gap)
        run.tick(now)
        run.tick(now)  # a tick comes several times at one moment
    return run


def _violations(run: Run) -> list[str]:
    """What must never be seen in a run."""
    found = []
    steps = [ORDER.index(s) for s, _ in run.told]
    days = [HOURS.day(when) for _, when in run.told]
    if steps != sorted(set(steps)):
        found.append("a step twice, or out of order")
    if any(a >= b for a, b in pairwise(days)):
        found.append("two on one day")
    if any(not HOURS.open(when) for _, when in run.told):
        found.append("on a day off or in quiet hours")
    if run.state.sent_on and any(day <= run.state.sent_on for day in days):
        found.append("before or on the day of sending")
    nominal = step_days(run.state.due_on, run.state.sent_on or run.state.due_on, HOURS.days)
    if any(HOURS.day(when) < nominal[s] for s, when in run.told):
        found.append("before its day")
    if set(run.skipped) & {s for s, _ in run.told}:
        found.append("told and skipped")
    return found


@given(due_on=DAYS, lead=st.integers(-20, 60), gaps=GAPS)
def test_any_run_is_orderly(due_on: date, lead: int, gaps: list[int]) -> None:
    assert _violations(_run(due_on, due_on - timedelta(days=lead), gaps)) == []


@given(due_on=DAYS, gaps=GAPS, done_after=st.integers(0, 59))
def test_nothing_comes_after_the_work_is_done(due_on: date, gaps: list[int], done_after: int) -> None:
    sent_on = due_on - timedelta(days=20)
    whole = _run(due_on, sent_on, gaps).told
    stopped = _run(due_on, sent_on, gaps, done_after).told
    assert stopped == whole[: len(stopped)]
    end = at(sent_on.isoformat(), "12:00") + timedelta(minutes=sum(gaps[:done_after]))
    assert all(HOURS.opening(when) <= HOURS.opening(end) for _, when in stopped)


@given(due_on=DAYS, lead=st.integers(-20, 60), gaps=GAPS)
def test_in_the_end_it_is_escalated_and_every_step_is_accounted_for(due_on: date, lead: int, gaps: list[int]) -> None:
    run = _run(due_on, due_on - timedelta(days=lead), gaps)
    for day in range(200):  # working days go on
        run.tick(at((due_on + timedelta(days=day)).isoformat(), "10:00") + timedelta(minutes=sum(gaps)))
    assert run.state.last is Step.ESCALATION
    assert {*run.skipped, *(s for s, _ in run.told)} == set(Step)


@given(due_on=DAYS, day=DAYS, minute=st.integers(0, 24 * 60 - 1))
def test_behind_the_horizon_nothing_is_due(due_on: date, day: date, minute: int) -> None:
    now = at(day.isoformat(), "00:00") + timedelta(minutes=minute)
    if due_on > horizon(now, HOURS):
        assert isinstance(step_due(Chase(due_on=due_on, sent_on=date(2026, 1, 1)), now, HOURS), Nothing)


# -- the properties find broken rules ----------------------------------------------------------------------------------


class NoHolidays:
    """A calendar that knows weekends only."""

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < 5

    def add_business_days(self, day: date, n: int) -> date:
        for _ in range(abs(n)):
            day += timedelta(days=1 if n > 0 else -1)
            while not self.is_business_day(day):
                day += timedelta(days=1 if n > 0 else -1)
        return day


class Broken:
    """Rules with one part left out, by name."""

    ALL: ClassVar[dict[str, Hours]] = {
        "holiday ignored": Hours(TOKYO, NoHolidays()),
        "quiet hours ignored": Hours(TOKYO, company_calendar(), Quiet(0, 0)),
        "another zone": Hours(ZoneInfo("America/New_York"), company_calendar()),
    }


@pytest.mark.parametrize("name", Broken.ALL)
def test_a_broken_rule_is_found_by_the_same_check(name: str) -> None:
    run, now = Run(date(2026, 12, 28), date(2026, 12, 1)), at("2026-12-01", "12:00")
    for _ in range(60 * 24):
        now += timedelta(hours=1)
        run.tick(now, Broken.ALL[name])
    assert _violations(run)


def test_a_memory_that_forgets_is_found_by_the_same_check() -> None:
    run = Run(DUE_ON, SENT)
    for hour in (10, 11):
        run.tick(at("2026-11-25", f"{hour}:00"))
        run.state = run.state.model_copy(update={"last": None, "told_on": None})
    assert "two on one day" in _violations(run)
