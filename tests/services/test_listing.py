"""The list: narrowed, turned, ticked, its filters under a name; a fixed number of statements; whose list it is."""

import pytest

from bot.domain.ledger import EngagementState
from bot.domain.listing import ALL, AT_HOME, Filter, Flag, Look, OpenList, SavedFilter, Sort, read_filter
from bot.domain.people import Person
from bot.domain.refusal import Code, Refusal, Refusals
from bot.services.listing import when_of
from storage.db import Database
from storage.tx import Tx
from tests.kit import StillClock, press
from tests.services.ledger_stage import (
    ADMIN,
    BOSS,
    GONE,
    GUEST,
    OUTSIDER,
    OWNER,
    SEC,
    STRANGER,
    TOKYO,
    Ledger,
    ledger,
    listed,
)
from tests.services.test_reading import fill, register, statements

FULL = Filter(
    words="委託 業",
    departments=("d",),
    tiers=("high",),
    personal_data=False,
    states=tuple(EngagementState),
    judgements=("ok", "never"),
    flags=tuple(Flag),
    tag="東京",
    ends_within=30,
    unjudged_for=100,
    sort=Sort.JUDGED,
)


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    made = await ledger(db, clock)
    await made.department()
    return made


# -- the form ------------------------------------------------------------------------------------------------------------


def test_nothing_entered_is_everything() -> None:
    assert read_filter({}) == ALL
    assert read_filter({"words": " \u200f", "tag": None, "flags": [], "personal_data": "any", "sort": None}) == ALL
    assert (ALL.narrows, FULL.narrows) == (0, 10)


def test_what_was_entered() -> None:
    entered = {
        "words": " ㈱みかづき　運輸 ",
        "personal_data": "no",
        "flags": ["overdue"],
        "judgements": ["never", "ok"],
    }
    found = read_filter(entered | {"tag": "#東京", "ends_within": "３０日", "unjudged_for": "1,000", "sort": "end"})
    assert found == Filter(
        words="㈱みかづき 運輸",
        personal_data=False,
        flags=(Flag.OVERDUE,),
        judgements=("never", "ok"),
        tag="東京",
        ends_within=30,
        unjudged_for=1000,
        sort=Sort.END,
    )


