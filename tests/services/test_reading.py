"""Reading: pages, records, candidates, help; right facts, the same number of statements however much there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.answering import Answer, ReviewQuestion
from bot.domain.ledger import Department, Endpoint, EndpointState, Engagement, Owner, Supplier
from bot.domain.people import SYSTEM, Person, PersonName
from bot.domain.reading import Candidates, Help, LedgerRow, SupplierRecord
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import (
    ChecklistVersion,
    ItemState,
    Judgement,
    JudgementValue,
    Review,
    ReviewItem,
    ReviewState,
    Round,
    RoundState,
)
from bot.services import history
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import (
    ADMIN,
    DEPUTY,
    GONE,
    GUEST,
    NUMBER,
    OUTSIDER,
    OWNER,
    SEC,
    STRANGER,
    Ledger,
    entry,
    ledger,
    listed,
)

HEADER = "名称,部門,業務内容,契約形態,開始日,個人データ\n"


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    made = await ledger(db, clock)
    await made.department()
    return made


@contextmanager
def statements(db: Database, engine: Any = None) -> Iterator[list[str]]:
    """Every statement that the readers run, or another engine of the database."""
    which = (engine or db.reader).sync_engine
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        ran.append(statement)

    event.listen(which, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(which, "before_cursor_execute", note)


async def register(stage: Ledger, **changed: str) -> Supplier:
    async with stage.db.read() as tx:
        department = (await tx.find(Department))[0]
        await stage.registering.submit(press(SEC), entry(department.id, **changed))
        name = changed.get("name", "株式会社みかづき運輸")
        return next(s for s in await tx.find(Supplier) if s.name == name)


async def fill(stage: Ledger, count: int) -> None:
    rows = "".join(f"委託先{n:03},総務部,業務,請負,2026-01-01,なし\n" for n in range(count))
    report = await stage.importing.import_suppliers((HEADER + rows).encode(), dry_run=False, actor=SYSTEM)
    assert report.ok


async def add_endpoint(stage: Ledger, supplier: Supplier, channel: str, state: EndpointState) -> Endpoint:
    endpoint = Endpoint(id=new_id(), supplier_id=supplier.id, channel_id=channel, state=state)
    async with stage.db.begin("test.endpoint") as tx:
        tx.add(endpoint)
    return endpoint


async def add_review(stage: Ledger, supplier: Supplier, state: ReviewState, period: str) -> tuple[Review, ReviewItem]:
    """A review of the supplier's first engagement, in a round of its own."""
    async with stage.db.begin("test.review") as tx:
        engagement = (await tx.find(Engagement, supplier_id=supplier.id))[0]
        version = ChecklistVersion(id=new_id(), key=period, n=1, content_hash=period, body={}, created_at=START)
        tx.add(version)
        await tx.flush()
        due = date(2026, 12, 18)
        made = Round(
            id=new_id(),
            title="年次",
            checklist_version_ids=(version.id,),
            period=period,
            due_on=due,
            attest_by=due,
            state=RoundState.OPEN,
        )
        tx.add(made)
        await tx.flush()
        review = Review(id=new_id(), round_id=made.id, supplier_id=supplier.id, state=state, due_on=due)
        tx.add(review)
        await tx.flush()
        item = ReviewItem(id=new_id(), review_id=review.id, engagement_id=engagement.id, state=ItemState.JUDGED)
        tx.add(item)
    return review, item


async def judge(stage: Ledger, item: ReviewItem, n: int, value: JudgementValue, at: datetime) -> None:
    async with stage.db.begin("test.judge") as tx:
        tx.add(Judgement(id=new_id(), item_id=item.id, n=n, value=value, reason="確認済み", by="x", at=at))


async def only_row(stage: Ledger) -> LedgerRow:
    [row] = (await listed(stage)).rows
    return row


# -- a row --------------------------------------------------------------------------------------------------------------


async def test_a_row_has_everything_beside_it(stage: Ledger) -> None:
    supplier = await register(stage, ends_on="2027-03-31")
    row = await only_row(stage)
    assert (row.supplier.name, row.engagement.business, row.department, row.owner) == (
        "株式会社みかづき運輸",
        "社内便の配送",
        "総務部",
        "高橋 一郎",
    )
    assert (row.engagement.ends_on, row.engagement.personal_data, row.supplier.paused) == (
        date(2027, 3, 31),
        True,
        False,
    )
    assert (row.endpoint, row.judgement, row.judged_on) == (None, None, None)
    await add_endpoint(stage, supplier, "C1", EndpointState.SUSPENDED)
    assert (await only_row(stage)).endpoint is EndpointState.SUSPENDED
    await add_endpoint(stage, supplier, "C2", EndpointState.SEVERED)
    await add_endpoint(stage, supplier, "C3", EndpointState.VERIFIED)
    assert (await only_row(stage)).endpoint is EndpointState.VERIFIED


