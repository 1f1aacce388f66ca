"""Rounds: who is in and why, what each recipient would get, and opening it once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, event

from bot.domain.delivery import AuditEvent, CardKind, LiveCard, Notice, NoticeKind
from bot.domain.ledger import Department, Engagement, EngagementState, Owner, Supplier, SupplierState
from bot.domain.people import PersonKind
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.round_views import RoundWish
from bot.domain.rounds import (
    Attestation,
    AttestationState,
    ChecklistVersion,
    Review,
    ReviewItem,
    ReviewState,
    Round,
    RoundDecision,
    RoundState,
)
from bot.services import sending
from bot.services.library import Library
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.rounds import Rounds
from bot.services.telling import CARD, TELL, owner
from message_templates.catalogs import text
from message_templates.inert import inert
from message_templates.round import round_modal
from storage.db import Database
from storage.mapping import row_class
from tests.kit import RecordingChannel, StillClock, press
from tests.ledger_scene import Books, checklists, make_rounds, small_books

WISH = RoundWish(title="2026年度 委託先点検", checklists=("basic",), due_on="2026-12-18", attest_by="2026-12-02")


@pytest.fixture
def advanced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reviews that were let go on, by supplier; what that does is the answering story's."""
    seen: list[str] = []

    async def record(_tx: Any, review: Review, *_times: Any) -> None:
        seen.append(review.supplier_id)

    monkeypatch.setattr(sending, "advance", record)
    return seen


@pytest.fixture
async def books(db: Database) -> Books:
    made = await small_books(db)
    await made.write()
    return made


@pytest.fixture
def service(db: Database, clock: StillClock) -> Rounds:
    return make_rounds(db, clock)


async def everything(db: Database, cls: type[Any], **equals: Any) -> list[Any]:
    async with db.read() as tx:
        return await tx.find(cls, **equals)


async def reasons(db: Database, round_id: str) -> dict[str, str]:
    """What was decided, by what the work is called."""
    async with db.read() as tx:
        names = {e.id: e.business for e in await tx.find(Engagement)}
        return {
            names[d.engagement_id]: f"{d.verdict}:{d.reason}" for d in await tx.find(RoundDecision, round_id=round_id)
        }


# -- the form ------------------------------------------------------------------------------------------------------------


async def test_the_form_proposes_dates_and_offers_supplier_checklists(service: Rounds, books: Books) -> None:
    form = await service.form(press("U0SEC"))
    assert form.dates.attest_by == date(2026, 12, 2)  # five business days after 25 November
    assert form.dates.due_on == date(2026, 12, 23)  # twenty
    assert {"basic", "personal_data"} <= {key for key, _ in form.checklists}
    assert "attestation" not in {key for key, _ in form.checklists}
    assert form.by_policy
    assert [name for _, name in form.departments] == ["人事部", "物流部"]


async def test_a_folder_that_the_policy_does_not_know_has_its_first_list_chosen(
    service: Rounds, books: Books, db: Database
) -> None:
    own = checklists()["basic"].model_copy(update={"key": "our_own"})
    service._library = Library({"our_own": own})
    form = await service.form(press("U0SEC"))
    assert not form.by_policy
    view = round_modal(text("ja"), form)
    (block,) = [b for b in view["blocks"] if b.get("block_id", "").endswith("checklists")]
    assert (block["optional"], [o["value"] for o in block["element"]["initial_options"]]) == (False, ["our_own"])
    with pytest.raises(Refusals) as refused:
        await service.draft(press("U0SEC"), WISH.model_copy(update={"checklists": ()}))
    assert [(r.code, r.field) for r in refused.value.refusals] == [(Code.EMPTY, "checklists")]