@pytest.mark.parametrize(
    ("entered", "wrong"),
    [
        ({"words": "あ" * 30_000}, {"words": Code.TOO_LONG}),
        ({"words": "\x00"}, {"words": Code.BAD_TEXT}),
        ({"tag": "東京、大阪"}, {"tag": Code.BAD_VALUE}),
        ({"ends_within": "すぐ", "unjudged_for": "-1"}, {"ends_within": Code.BAD_COUNT, "unjudged_for": Code.BAD_COUNT}),
        ({"unjudged_for": "99999999"}, {"unjudged_for": Code.BAD_COUNT}),
        ({"flags": ["x"], "sort": "x"}, {"flags": Code.BAD_VALUE, "sort": Code.BAD_VALUE}),
        ({"states": ["x"]}, {"states": Code.BAD_VALUE}),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_under_its_field(entered: dict[str, object], wrong: dict[str, Code]) -> None:
    with pytest.raises(Refusals) as refused:
        read_filter(entered)
    assert {r.field: r.code for r in refused.value.refusals} == wrong


# -- ticks ---------------------------------------------------------------------------------------------------------------


def test_ticks_stay_when_the_page_is_turned_and_go_when_they_are_taken_off() -> None:
    first = Look().turned(2, {"a": True, "b": False})
    second = first.turned(1, {"c": True})
    assert second.chosen == ("a", "c")
    assert second.picking({"a": False, "b": True}).chosen == ("c", "b")


def test_everything_is_chosen_until_it_is_not_and_another_filter_chooses_nothing() -> None:
    everything = Look().picking({"a": True}).choosing(everything=True)
    assert (everything.everything, everything.chosen) == (True, ())
    assert everything.picking({"a": False}).everything
    assert everything.choosing(everything=False).fresh == 2
    assert everything.narrowed(FULL) == Look(filter=FULL, fresh=2)


# -- a page --------------------------------------------------------------------------------------------------------------


async def test_an_empty_ledger(stage: Ledger) -> None:
    page = await listed(stage)
    assert (page.rows, page.total, page.matched, page.pages, page.chosen) == ((), 0, 0, 1, 0)


@pytest.mark.parametrize(("wanted", "shown"), [(1, 1), (2, 2), (4, 4), (99, 4), (0, 1)])
async def test_54_rows_in_pages_of_15(stage: Ledger, wanted: int, shown: int) -> None:
    await fill(stage, 54)
    page = await listed(stage, page=wanted)
    assert (page.page, page.pages, page.total, page.matched) == (shown, 4, 54, 54)
    assert page.rows[0].supplier.name == f"委託先{(shown - 1) * 15:03}"


async def test_54_of_which_12(stage: Ledger) -> None:
    await fill(stage, 54)
    page = await listed(stage, Filter(words="委託先 ００"))
    assert (page.total, page.matched) == (54, 10)
    assert (await listed(stage, FULL)).matched == 0


async def test_a_page_costs_the_same_few_statements_however_it_is_narrowed_and_however_many_there_are(
    stage: Ledger,
) -> None:
    counts = set()
    for count in (1, 40):
        await fill(stage, count)
        for wanted in (ALL, FULL, *(Filter(sort=sort) for sort in Sort)):
            opened = await stage.listing.open(press(SEC), wanted)
            with statements(stage.db) as ran:
                await stage.listing.page(press(SEC), opened.list_id)
            counts.add(len(ran))
    # who asks · the list · how many · which · their tiers (where there are any) · the rows · departments · saved filters
    assert counts == {7, 8}


async def test_the_counts_of_the_home_tab_are_what_the_list_shows(stage: Ledger) -> None:
    await fill(stage, 3)
    for wanted in AT_HOME.values():
        page = await listed(stage, wanted)
        assert page.matched == (3 if Flag.NO_ENDPOINT in wanted.flags else 0)


# -- what is open, and whose it is ----------------------------------------------------------------------------------------


async def test_a_list_of_somebody_else_or_one_that_is_gone_begins_anew(stage: Ledger) -> None:
    await fill(stage, 20)
    opened = await stage.listing.open(press(SEC), Filter(words="001"))
    assert (await stage.listing.page(press(SEC), "gone")).matched == 20
    turned = await stage.listing.turn(press(SEC), "gone", 2, {})
    assert turned.list_id != opened.list_id
    assert (await stage.listing.page(press(SEC), turned.list_id)).page == 2


async def test_old_lists_are_forgotten_when_a_new_one_is_opened(stage: Ledger, clock: StillClock) -> None:
    await listed(stage)
    clock.advance(days=8)
    await listed(stage)
    async with stage.db.read() as tx:
        assert len(await tx.find(OpenList)) == 1


async def test_pressed_twice_counts_once(stage: Ledger) -> None:
    one = await stage.listing.open(press(SEC, key="command/1"))
    assert await stage.listing.open(press(SEC, key="command/1")) == one
    async with stage.db.read() as tx:
        assert len(await tx.find(OpenList)) == 1


# -- filters under a name -------------------------------------------------------------------------------------------------


async def test_a_filter_is_kept_used_replaced_and_deleted(stage: Ledger) -> None:
    await fill(stage, 20)
    opened = await stage.listing.open(press(SEC), Filter(words="001"))
    saved = await stage.listing.save(press(SEC), opened.list_id, " 一番 ", shared=False)
    assert (saved.name, saved.replaced) == ("一番", False)
    assert (await stage.listing.save(press(SEC), opened.list_id, "一番", shared=False)).replaced
    assert not (await stage.listing.save(press(SEC), opened.list_id, "一番", shared=True)).replaced
    await stage.listing.narrow(press(SEC), opened.list_id, ALL)
    page = await stage.listing.page(press(SEC), opened.list_id)
    assert [(s.name, s.shared) for s in page.saved] == [("一番", False), ("一番", True)]
    await stage.listing.use(press(SEC), opened.list_id, page.saved[0].id)
    assert (await stage.listing.page(press(SEC), opened.list_id)).matched == 1
    for one in page.saved:
        await stage.listing.forget(press(SEC), opened.list_id, one.id)
    with pytest.raises(Refusal) as refused:
        await stage.listing.use(press(SEC), opened.list_id, page.saved[0].id)
    assert refused.value.code is Code.NOT_FOUND


async def test_somebody_elses_filter_is_not_there(stage: Ledger, clock: StillClock) -> None:
    async with stage.db.begin("test.saved") as tx:
        for owner in ("", "somebody"):
            tx.add(
                SavedFilter(id=f"f{owner}", owner_id=owner, name="x", body={}, made_by=await _me(tx), at=clock.now())
            )
    page = await listed(stage)
    assert [one.id for one in page.saved] == ["f"]
    for attempt in (stage.listing.use, stage.listing.forget):
        with pytest.raises(Refusal) as refused:
            await attempt(press(SEC), page.list_id, "fsomebody")
        assert refused.value.code is Code.NOT_FOUND


async def _me(tx: Tx) -> str:
    found = await tx.one(Person, slack_user_id=SEC)
    assert found
    return found.id


@pytest.mark.parametrize("who", [ADMIN, OWNER, BOSS, GUEST, OUTSIDER, GONE, STRANGER])
async def test_the_list_is_the_security_teams(stage: Ledger, who: str) -> None:
    await register(stage)
    opened = await stage.listing.open(press(SEC))
    code = Code.UNKNOWN_PERSON if who == STRANGER else Code.NOT_YOURS
    attempts = (
        stage.listing.open(press(who)),
        stage.listing.page(press(who), opened.list_id),
        stage.listing.turn(press(who), opened.list_id, 1, {}),
        stage.listing.narrow(press(who), opened.list_id, ALL),
        stage.listing.save(press(who), opened.list_id, "x", shared=True),
        stage.listing.forget(press(who), opened.list_id, "x"),
        stage.bulk.form(press(who), opened.list_id),
    )
    for attempt in attempts:
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is code


def test_days_begin_at_midnight_where_the_company_is(clock: StillClock) -> None:
    when = when_of(clock.now(), TOKYO)
    assert when.begins(0).isoformat() == "2026-11-25T00:00:00+09:00"