async def test_the_last_judgement_is_the_latest_over_all_reviews_dated_in_tokyo(stage: Ledger) -> None:
    supplier = await register(stage)
    _, old = await add_review(stage, supplier, ReviewState.CLOSED, "2025")
    _, new = await add_review(stage, supplier, ReviewState.CLOSED, "2026")
    await judge(stage, new, 1, JudgementValue.IMPROVE, datetime(2026, 8, 1, 9, tzinfo=UTC))
    await judge(stage, new, 2, JudgementValue.WATCH, datetime(2026, 8, 16, 15, 30, tzinfo=UTC))
    await judge(stage, old, 1, JudgementValue.NO_CONTRACT, datetime(2025, 8, 1, 9, tzinfo=UTC))
    row = await only_row(stage)
    assert (row.judgement, row.judged_on) == (JudgementValue.WATCH, date(2026, 8, 17))


async def test_a_change_of_owner_and_an_erased_name(stage: Ledger) -> None:
    await register(stage)
    async with stage.db.begin("test.owner") as tx:
        owner = (await tx.find(Owner, role="primary"))[0]
        deputy = await tx.one(Person, slack_user_id=DEPUTY)
        assert deputy
        await tx.put(owner.model_copy(update={"until": START}))
        await tx.flush()
        tx.add(Owner(id=new_id(), engagement_id=owner.engagement_id, person_id=deputy.id, role="primary", since=START))
        name = await tx.need(PersonName, deputy.id)
        await tx.put(name.model_copy(update={"name": ""}))
    assert (await only_row(stage)).owner == DEPUTY
    async with stage.db.begin("test.owner") as tx:
        for owner in await tx.find(Owner, role="primary", until=None):
            await tx.put(owner.model_copy(update={"until": START}))
    assert (await only_row(stage)).owner == ""


# -- one record ----------------------------------------------------------------------------------------------------------


async def show(stage: Ledger, words: str) -> SupplierRecord:
    found = await stage.reading.show(press(SEC), words)
    assert isinstance(found, SupplierRecord)
    return found


@pytest.mark.parametrize(
    "words", [NUMBER, "T7-9999-0100-0001", "㈱ミカヅキ運輸", "ﾐｶﾂﾞｷ", "運輸", "“みかづき　運輸”", "みかづき\u200b"]
)
async def test_found_by_number_name_or_a_part_of_it(stage: Ledger, words: str) -> None:
    await register(stage)
    await register(stage, name="こはく印刷", corporate_number="")
    assert (await show(stage, words)).supplier.name == "株式会社みかづき運輸"


async def test_old_and_new_characters_are_one(stage: Ledger) -> None:
    await register(stage, name="有限会社髙橋商店", corporate_number="")
    assert (await show(stage, "高橋")).supplier.name == "有限会社髙橋商店"


async def test_several_are_candidates_and_an_exact_name_is_that_one(stage: Ledger) -> None:
    await register(stage)
    await register(stage, name="みかづき運輸西日本", corporate_number="")
    found = await stage.reading.show(press(SEC), "みかづき")
    assert isinstance(found, Candidates)
    assert [(c.name, c.corporate_number) for c in found.found] == [
        ("株式会社みかづき運輸", NUMBER),
        ("みかづき運輸西日本", None),
    ]
    assert (found.words, found.total) == ("みかづき", 2)
    assert (await show(stage, "みかづき運輸")).supplier.corporate_number == NUMBER


async def test_of_names_that_are_read_alike_the_one_written_so_is_meant(stage: Ledger) -> None:
    """Without a number there is no other way to name it."""
    await register(stage)
    await register(stage, name="㈱みかづき運輸", corporate_number="")
    assert (await show(stage, "㈱みかづき運輸")).supplier.corporate_number is None
    assert (await show(stage, "株式会社みかづき運輸")).supplier.corporate_number == NUMBER
    assert isinstance(await stage.reading.show(press(SEC), "みかづき運輸"), Candidates)


async def test_many_candidates_are_cut_with_their_count(stage: Ledger) -> None:
    await fill(stage, 40)
    found = await stage.reading.show(press(SEC), "委託先")
    assert isinstance(found, Candidates)
    assert (len(found.found), found.total) == (10, 40)


@pytest.mark.parametrize(
    ("words", "code"),
    [("こはく", Code.NOT_FOUND), ("", Code.BAD_COMMAND), ("%", Code.NOT_FOUND), ("あ" * 999, Code.TOO_LONG)],
)
async def test_not_found(stage: Ledger, words: str, code: Code) -> None:
    await register(stage)
    with pytest.raises(Refusal) as refused:
        await stage.reading.show(press(SEC), words)
    assert refused.value.code is code