@pytest.mark.parametrize("user", ["U0OWNER", "U0OTHER", "U0GUEST", "U0OUT", "U0GONE"])
async def test_only_the_security_team_makes_rounds(service: Rounds, books: Books, db: Database, user: str) -> None:
    drafted = await service.draft(press("U0SEC"), WISH)
    uses = [
        service.form(press(user)),
        service.draft(press(user), WISH),
        service.page(press(user), drafted.round_id, 0),
        service.cancel(press(user), drafted.round_id),
        service.open(press(user), drafted.round_id),
    ]
    for use in uses:
        with pytest.raises(Refusal) as refused:
            await use
        assert refused.value.code is Code.NOT_YOURS
    (only,) = await everything(db, Round)
    assert only.state is RoundState.PREVIEWED


async def test_somebody_we_do_not_know_is_asked_to_wait(service: Rounds, books: Books) -> None:
    with pytest.raises(Refusal) as refused:
        await service.draft(press("U0STRANGER"), WISH)
    assert refused.value.code is Code.UNKNOWN_PERSON


# -- the draft -----------------------------------------------------------------------------------------------------------


async def test_every_engagement_is_decided_with_its_reason_and_nothing_leaves(
    service: Rounds, books: Books, db: Database
) -> None:
    goods = next(d for d in await everything(db, Department) if d.name == "物流部")
    ended = books.supplier("廃業した商店", state=SupplierState.ENDED)
    blocked = books.supplier("取引停止の商店", state=SupplierState.BLOCKED)
    fine = books.supplier("ふつうの商店")
    books.work(ended, goods, "終わった会社", "U0OTHER")
    books.work(blocked, goods, "止めた会社", "U0OTHER")
    books.work(fine, goods, "終わった業務", "U0OTHER", state=EngagementState.ENDED)
    books.work(fine, goods, "昨日までの契約", "U0OTHER", ends_on=date(2026, 11, 24))
    books.work(fine, goods, "今日までの契約", "U0OTHER", ends_on=date(2026, 11, 25))
    await books.write()
    drafted = await service.draft(press("U0SEC"), WISH)
    assert await reasons(db, drafted.round_id) == {
        "給与計算の代行": "in:active",
        "請求書の封入": "in:active",
        "配送業務": "in:owner_missing",
        "清掃業務": "in:active",
        "終わった会社": "out:supplier_not_active",
        "止めた会社": "out:supplier_not_active",
        "終わった業務": "out:not_active",
        "昨日までの契約": "out:contract_over",
        "今日までの契約": "in:active",
    }
    assert not await everything(db, Notice)
    assert not await everything(db, Review)
    (event_,) = await everything(db, AuditEvent, action="round:previewed")
    assert event_.subject_id == drafted.round_id


async def test_a_supplier_under_review_is_not_asked_a_second_time(
    service: Rounds, books: Books, db: Database, advanced: list[str]
) -> None:
    first = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), first.round_id)
    goods = next(d for d in await everything(db, Department) if d.name == "物流部")
    books.work(books.supplier("あたらしい商店"), goods, "新しい業務", "U0OTHER")
    await books.write()
    second = await service.draft(press("U0SEC"), WISH)
    found = await reasons(db, second.round_id)
    assert found.pop("新しい業務") == "in:active"
    assert set(found.values()) == {"out:review_open"}


async def test_departments_narrow_a_round(service: Rounds, books: Books, db: Database) -> None:
    people = next(d for d in await everything(db, Department) if d.name == "人事部")
    drafted = await service.draft(press("U0SEC"), WISH.model_copy(update={"departments": (people.id,)}))
    found = await reasons(db, drafted.round_id)
    assert found.pop("給与計算の代行") == "in:active"
    assert set(found.values()) == {"out:other_department"}
    with pytest.raises(Refusal) as refused:
        await service.draft(press("U0SEC"), WISH.model_copy(update={"departments": ("nowhere",)}))
    assert (refused.value.code, refused.value.field) == (Code.BAD_VALUE, "departments")


