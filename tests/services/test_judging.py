"""Judging: exactly what was submitted, a reason for each piece of work, one commit, and a reason that stays inside."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

import pytest

from bot.domain.answering import Answer, ReviewQuestion, Submission
from bot.domain.delivery import CardKind, LiveCard, NoticeKind, NoticeState
from bot.domain.judging import PORTION, Dossier, Verdict
from bot.domain.ledger import Endpoint, EndpointState, Engagement, Owner, OwnerRole
from bot.domain.people import PersonKind
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.rounds import ItemState, Judgement, JudgementValue, Review, ReviewItem, ReviewState, RoundState
from bot.services.desk import Desk
from bot.services.judging import Judging
from bot.services.recipients import channel_place
from bot.services.telling.base import new_notice
from storage import judging as queries
from storage import notices as outbox
from storage.db import Database
from storage.ids import new_id
from tests.chase_stage import HOURS, Town, audits, change, notices, round_of, statements, submitted, tokyo
from tests.kit import START, StillClock, press, remember, seen
from tests.scene import Stage, stage

SUPPLIER, OWNER, SECURITY = "channel:C0SUP1", "user:U0OWNER", "user:U0SEC"
SECRET = "内部メモ:現地の施錠に不安がある"
LETTER = "多要素認証の導入時期をお聞かせください。"


@dataclass
class Court:
    """A submitted review with everything that is needed to judge it."""

    s: Stage
    town: Town
    judging: Judging
    submission: Submission

    async def open(self, user: str = "U0SEC") -> Dossier:
        return await self.judging.open(press(user), self.s.review.id)

    async def judge(self, value: str = "ok", user: str = "U0SEC", key: str = "", shown: str = "", **more: str):
        shown = shown or (await self.open(user)).seen
        verdict = Verdict(item_id=self.s.item.id, value=value, **({"reason": SECRET} | more))
        return await self.judging.submit(press(user, key=key), self.s.review.id, shown, [verdict])


@pytest.fixture
async def court(db: Database, clock: StillClock) -> Court:
    s = await stage(db, clock)
    town = Town(db, clock)
    await town.tick()  # the hub
    submission = await submitted(db, s, tokyo("2026-12-10"), {"mfa_external": "no", "malware_protection": "partly"})
    clock.business = tokyo("2026-12-11")
    return Court(s, town, Judging(Desk(db, clock, ""), HOURS), submission)


async def judgements(db: Database) -> list[Judgement]:
    async with db.read() as tx:
        return await tx.find(Judgement, order="at")


async def state(db: Database, s: Stage) -> tuple[ReviewState, ItemState, RoundState]:
    async with db.read() as tx:
        item = await tx.need(ReviewItem, s.item.id)
        return (await tx.need(Review, s.review.id)).state, item.state, (await round_of(db, s)).state


async def add_work(db: Database, s: Stage, n: int, endpoint_id: str | None = None) -> ReviewItem:
    """One more piece of work in the review, of the same owner."""
    engagement = Engagement(
        id=new_id(),
        supplier_id=s.supplier.id,
        department_id=s.engagement.department_id,
        endpoint_id=endpoint_id,
        business=f"業務{n:02}",
        starts_on=date(2025, 4, 1),
        created_at=START,
    )
    item = ReviewItem(id=new_id(), review_id=s.review.id, engagement_id=engagement.id)
    owner = Owner(id=new_id(), engagement_id=engagement.id, person_id=s.owner.id, role=OwnerRole.PRIMARY, since=START)
    async with db.begin("test.work") as tx:
        for value in (engagement, item, owner):
            tx.add(value)
            await tx.flush()
    return item


# -- what the judge sees -------------------------------------------------------------------------------------------------


async def test_risky_answers_come_first_the_critical_ones_before_the_others(court: Court) -> None:
    dossier = await court.open()
    assert [a.question.key for a in dossier.risks][:2] == ["mfa_external", "malware_protection"]
    assert {a.question.key for a in dossier.answers[:2]} == {"mfa_external", "malware_protection"}
    assert all(a.risk is None for a in dossier.answers[2:])
    counts = dossier.counts
    assert (counts.no, counts.partly) == (1, 1)
    assert sum(counts.model_dump().values()) == len(dossier.answers) == 25


async def test_the_submission_is_named_with_its_day_and_how_late_it_was(court: Court, db: Database) -> None:
    dossier = await court.open()
    assert [(h.name, h.role, h.on, h.late) for h in dossier.handed] == [
        ("安藤 花", "情報システム部", date(2026, 12, 10), 0)
    ]
    await change(db, court.submission, at=tokyo("2026-12-19", "00:10"))
    assert (await court.open()).handed[0].late == 1


async def test_only_the_submitted_revisions_count(court: Court, db: Database) -> None:
    async with db.begin("test.later") as tx:
        question = (await tx.find(ReviewQuestion, review_id=court.s.review.id, key="mfa_external"))[0]
        tx.add(
            Answer(
                id=new_id(),
                question_id=question.id,
                rev=2,
                value="yes",
                person_id=court.s.answerers[0].id,
                team_id="T0SUP1",
                via="slack",
                at=tokyo("2026-12-11"),
            )
        )
    assert [a.value for a in (await court.open()).answers if a.question.key == "mfa_external"] == ["no"]


async def test_a_case_costs_the_same_number_of_statements_whatever_its_size(court: Court, db: Database) -> None:
    async def cost() -> int:
        async with db.read() as tx:
            with statements(db) as seen_:
                await queries.case(tx, court.s.review.id)
        return len(seen_)

    assert await cost() == queries.STATEMENTS
    for n in range(15):
        await add_work(db, court.s, n)
    assert await cost() == queries.STATEMENTS


# -- a judgement ---------------------------------------------------------------------------------------------------------


async def test_one_commit_holds_judgement_states_audit_and_everybodys_outcome(court: Court, db: Database) -> None:
    commits: list[str] = []
    db._observer = commits.append
    done = await court.judge("improve", until="2027-12-31", letter=LETTER)
    assert commits == ["commit:judging.submit:before", "commit:judging.submit:after"]
    assert (done.judged, done.remaining) == (1, 0)
    (judgement,) = await judgements(db)
    assert (judgement.n, judgement.value, judgement.reason) == (1, JudgementValue.IMPROVE, SECRET)
    assert (judgement.submission_id, judgement.by) == (court.submission.id, court.s.security.id)
    assert judgement.valid_until == date(2027, 12, 31)
    assert await state(db, court.s) == (ReviewState.JUDGED, ItemState.JUDGED, RoundState.CLOSED)
    (audit,) = await audits(db, "item:judged")
    assert (audit.reason, audit.actor_id) == ("improve", court.s.security.id)
    assert SECRET not in str(audit)
    assert len(await notices(db, NoticeKind.OUTCOME_SUPPLIER)) == len(await notices(db, NoticeKind.OUTCOME_OWNER)) == 1


async def test_a_form_sent_twice_counts_once(court: Court, db: Database) -> None:
    shown = (await court.open()).seen
    first = await court.judge(key="same", shown=shown)
    again = await court.judge(key="same", shown=shown)
    assert first == again
    assert len(await judgements(db)) == 1
    assert len(await notices(db, NoticeKind.OUTCOME_OWNER)) == 1


async def test_two_judges_at_once_the_second_is_told_so(court: Court, db: Database) -> None:
    await remember(db, seen("U0SEC"), seen("U0SEC2"), group="security")
    shown = (await court.open()).seen
    done = await asyncio.gather(
        court.judge("ok", "U0SEC", shown=shown),
        court.judge("no_contract", "U0SEC2", shown=shown),
        return_exceptions=True,
    )
    refused = [r for r in done if isinstance(r, Refusal)]
    assert [r.code for r in refused] == [Code.ALREADY_JUDGED]
    assert len(await judgements(db)) == 1
    assert len(await notices(db, NoticeKind.OUTCOME_SUPPLIER)) == 1


async def test_a_late_second_judge_cannot_even_open_it(court: Court, db: Database) -> None:
    await court.judge()
    with pytest.raises(Refusal) as refused:
        await court.open()
    assert refused.value.code is Code.ALREADY_JUDGED


async def test_what_arrived_after_the_form_was_opened_is_not_judged_unseen(court: Court, db: Database) -> None:
    shown = (await court.open()).seen
    async with db.begin("test.corrected") as tx:
        tx.add(court.submission.model_copy(update={"id": new_id(), "n": 2}))
    with pytest.raises(Refusal) as refused:
        await court.judge(shown=shown)
    assert refused.value.code is Code.PAGE_EXPIRED
    assert await judgements(db) == []


@pytest.mark.parametrize(
    ("entered", "refused"),
    [
        ({"reason": ""}, {"reason": Code.NO_REASON}),
        ({"reason": " \n "}, {"reason": Code.NO_REASON}),
        ({"reason": "あ" * 30_000}, {"reason": Code.TOO_LONG}),
        ({"reason": "x\x00y"}, {"reason": Code.BAD_TEXT}),
        ({"value": ""}, {"value": Code.BAD_VALUE}),
        ({"value": "approved"}, {"value": Code.BAD_VALUE}),
        ({"until": "2026-12-10"}, {"until": Code.BAD_VALUE}),
        ({"until": "soon"}, {"until": Code.BAD_DATE}),
        ({"letter": "x" * 1001}, {"letter": Code.TOO_LONG}),
        ({"value": "", "reason": ""}, {"value": Code.BAD_VALUE, "reason": Code.NO_REASON}),
    ],
)
async def test_what_has_to_be_mended_stands_under_its_field_and_nothing_is_saved(
    court: Court, db: Database, entered: dict[str, str], refused: dict[str, Code]
) -> None:
    with pytest.raises((Refusal, Refusals)) as told:
        await court.judge(**{"value": "ok", **entered})
    every = told.value.refusals if isinstance(told.value, Refusals) else [told.value]
    assert {r.field: r.code for r in every} == {f"{name}.{court.s.item.id}": code for name, code in refused.items()}
    assert await judgements(db) == []
    assert (await state(db, court.s))[0] is ReviewState.SUBMITTED


async def test_a_corrected_form_passes(court: Court) -> None:
    shown = (await court.open()).seen
    with pytest.raises(Refusals):
        await court.judge(shown=shown, reason="")
    assert (await court.judge(shown=shown)).judged == 1


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (ReviewState.SENT, Code.NOT_READY),
        (ReviewState.ANSWERING, Code.NOT_READY),
        (ReviewState.RETURNED, Code.NOT_READY),
        (ReviewState.JUDGED, Code.ALREADY_JUDGED),
        (ReviewState.CLOSED, Code.ALREADY_JUDGED),
        (ReviewState.CANCELLED, Code.CLOSED),
    ],
)
async def test_what_cannot_be_judged_says_why(court: Court, db: Database, now: ReviewState, code: Code) -> None:
    shown = (await court.open()).seen
    await change(db, court.s.review, state=now)
    for attempt in (court.open(), court.judge(shown=shown)):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is code


async def test_work_of_another_review_or_withdrawn_work_is_not_judged(court: Court, db: Database) -> None:
    shown = (await court.open()).seen
    stray = Verdict(item_id=new_id(), value="ok", reason="x")
    with pytest.raises(Refusal) as refused:
        await court.judging.submit(press("U0SEC"), court.s.review.id, shown, [stray])
    assert refused.value.code is Code.NOT_FOUND
    with pytest.raises(Refusal) as refused:
        await court.judging.submit(press("U0SEC"), court.s.review.id, shown, [])
    assert refused.value.code is Code.NOT_FOUND
    await change(db, court.s.item, state=ItemState.WITHDRAWN)
    with pytest.raises(Refusal) as refused:
        await court.judge(shown=shown)
    assert refused.value.code is Code.PAGE_EXPIRED


# -- who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        seen("U0EMP"),
        seen("U0OWNER"),
        seen("U0GUEST", PersonKind.GUEST),
        seen("U0ANNA", PersonKind.EXTERNAL, "T0SUP1"),
        seen("U0RIVAL", PersonKind.EXTERNAL, "T0SUP2"),
    ],
)
async def test_nobody_else_may_see_or_judge(court: Court, db: Database, wrong) -> None:
    await remember(db, wrong)
    user = wrong.slack_user_id
    shown = (await court.open()).seen
    for attempt in (
        court.open(user),
        court.judge(user=user, shown=shown),
        court.judging.waiting(press(user, wrong.team_id)),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is Code.NOT_YOURS
    assert await judgements(db) == []


async def test_a_member_who_left_or_is_unknown_may_not(court: Court, db: Database) -> None:
    await change(db, court.s.security, active=False)
    with pytest.raises(Refusal) as refused:
        await court.open()
    assert refused.value.code is Code.NOT_YOURS
    with pytest.raises(Refusal) as refused:
        await court.open("U0NOBODY")
    assert refused.value.code is Code.UNKNOWN_PERSON


@pytest.mark.parametrize("part", ["submission", "answer"])
async def test_nobody_judges_what_they_answered(court: Court, db: Database, part: str) -> None:
    if part == "submission":
        await change(db, court.submission, by=court.s.security.id)
    else:
        async with db.read() as tx:
            answer = (await tx.find(Answer))[0]
        await change(db, answer, person_id=court.s.security.id)
    with pytest.raises(Refusal) as refused:
        await court.open()
    assert refused.value.code is Code.NOT_YOURS


# -- what is told --------------------------------------------------------------------------------------------------------


async def test_the_security_team_is_told_of_a_submission_with_the_risks(court: Court, db: Database) -> None:
    (place,) = {f"person:{court.s.security.id}"}
    async with db.begin("test.told") as tx:
        await outbox.tell(
            tx,
            new_notice(
                NoticeKind.SUBMITTED_TO_SECURITY, place, court.s.review.id, START, supplier_id=court.s.supplier.id
            ),
        )
    await court.town.tick()
    message = next(m for p, m, *_ in court.town.channel.posted if p == SECURITY)
    assert "みかづき運輸株式会社" in message.text
    assert "多要素認証" in str(message.blocks)
    assert "いいえ 1" in str(message.blocks)
    assert f"1.{court.s.review.id}" in str(message.blocks)


async def test_word_of_a_submission_that_was_judged_already_is_not_sent(court: Court, db: Database) -> None:
    async with db.begin("test.told") as tx:
        await outbox.tell(
            tx,
            new_notice(
                NoticeKind.SUBMITTED_TO_SECURITY,
                f"person:{court.s.security.id}",
                court.s.review.id,
                START,
                not_before=tokyo("2026-12-12"),
            ),
        )
    await court.judge()
    await court.town.at(tokyo("2026-12-14"))
    (notice,) = await notices(db, NoticeKind.SUBMITTED_TO_SECURITY)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "review_judged")


@pytest.mark.parametrize(
    ("value", "words", "cost"),
    [
        ("ok", "問題はございませんでした", False),
        ("watch", "次回の確認の際に", False),
        ("improve", "ご対応をお願いしたい点がございます", True),
        ("no_contract", "ご相談させてください", True),
    ],
)
async def test_the_supplier_reads_fitting_words_in_the_hubs_thread(
    court: Court, db: Database, value: str, words: str, cost: bool
) -> None:
    await court.judge(value)
    await court.town.tick()
    _place, message, _id, thread = [p for p in court.town.channel.posted if p[0] == SUPPLIER][-1]
    async with db.read() as tx:
        (hub,) = await tx.find(LiveCard, kind=CardKind.HUB.value)
    blocks = str(message.blocks)
    assert thread == hub.ts
    assert words in blocks
    assert "配送業務" in blocks
    assert ("費用等のご負担" in blocks) is cost
    assert ("担当者よりあらためてご連絡" in blocks) is cost
    assert not [w for w in ("価格", "契約不可", "至急", "違反", "不合格", "業者", "下請") if w in blocks]
    assert "確認は終了いたしました" in str(court.town.channel.updated[-1][1].blocks)


async def test_a_supplier_who_reads_english(court: Court, db: Database) -> None:
    await change(db, court.s.supplier, language="en")
    await court.judge("no_contract")
    await court.town.tick()
    blocks = str([p[1].blocks for p in court.town.channel.posted if p[0] == SUPPLIER][-1])
    assert "costs for you" in blocks
    assert "price" not in blocks.lower()


async def test_the_reason_is_in_nothing_that_a_supplier_gets_the_letter_is(court: Court, db: Database) -> None:
    await court.judge("improve", letter=LETTER)
    await court.town.tick()
    sent = [str((m.text, m.blocks)) for p, m, *_ in court.town.channel.posted if p.startswith("channel:")]
    sent += [str((m.text, m.blocks)) for _, m in court.town.channel.updated]
    assert any(LETTER in one for one in sent)
    assert not [one for one in sent if SECRET in one]
    (notice,) = await notices(db, NoticeKind.OUTCOME_SUPPLIER)
    assert SECRET not in str(notice)
    assert SECRET in str([m.blocks for p, m, *_ in court.town.channel.posted if p == OWNER])


async def test_the_owner_gets_one_message_with_value_and_reason_for_all_their_work(court: Court, db: Database) -> None:
    other = await add_work(db, court.s, 1)
    verdicts = [
        Verdict(item_id=court.s.item.id, value="ok", reason="対策は十分"),
        Verdict(item_id=other.id, value="no_contract", reason="預託の条件に合わない"),
    ]
    await court.judging.submit(press("U0SEC"), court.s.review.id, (await court.open()).seen, verdicts)
    await court.town.tick()
    (message,) = [m for p, m, *_ in court.town.channel.posted if p == OWNER]
    for words in ("問題なし", "対策は十分", "契約不可", "預託の条件に合わない", "自動で止めることはありません"):
        assert words in str(message.blocks)


async def test_a_judgement_that_was_replaced_is_not_told(court: Court, db: Database) -> None:
    await court.judge("improve")
    async with db.begin("test.again") as tx:
        (first,) = await tx.find(Judgement)
        tx.add(first.model_copy(update={"id": new_id(), "n": 2, "value": JudgementValue.OK}))
    await court.town.tick()
    for kind in (NoticeKind.OUTCOME_OWNER, NoticeKind.OUTCOME_SUPPLIER):
        assert [(n.state, n.reason) for n in await notices(db, kind)] == [(NoticeState.CANCELLED, "superseded")]


async def test_each_endpoint_hears_only_of_its_own_work(court: Court, db: Database) -> None:
    elsewhere = Endpoint(
        id=new_id(),
        supplier_id=court.s.supplier.id,
        channel_id="C0ELSE",
        state=EndpointState.VERIFIED,
        teams=("T0X",),
        checked_at=court.s.endpoint.checked_at,
    )
    async with db.begin("test.endpoint") as tx:
        tx.add(elsewhere)
    other = await add_work(db, court.s, 7, elsewhere.id)
    verdicts = [
        Verdict(item_id=court.s.item.id, value="ok", reason="x"),
        Verdict(item_id=other.id, value="improve", reason="y", letter=LETTER),
    ]
    await court.judging.submit(press("U0SEC"), court.s.review.id, (await court.open()).seen, verdicts)
    await court.town.tick()
    texts = {p: str(m.blocks) for p, m, *_ in court.town.channel.posted}
    assert "配送業務" in texts[SUPPLIER]
    assert "業務07" not in texts[SUPPLIER]
    assert LETTER not in texts[SUPPLIER]
    assert "業務07" in texts["channel:C0ELSE"]
    assert "配送業務" not in texts["channel:C0ELSE"]
    by_item = {j.item_id: j.submission_id for j in await judgements(db)}
    assert by_item == {court.s.item.id: court.submission.id, other.id: None}


async def test_a_silent_supplier_is_judged_without_a_submission_and_not_thanked(
    db: Database, clock: StillClock
) -> None:
    s = await stage(db, clock)
    town = Town(db, clock)
    await town.tick()
    await town.at(tokyo("2027-01-07"))
    judging = Judging(Desk(db, clock, ""), HOURS)
    dossier = await judging.open(press("U0SEC"), s.review.id)
    assert (dossier.answers, dossier.handed, dossier.missing, dossier.reason) == ((), (), 1, "no_answer")
    verdict = Verdict(item_id=s.item.id, value="no_contract", reason=SECRET)
    await judging.submit(press("U0SEC"), s.review.id, dossier.seen, [verdict])
    await town.tick()
    assert [j.submission_id for j in await judgements(db)] == [None]
    blocks = str([m.blocks for p, m, *_ in town.channel.posted if p == SUPPLIER][-1])
    assert "ご回答を確認できないまま" in blocks
    assert "ありがとうございました" not in blocks


async def test_a_supplier_who_was_never_reached_hears_no_outcome(court: Court, db: Database) -> None:
    hub = (await notices(db, NoticeKind.HUB))[0]
    await change(db, hub, state=NoticeState.CANCELLED)
    await court.judge()
    await court.town.tick()
    (notice,) = await notices(db, NoticeKind.OUTCOME_SUPPLIER)
    assert (notice.state, notice.reason) == (NoticeState.CANCELLED, "dependency_not_sent")


# -- many pieces of work -------------------------------------------------------------------------------------------------


async def test_much_work_is_judged_in_portions_and_the_review_ends_with_the_last(court: Court, db: Database) -> None:
    for n in range(PORTION + 3):
        await add_work(db, court.s, n)
    total = PORTION + 4
    for left in (total - PORTION, 0):
        dossier = await court.open()
        verdicts = [Verdict(item_id=i.item_id, value="ok", reason="問題ありません") for i in dossier.portion]
        done = await court.judging.submit(press("U0SEC"), court.s.review.id, dossier.seen, verdicts)
        assert done.remaining == left
        assert (await state(db, court.s))[0] is (ReviewState.JUDGING if left else ReviewState.JUDGED)
    assert len(await judgements(db)) == total
    await court.town.tick(2)
    told = [m for p, m, *_ in court.town.channel.posted if p == OWNER]
    assert len(told) == 2  # one for each form
    assert sum(str(m.blocks).count("問題なし") for m in told) == total


async def test_a_second_judge_of_the_same_portion_is_told_so(court: Court, db: Database) -> None:
    for n in range(PORTION):
        await add_work(db, court.s, n)
    await remember(db, seen("U0SEC"), seen("U0SEC2"), group="security")
    dossier = await court.open()
    verdicts = [Verdict(item_id=i.item_id, value="ok", reason="x") for i in dossier.portion]
    await court.judging.submit(press("U0SEC"), court.s.review.id, dossier.seen, verdicts)
    with pytest.raises(Refusal) as refused:
        await court.judging.submit(press("U0SEC2"), court.s.review.id, dossier.seen, verdicts)
    assert refused.value.code is Code.ALREADY_JUDGED


# -- what waits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"), [("", 1), ("みかづき", 1), ("運輸株式会社", 1), ("ほしぞら", 0), ("%", 0), ("_", 0)]
)
async def test_what_waits_is_found_by_a_part_of_the_name(court: Court, words: str, found: int) -> None:
    waiting = await court.judging.waiting(press("U0SEC"), words)
    assert waiting.total == len(waiting.reviews) == found


async def test_judged_reviews_wait_no_more(court: Court) -> None:
    await court.judge()
    assert (await court.judging.waiting(press("U0SEC"))).total == 0


def test_channel_places_are_what_the_outbox_expects() -> None:
    assert channel_place("C0SUP1") == SUPPLIER