async def test_the_whole_record(stage: Ledger) -> None:
    supplier = await register(stage)
    await register(stage, business="倉庫の管理")
    await stage.pausing.switch(press(SEC), NUMBER, on=True)
    stage.clock.advance(hours=1)
    await stage.pausing.switch(press(SEC), NUMBER, on=False)
    endpoint = await add_endpoint(stage, supplier, "C1", EndpointState.VERIFIED)
    review, _ = await add_review(stage, supplier, ReviewState.ANSWERING, "2026")
    await add_review(stage, supplier, ReviewState.CLOSED, "2025")
    await add_answers(stage, review, endpoint)
    record = await show(stage, NUMBER)
    assert {r.engagement.business for r in record.rows} == {"社内便の配送", "倉庫の管理"}
    assert set(record.deputies) == {r.engagement.id for r in record.rows}
    assert set(record.deputies.values()) == {("鈴木 花子",)}
    assert [(e.channel_id, e.state) for e in record.endpoints] == [("C1", EndpointState.VERIFIED)]
    [progress] = record.reviews
    assert (progress.state, progress.answered, progress.asked) == (ReviewState.ANSWERING, 1, 3)
    newest = record.changes[0]
    assert (newest.subject, newest.field, newest.before, newest.after) == ("supplier", "paused", True, False)
    assert newest.actor == "佐藤 守"
    assert [c.field for c in record.changes] == ["paused", "paused", "created", "created", "created"]


async def add_answers(stage: Ledger, review: Review, endpoint: Endpoint) -> None:
    """Four questions: answered, answered and cleared again, not answered, left out."""
    async with stage.db.begin("test.answers") as tx:
        person = await tx.one(Person, slack_user_id=OUTSIDER)
        assert person
        questions = [
            ReviewQuestion(
                id=f"q{n}",
                review_id=review.id,
                endpoint_id=endpoint.id,
                version_id=(await tx.need(Round, review.round_id)).checklist_version_ids[0],
                scope="company",
                key=f"k{n}",
                section="s",
                position=n,
                page=1,
                included=n != 3,
                body={},
            )
            for n in range(4)
        ]
        tx.add(*questions)
        await tx.flush()
        for question, rev, value in (
            ("q0", 1, None),
            ("q0", 2, "yes"),
            ("q1", 1, "yes"),
            ("q1", 2, None),
            ("q3", 1, "yes"),
        ):
            tx.add(
                Answer(
                    id=new_id(),
                    question_id=question,
                    rev=rev,
                    value=value,
                    person_id=person.id,
                    team_id="T0SUP",
                    via="modal",
                    at=START,
                )
            )


async def test_a_record_costs_the_same_few_statements_however_much_it_holds(stage: Ledger) -> None:
    supplier = await register(stage)
    with statements(stage.db) as little:
        await show(stage, NUMBER)
    for n in range(20):
        await register(stage, business=f"業務{n}")
    for n in range(3):
        await add_endpoint(stage, supplier, f"C{n}", EndpointState.VERIFIED)
        await add_review(stage, supplier, ReviewState.SENT, str(n))
    with statements(stage.db) as much:
        await show(stage, NUMBER)
    # who asks · who is meant (2) · engagements · endpoints · reviews · deputies · changes
    assert [len(little), len(much)] == [8, 8]


async def test_only_the_last_ten_changes(stage: Ledger) -> None:
    await register(stage)
    for n in range(12):
        stage.clock.advance(minutes=1)
        await stage.pausing.switch(press(SEC), NUMBER, on=n % 2 == 0)
    record = await show(stage, NUMBER)
    assert len(record.changes) == 10
    assert record.changes[0].at - record.changes[-1].at == timedelta(minutes=9)


# -- help, and who may ---------------------------------------------------------------------------------------------------


async def test_help(stage: Ledger) -> None:
    assert await stage.reading.help(press(SEC)) == Help(full=True, team_chosen=False)
    assert await stage.reading.help(press(ADMIN)) == Help(full=True, team_chosen=False)
    assert await stage.reading.help(press(OWNER)) == Help(full=False, team_chosen=False)
    await stage.team.choose(press(ADMIN), ["!subteam^S1"])
    assert (await stage.reading.help(press(ADMIN))).team_chosen


@pytest.mark.parametrize("who", [GUEST, OUTSIDER, GONE])
async def test_help_is_for_our_own_people(stage: Ledger, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.reading.help(press(who))
    assert refused.value.code is Code.NOT_YOURS


@pytest.mark.parametrize("who", [ADMIN, OWNER, GUEST, OUTSIDER, GONE, STRANGER])
async def test_the_ledger_is_read_by_the_security_team_alone(stage: Ledger, who: str) -> None:
    await register(stage)
    code = Code.UNKNOWN_PERSON if who == STRANGER else Code.NOT_YOURS
    for attempt in (
        stage.reading.show(press(who), NUMBER),
        stage.reading.show(press(who), "こはく"),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is code


async def test_fields_that_only_follow_are_not_in_the_history(stage: Ledger) -> None:
    supplier = await register(stage)
    renamed = supplier.model_copy(update={"name": "みかづき物流", "name_key": "みかづき物流"})
    async with stage.db.begin("test.rename") as tx:
        await tx.get(Supplier, supplier.id)
        await tx.put(renamed)
        tx.add(*history.changed(supplier, renamed, SYSTEM, START + timedelta(hours=1), "test"))
    record = await show(stage, NUMBER)
    assert [c.field for c in record.changes] == ["name", "created", "created"]
    assert record.changes[0].actor == ""  # the template says "the system" in the reader's language