async def test_the_same_checklist_is_published_once(service: Rounds, books: Books, db: Database) -> None:
    await service.draft(press("U0SEC"), WISH)
    await service.draft(press("U0SEC"), WISH)
    await service.draft(press("U0SEC"), WISH.model_copy(update={"checklists": ("personal_data",)}))
    versions = await everything(db, ChecklistVersion)
    assert sorted((v.key, v.n) for v in versions) == [("basic", 1), ("personal_data", 1)]
    changed = service._library._files["basic"].model_copy(update={"minutes": 16})
    service._library = Library({"basic": changed})
    await service.draft(press("U0SEC"), WISH)
    assert sorted((v.key, v.n) for v in await everything(db, ChecklistVersion)) == [
        ("basic", 1),
        ("basic", 2),
        ("personal_data", 1),
    ]


@pytest.mark.parametrize(
    ("entered", "refusals"),
    [
        ({"due_on": "2026-12-08"}, [(Code.DUE_TOO_SOON, "due_on")]),  # nine business days
        ({"due_on": ""}, [(Code.EMPTY, "due_on")]),
        ({"due_on": "soon"}, [(Code.BAD_DATE, "due_on")]),
        ({"attest_by": "2026-11-25"}, [(Code.ATTEST_BY_UNFIT, "attest_by")]),
        ({"attest_by": "2026-12-18"}, [(Code.ATTEST_BY_UNFIT, "attest_by")]),
        ({"title": " "}, [(Code.EMPTY, "title")]),
        ({"title": "a\x00b"}, [(Code.BAD_TEXT, "title")]),
        ({"title": "あ" * 61}, [(Code.TOO_LONG, "title")]),
        ({"checklists": ("attestation",)}, [(Code.BAD_VALUE, "checklists")]),
        ({"title": "", "due_on": "2026-11-26"}, [(Code.EMPTY, "title"), (Code.DUE_TOO_SOON, "due_on")]),
    ],
)
async def test_what_is_entered_wrong_is_said_under_its_input_all_at_once(
    service: Rounds, books: Books, db: Database, entered: dict[str, str], refusals: list[tuple[Code, str]]
) -> None:
    with pytest.raises(Refusals) as refused:
        await service.draft(press("U0SEC"), WISH.model_copy(update=entered))
    assert [(r.code, r.field) for r in refused.value.refusals] == refusals
    assert not await everything(db, Round)


async def test_a_deadline_on_a_day_off_moves_to_the_next_business_day(
    service: Rounds, books: Books, db: Database
) -> None:
    await service.draft(press("U0SEC"), WISH.model_copy(update={"due_on": "2026-12-31", "attest_by": "2026-11-28"}))
    (round_,) = await everything(db, Round)
    assert (round_.due_on, round_.attest_by) == (date(2027, 1, 4), date(2026, 11, 30))


async def test_ten_business_days_are_enough(service: Rounds, books: Books, db: Database) -> None:
    await service.draft(press("U0SEC"), WISH.model_copy(update={"due_on": "2026-12-09"}))
    assert len(await everything(db, Round)) == 1


async def test_an_empty_ledger_has_nothing_to_ask(service: Rounds, db: Database) -> None:
    books = Books(db)
    await books.security("U0SEC")
    with pytest.raises(Refusal) as refused:
        await service.draft(press("U0SEC"), WISH)
    assert refused.value.code is Code.NOTHING_IN_SCOPE


# -- the preview ---------------------------------------------------------------------------------------------------------


