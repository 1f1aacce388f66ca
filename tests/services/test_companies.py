"""Finding a company for the form: what is offered while somebody types, what the national register adds, what races do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from bot.domain.ledger import Supplier, SupplierState
from bot.domain.national_register import Answer, RegisterEntry, read_row
from bot.domain.refusal import Code, Refusal
from bot.domain.registering import Company
from bot.services.companies import Chosen
from bot.services.ports import RegisterFailed
from storage import national_register
from storage.db import Database
from storage.tx import Taken
from tests.kit import StillClock, press
from tests.register_imitation import MIKAZUKI, NEW, OLD, ROWS, number, row
from tests.services.ledger_stage import GUEST, OWNER, SEC, Ledger, entry, ledger

DAY = date(2026, 11, 25)
ENTRIES = [e for _, e in (read_row(r, 1, DAY) for r in ROWS) if e]


class Paper:
    """A national register that answers as told."""

    def __init__(self) -> None:
        self.entries: Sequence[RegisterEntry] = ENTRIES
        self.fails: RegisterFailed | None = None
        self.asked: list[tuple[str, ...]] = []

    async def numbered(self, numbers: Sequence[str], today: date) -> Answer:
        self.asked.append(tuple(numbers))
        return self._answer(tuple(e for e in self.entries if e.id in numbers))

    async def named(self, name: str, today: date) -> Answer:
        self.asked.append((name,))
        return self._answer(tuple(e for e in self.entries if name in e.name))

    def _answer(self, found: tuple[RegisterEntry, ...]) -> Answer:
        if self.fails:
            raise self.fails
        return Answer(count=len(found), entries=found)


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
async def stage(db: Database, clock: StillClock, paper: Paper) -> Ledger:
    made = await ledger(db, clock, paper)
    await made.department()
    return made


async def imported(stage: Ledger, *entries: RegisterEntry) -> None:
    async with stage.db.begin("test.imported") as tx:
        await national_register.replace(tx, entries or ENTRIES)


async def asked(stage: Ledger, number_: str, name: str = "", who: str = SEC) -> Company | None:
    wanted = await stage.companies.want(press(who), number_, name)
    return (await stage.companies.find(wanted)).company


# -- while somebody types ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["みか", "ミカ", "㈱みかづき", "ﾐｶﾂﾞｷ", "7999-9010", "Ｔ７９９９９０１", MIKAZUKI])
async def test_our_own_come_first_and_nobody_is_offered_twice(stage: Ledger, typed: str) -> None:
    await imported(stage, *ENTRIES, read_row(row(5, "みかん商会", "ミカンショウカイ"), 1, DAY)[1])  # type: ignore[arg-type]
    async with stage.db.read() as tx:
        department = (await stage.companies.form(press(SEC))).departments[0].id
        assert await national_register.any_there(tx)
    await stage.registering.submit(press(SEC), entry(department))
    found = await stage.companies.suggest(press(OWNER), typed)
    assert [c.name for c in found.ours] == ["株式会社みかづき運輸"]
    assert MIKAZUKI not in [c.number for c in found.others]


async def test_a_reading_finds_it_and_closed_ones_stand_last(stage: Ledger) -> None:
    await imported(stage, *ENTRIES, read_row(row(6, "旧みどり商店"), 1, DAY)[1])  # type: ignore[arg-type]
    assert [c.number for c in (await stage.companies.suggest(press(SEC), "こはく")).others] == [number(2)]
    assert [c.number for c in (await stage.companies.suggest(press(SEC), "コハクイン")).others] == [number(2)]
    assert [c.number for c in (await stage.companies.suggest(press(SEC), "旧みどり")).others] == [number(6), OLD]


@pytest.mark.parametrize("typed", ["%%", "__", "'; DROP", "=HYPERLINK(", "<!channel>", "あ" * 30_000, "\u202e\u202e"])
async def test_whatever_is_typed_is_answered(stage: Ledger, typed: str) -> None:
    await imported(stage)
    found = await stage.companies.suggest(press(SEC), typed)
    assert (found.ours, found.others) == ((), ())


async def test_nobody_else_may_look(stage: Ledger) -> None:
    for attempt in (
        lambda: stage.companies.suggest(press(GUEST), "みか"),
        lambda: stage.companies.form(press(GUEST)),
        lambda: stage.companies.want(press(GUEST), MIKAZUKI, ""),
        lambda: stage.companies.choose(press(GUEST), Chosen(number=MIKAZUKI)),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt()
        assert refused.value.code is Code.NOT_YOURS


# -- the national register -----------------------------------------------------------------------------------------------


async def test_what_it_says_is_shown_and_goes_into_the_record(stage: Ledger, paper: Paper) -> None:
    company = await asked(stage, "Ｔ7-9999-0100-0001")
    assert company == Company(
        number=MIKAZUKI,
        name="株式会社みかづき運輸",
        reading="ミカヅキウンユ",
        address="東京都架空区みほん町1丁目2番3号",
        seen_on=DAY,
    )
    assert paper.asked == [(MIKAZUKI,)]
    department = (await stage.companies.form(press(SEC))).departments[0].id
    await stage.registering.submit(press(SEC), entry(department))
    async with stage.db.read() as tx:
        [supplier] = await tx.find(Supplier)
    told = (supplier.reading, supplier.address, supplier.register_checked_on, supplier.closed_on)
    assert told == ("ミカヅキウンユ", "東京都架空区みほん町1丁目2番3号", DAY, None)


async def test_a_company_that_was_merged_away_warns_with_its_successor(stage: Ledger) -> None:
    await imported(stage)
    company = await asked(stage, OLD)
    assert company
    assert (company.closed_on, company.cause, company.successor) == (date(2025, 3, 31), "11", NEW)
    assert company.successor_name == "みどり食品ホールディングス株式会社"
    department = (await stage.companies.form(press(SEC))).departments[0].id
    done = await stage.registering.submit(
        press(SEC), entry(department, corporate_number=OLD, name="株式会社旧みどり食品")
    )
    assert (done.closed_on, done.successor) == (date(2025, 3, 31), NEW)  # a warning, never a block
    async with stage.db.read() as tx:
        [supplier] = await tx.find(Supplier)
    assert (supplier.closed_on, supplier.successor_number) == (date(2025, 3, 31), NEW)


@pytest.mark.parametrize(
    "wrong", ["7999901000002", "0999901000001", "799990100000①", "79999010000²1", "٧999901000001", "7.9999E+12", "123"]
)
async def test_a_number_that_cannot_be_one_is_refused_before_any_call(stage: Ledger, paper: Paper, wrong: str) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.companies.want(press(SEC), wrong, "みかづき")
    assert refused.value.field == "corporate_number"
    assert paper.asked == []


async def test_several_are_offered_and_none_is_said(stage: Ledger) -> None:
    several = await stage.companies.find(await stage.companies.want(press(SEC), "", "みどり食品"))
    assert [c.number for c in several.found] == [OLD, NEW]
    assert (several.company, several.count, several.note) == (None, 2, None)
    chosen = await stage.companies.choose(press(SEC), Chosen(number=NEW))  # what was found is in the look-up now
    assert chosen.company
    assert chosen.company.name == "みどり食品ホールディングス株式会社"
    none = await stage.companies.find(await stage.companies.want(press(SEC), "", "どこにもない"))
    assert (none.company, none.found, none.note) == (None, (), "none")


@pytest.mark.parametrize(
    "reason", ["limited", "waiting", "timeout", "unreachable", "down", "refused", "garbage", "too_big"]
)
async def test_when_it_does_not_tell_the_form_says_so_and_shows_what_is_known(
    stage: Ledger, paper: Paper, reason: str
) -> None:
    paper.fails = RegisterFailed(reason, 7.2)
    form = await stage.companies.find(await stage.companies.want(press(SEC), MIKAZUKI, ""))
    assert (form.note, form.seconds, form.company) == (reason, 8, None)
    await imported(stage)
    form = await stage.companies.find(await stage.companies.want(press(SEC, key="again"), MIKAZUKI, ""))
    assert form.company
    assert form.note == reason


async def test_a_record_of_ours_is_shown_as_ours(stage: Ledger) -> None:
    department = (await stage.companies.form(press(SEC))).departments[0].id
    await stage.registering.submit(press(SEC), entry(department))
    company = await asked(stage, MIKAZUKI)
    assert company
    assert company.supplier_id


# -- registering for a record that was chosen ----------------------------------------------------------------------------


async def test_the_record_that_was_chosen_gets_the_work_also_without_a_number(stage: Ledger) -> None:
    department = (await stage.companies.form(press(SEC))).departments[0].id
    await stage.registering.submit(
        press(SEC), entry(department, name="髙橋商店", corporate_number="", kind="sole_trader")
    )
    async with stage.db.read() as tx:
        [supplier] = await tx.find(Supplier)
    more = entry(department, name="", corporate_number="", kind="company", business="配達")
    done = await stage.registering.submit(press(SEC), more, supplier.id)
    assert (done.supplier, done.added) == ("髙橋商店", True)
    with pytest.raises(Refusal) as refused:
        await stage.registering.submit(press(SEC), more, supplier.id)
    assert refused.value.code is Code.ENGAGEMENT_EXISTS
    with pytest.raises(Refusal) as refused:
        await stage.registering.submit(press(SEC), more, "gone")
    assert refused.value.code is Code.NOT_FOUND


async def test_what_nobody_had_said_of_a_record_is_added_to_it(stage: Ledger) -> None:
    department = (await stage.companies.form(press(SEC))).departments[0].id
    await stage.registering.submit(press(SEC), entry(department))
    await stage.registering.submit(press(SEC), entry(department, business="倉庫の管理", subcontracts="yes"))
    async with stage.db.read() as tx:
        [supplier] = await tx.find(Supplier)
    assert supplier.subcontracts is True


# -- two presses -----------------------------------------------------------------------------------------------------------


def view_press(moment: str, view: str = "V1") -> str:
    return f"action/{view}/vr1.register_company/vr1.f.company/{moment}/{SEC}"


async def test_the_press_that_came_last_is_the_newest_whatever_their_order_here(stage: Ledger) -> None:
    await imported(stage)
    first, last = (press(SEC, key=view_press(m)) for m in ("1700000000.000900", "1700000000.001000"))
    other = press(SEC, key=view_press("1800000000.000000", "V2"))
    for one in (last, first, other):
        await stage.companies.choose(one, Chosen(number=MIKAZUKI))
    assert [await stage.companies.newest(p) for p in (first, last, other)] == [False, True, True]
    department = (await stage.companies.form(press(SEC))).departments[0].id
    with pytest.raises(Refusal):
        await stage.registering.submit(press(SEC, key=f"submit/V1/h/{SEC}/0"), entry("nowhere"))
    assert await stage.companies.newest(last)  # a form that was refused stands there still
    await stage.registering.submit(press(SEC, key=f"submit/V1/h/{SEC}/1"), entry(department))
    assert not await stage.companies.newest(last)


async def test_a_record_whose_work_was_all_over_is_found_again(stage: Ledger) -> None:
    department = (await stage.companies.form(press(SEC))).departments[0]
    await stage.registering.submit(press(SEC), entry(department.id, corporate_number="", name="こはく商店"))
    async with stage.db.begin("test.ended") as tx:
        [record] = await tx.find(Supplier)
        await tx.put(record.model_copy(update={"state": SupplierState.ENDED}))
    assert [c.supplier_id for c in (await stage.companies.suggest(press(SEC), "こはく")).ours] == [record.id]
    async with stage.db.begin("test.merged") as tx:
        await tx.put((await tx.need(Supplier, record.id)).model_copy(update={"state": SupplierState.MERGED}))
    assert (await stage.companies.suggest(press(SEC), "こはく")).ours == ()


async def test_two_processes_that_keep_one_answer_at_once(stage: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other was faster: the form is filled all the same."""

    async def taken(*_: object) -> None:
        raise Taken("register_entry")

    monkeypatch.setattr(national_register, "replace", taken)
    assert (await asked(stage, MIKAZUKI)) is not None