async def test_the_preview_counts_and_pages_through_every_recipient(service: Rounds, books: Books) -> None:
    drafted = await service.draft(press("U0SEC"), WISH)
    first = await service.page(press("U0SEC"), drafted.round_id, 0)
    assert (first.inside, first.owners, first.suppliers, first.unreachable, first.ownerless) == (4, 2, 3, 1, 1)
    assert first.pages == 5
    pages = [await service.page(press("U0SEC"), drafted.round_id, n) for n in range(first.pages)]
    letters = [p.letter for p in pages if p.letter]
    assert [(x.recipient.kind, x.recipient.name) for x in letters] == [
        ("owner", "U0OTHERの氏名"),
        ("owner", "U0OWNERの氏名"),
        ("supplier", "Sample Cleaning Ltd"),
        ("supplier", "みかづき運輸株式会社"),
        ("supplier", "株式会社みほんデータ"),
    ]
    assert [x.channels for x in letters[2:]] == [(), ("C0TWO",), ("C0ONE",)]
    assert letters[2].language == "en"
    assert (await service.page(press("U0SEC"), drafted.round_id, 99)).page == 4  # too far is the last


async def test_what_is_previewed_is_what_is_sent(
    service: Rounds, books: Books, db: Database, clock: StillClock, advanced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TELL, NoticeKind.DIGEST, owner.TELL[NoticeKind.DIGEST])
    monkeypatch.setitem(TELL, NoticeKind.OWNER_MISSING, owner.TELL[NoticeKind.OWNER_MISSING])
    monkeypatch.setitem(CARD, CardKind.DIGEST, owner.CARD[CardKind.DIGEST])
    drafted = await service.draft(press("U0SEC"), WISH)
    pages = [await service.page(press("U0SEC"), drafted.round_id, n) for n in range(2)]
    await service.open(press("U0SEC"), drafted.round_id)
    channel = RecordingChannel()
    await Outbox(db, clock, channel, Delivery(60, 30, 0, look_age=1e9), "test", lambda _point: None).drain()
    sent = {place: message for place, message, _, _ in channel.posted if "の現況" in str(message.blocks)}
    assert set(sent) == {"user:U0OWNER", "user:U0OTHER"}
    by_id = {p.id: p.slack_user_id for p in books.people.values()}
    for page in pages:
        assert page.letter
        message = sent[f"user:{by_id[page.letter.recipient.id]}"]
        t = text(page.letter.language)
        assert inert(t, page.letter.blocks) == inert(t, message.blocks)


# -- opening -------------------------------------------------------------------------------------------------------------


async def test_opening_writes_reviews_items_attestations_and_one_digest_each(
    service: Rounds, books: Books, db: Database, advanced: list[str]
) -> None:
    drafted = await service.draft(press("U0SEC"), WISH)
    opened = await service.open(press("U0SEC"), drafted.round_id)
    assert (opened.opened, opened.owners, opened.suppliers) == (True, 2, 3)
    (round_,) = await everything(db, Round)
    assert (round_.state, round_.opened_by) == (RoundState.OPEN, books.people["U0SEC"].id)
    reviews = await everything(db, Review)
    assert {(r.state, r.due_on) for r in reviews} == {(ReviewState.AWAITING_OWNER, date(2026, 12, 18))}
    assert len(reviews) == 3
    assert len(await everything(db, ReviewItem)) == 4
    digests = await everything(db, Notice, kind="digest")
    assert sorted(n.place for n in digests) == sorted(f"person:{books.people[u].id}" for u in ("U0OWNER", "U0OTHER"))
    assert {n.subject_id for n in digests} == {round_.id}
    cards = await everything(db, LiveCard)
    assert {(c.kind, c.place) for c in cards} == {(CardKind.DIGEST, books.people[u].id) for u in ("U0OWNER", "U0OTHER")}
    (event_,) = await everything(db, AuditEvent, action="round:opened")
    assert event_.detail == {"reviews": 3, "engagements": 4}


async def test_work_without_anybody_lapses_at_once_and_the_security_team_hears_of_it(
    service: Rounds, books: Books, db: Database, advanced: list[str]
) -> None:
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), drafted.round_id)
    lapsed = [a for a in await everything(db, Attestation) if a.state is AttestationState.LAPSED]
    assert [a.owner_id for a in lapsed] == [books.people["U0GONE"].id]
    (missing,) = await everything(db, Notice, kind="owner_missing")
    assert missing.place == f"person:{books.people['U0SEC'].id}"
    two = next(s.id for s in await everything(db, Supplier) if s.name == "みかづき運輸株式会社")
    assert advanced == [two]  # nobody to wait for: the supplier is asked at once


@pytest.mark.parametrize(
    ("deputy", "escalation", "asked"),
    [("U0DEPUTY", "U0BOSS", "U0DEPUTY"), ("U0GONE", "U0BOSS", "U0BOSS"), ("", "U0BOSS", "U0BOSS")],
)
async def test_without_a_primary_owner_the_next_in_line_is_asked(
    db: Database, service: Rounds, advanced: list[str], deputy: str, escalation: str, asked: str
) -> None:
    books = await small_books(db)
    books.rows.clear()
    department = books.department("法務部", "U0GONE", escalation=escalation)
    books.work(books.supplier("商店"), department, "翻訳", "U0GONE", deputy)
    await books.write()
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), drafted.round_id)
    (attestation,) = await everything(db, Attestation)
    assert (attestation.owner_id, attestation.state) == (books.people[asked].id, AttestationState.ASKED)
    assert [n.place for n in await everything(db, Notice, kind="digest")] == [f"person:{books.people[asked].id}"]
    assert len(await everything(db, Notice, kind="owner_missing")) == 1
    assert advanced == []


async def test_a_guest_who_is_named_as_owner_is_not_asked(db: Database, service: Rounds, advanced: list[str]) -> None:
    books = await small_books(db)
    books.rows.clear()
    books.work(books.supplier("商店"), books.department("法務部", "U0GUEST"), "翻訳", "U0GUEST")
    await books.write()
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), drafted.round_id)
    (attestation,) = await everything(db, Attestation)
    assert attestation.state is AttestationState.LAPSED
    assert books.people["U0GUEST"].kind is PersonKind.GUEST


async def test_forty_engagements_of_one_owner_are_one_digest(
    db: Database, service: Rounds, advanced: list[str]
) -> None:
    books = await small_books(db)
    books.rows.clear()
    department = books.department("総務部", "U0OWNER")
    for number in range(40):
        books.work(books.supplier(f"商店{number:02}"), department, f"業務{number:02}", "U0OWNER")
    await books.write()
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), drafted.round_id)
    assert len(await everything(db, Attestation)) == 40
    assert len(await everything(db, Notice)) == 1


async def test_pressed_twice_it_opens_once(service: Rounds, books: Books, db: Database, advanced: list[str]) -> None:
    drafted = await service.draft(press("U0SEC", key="one"), WISH)
    assert await service.draft(press("U0SEC", key="one"), WISH) == drafted
    opened = await service.open(press("U0SEC", key="two"), drafted.round_id)
    assert await service.open(press("U0SEC", key="two"), drafted.round_id) == opened
    with pytest.raises(Refusal) as refused:
        await service.open(press("U0SEC", key="three"), drafted.round_id)
    assert refused.value.code is Code.ROUND_NOT_DRAFT
    assert len(await everything(db, Round)) == 1
    assert len(await everything(db, Review)) == 3
    assert len(await everything(db, Notice, kind="digest")) == 2


async def test_a_cancelled_round_is_never_opened(
    service: Rounds, books: Books, db: Database, advanced: list[str]
) -> None:
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.cancel(press("U0SEC"), drafted.round_id)
    for use in (service.open, service.cancel):
        with pytest.raises(Refusal) as refused:
            await use(press("U0SEC"), drafted.round_id)
        assert refused.value.code is Code.ROUND_NOT_DRAFT
    assert not await everything(db, Notice)


async def test_what_changed_since_the_preview_is_previewed_again(
    service: Rounds, books: Books, db: Database, advanced: list[str]
) -> None:
    drafted = await service.draft(press("U0SEC"), WISH)
    async with db.begin("test.change") as tx:
        (work,) = await tx.find(Engagement, business="清掃業務")
        await tx.put(work.model_copy(update={"state": EngagementState.ENDED}))
    again = await service.open(press("U0SEC"), drafted.round_id)
    assert not again.opened
    assert not await everything(db, Review)
    assert (await reasons(db, drafted.round_id))["清掃業務"] == "out:not_active"
    opened = await service.open(press("U0SEC"), drafted.round_id)
    assert (opened.opened, opened.suppliers) == (True, 2)


async def test_an_owner_who_left_since_the_preview_is_previewed_again(
    service: Rounds, books: Books, db: Database, advanced: list[str]
) -> None:
    drafted = await service.draft(press("U0SEC"), WISH)
    await books.person("U0OWNER", active=False)
    assert not (await service.open(press("U0SEC"), drafted.round_id)).opened
    page = await service.page(press("U0SEC"), drafted.round_id, 0)
    assert page.ownerless == 2
    assert (await service.open(press("U0SEC"), drafted.round_id)).opened
    places = {n.place for n in await everything(db, Notice, kind="digest")}
    assert f"person:{books.people['U0DEPUTY'].id}" in places


async def test_a_narrowed_round_stays_narrow_when_it_is_opened(
    service: Rounds, books: Books, db: Database, advanced: list[str]
) -> None:
    people = next(d for d in await everything(db, Department) if d.name == "人事部")
    drafted = await service.draft(press("U0SEC"), WISH.model_copy(update={"departments": (people.id,)}))
    opened = await service.open(press("U0SEC"), drafted.round_id)
    assert (opened.opened, opened.owners, opened.suppliers) == (True, 1, 1)


async def test_a_preview_that_lay_too_long_is_refused(
    service: Rounds, books: Books, db: Database, clock: StillClock, advanced: list[str]
) -> None:
    drafted = await service.draft(press("U0SEC"), WISH)
    clock.advance(days=14)
    with pytest.raises(Refusal) as refused:
        await service.open(press("U0SEC"), drafted.round_id)
    assert refused.value.code is Code.DUE_TOO_SOON
    assert not await everything(db, Review)


# -- size ----------------------------------------------------------------------------------------------------------------


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Every statement that reaches the database."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(db.writer.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.writer.sync_engine, "before_cursor_execute", note)


async def many(db: Database, suppliers: int) -> None:
    books = await small_books(db)
    books.rows.clear()
    owners = [await books.person(f"U0P{n:03}") for n in range(20)]
    departments = [books.department(f"部門{n}", p.slack_user_id) for n, p in enumerate(owners)]
    for number in range(suppliers):
        supplier = books.supplier(f"商店{number}")
        for part in range(2):
            which = (number + part) % len(owners)
            books.work(supplier, departments[which], f"業務{part}", owners[which].slack_user_id)
    await books.write()


async def test_two_thousand_engagements_open_with_as_many_statements_as_two_hundred(
    db: Database, service: Rounds, advanced: list[str]
) -> None:
    counted = {}
    for suppliers in (100, 1000):
        await _clear(db)
        await many(db, suppliers)
        with statements(db) as drafting:
            drafted = await service.draft(press("U0SEC"), WISH)
        with statements(db) as opening:
            opened = await service.open(press("U0SEC"), drafted.round_id)
        assert (opened.suppliers, opened.owners) == (suppliers, 20)
        counted[suppliers] = (len(drafting), len(opening))
    assert counted[1000][0] <= counted[100][0] + 1  # decisions are written in chunks of a thousand
    assert counted[1000][1] == counted[100][1]
    assert counted[1000][1] < 40
    assert len(await everything(db, RoundDecision)) == 2000


async def _clear(db: Database) -> None:
    async with db.begin("test.clear") as tx:
        for cls in (
            Attestation,
            ReviewItem,
            Review,
            RoundDecision,
            Round,
            Notice,
            LiveCard,
            Owner,
            Engagement,
            Department,
        ):
            await tx.run(delete(row_class(cls)))
