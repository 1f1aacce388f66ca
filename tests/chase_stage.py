"""What the tests of chasing and judging share: the tick (chasing, then the outbox) over days, and what people received."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event

from bot.domain.answering import Answer, ReviewQuestion, Submission
from bot.domain.delivery import AuditEvent, CardKind, LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Department, Endpoint, EndpointState, Engagement, Owner, OwnerRole, Supplier
from bot.domain.people import SYSTEM, Person
from bot.domain.reminders import Hours
from bot.domain.rounds import Attestation, AttestationState, Review, ReviewItem, ReviewState, Round
from bot.services.calendars import TOKYO, company_calendar
from bot.services.chasing import Chasing
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.recipients import channel_place, person_place
from bot.services.telling.base import new_notice
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, RecordingChannel, StillClock
from tests.scene import Stage

HOURS = Hours(TOKYO, company_calendar())


def tokyo(day: str, clock: str = "10:00") -> datetime:
    """A moment by the company's clock."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=TOKYO).astimezone(UTC)


@dataclass
class Town:
    """The clockwork of a test: a tick is what the program does every second."""

    db: Database
    clock: StillClock
    hours: Hours = HOURS
    wait_days: int = 10
    channel: RecordingChannel = field(default_factory=RecordingChannel)

    def __post_init__(self) -> None:
        self.chasing = Chasing(self.db, self.clock, self.hours, self.wait_days)
        timing = Delivery(in_doubt_wait=60, lease=30, spacing=0, look_age=1e9)
        self.outbox = Outbox(self.db, self.clock, self.channel, timing, "test", lambda _: None)
        self.days: list[datetime] = []  # business time of each post

    async def tick(self, times: int = 1) -> None:
        for _ in range(times):
            await self.chasing.run_due(self.clock.now())
            await self.outbox.drain()
            self.clock.machine += timedelta(seconds=20)
            self.days += [self.clock.business] * (len(self.channel.posted) - len(self.days))

    async def at(self, moment: datetime) -> None:
        """Set the business clock and tick."""
        self.clock.business = moment
        await self.tick()

    async def walk(self, first: str, last: str, *clocks: str) -> None:
        """Every day from the first to the last, at each of these times of day."""
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            for clock in clocks or ("10:00",):
                await self.at(tokyo(day.isoformat(), clock))
            day += timedelta(days=1)

    def received(self, place: str) -> list[tuple[str, str]]:
        """(local time, text) of what was posted at a place (`channel:…` or `user:…`)."""
        return [
            (when.astimezone(TOKYO).strftime("%m-%d %H:%M"), message.text)
            for (where, message, _id, _thread), when in zip(self.channel.posted, self.days, strict=True)
            if where == place
        ]


async def notices(db: Database, kind: NoticeKind) -> list[Notice]:
    async with db.read() as tx:
        return await tx.find(Notice, kind=kind.value, order="created_at")


async def audits(db: Database, action: str) -> list[AuditEvent]:
    async with db.read() as tx:
        return await tx.find(AuditEvent, action=action)


async def change(db: Database, value: Any, /, **fields: Any) -> Any:
    """Change stored fields of a value, whatever its version."""
    async with db.begin("test.change") as tx:
        changed = (await tx.need(type(value), value.id)).model_copy(update=fields)
        await tx.put(changed)
    return changed


async def digest_sent(db: Database, round_id: str, person: Person, at: datetime = START) -> None:
    """The owner's digest reached them, as the outbox records it."""
    notice = new_notice(NoticeKind.DIGEST, person_place(person.id), round_id, START)
    async with db.begin("test.digest") as tx:
        tx.add(notice.model_copy(update={"state": NoticeState.SENT}))
        tx.add(
            AuditEvent(
                id=new_id(),
                at=at,
                actor_id="SYSTEM",
                action="notice:sent",
                subject="notice",
                subject_id=notice.id,
                reason="digest",
            )
        )


async def another(
    db: Database,
    s: Stage,
    n: int,
    *,
    state: AttestationState = AttestationState.ASKED,
    review_state: ReviewState = ReviewState.AWAITING_OWNER,
    department_id: str = "",
) -> tuple[Review, Attestation]:
    """One more supplier of the same owner in the same round, with its endpoint and review."""
    supplier = Supplier(id=new_id(), name=f"{n:02} ほしぞら印刷", name_key=f"{n}", created_at=START)
    endpoint = Endpoint(
        id=new_id(), supplier_id=supplier.id, channel_id=f"C0N{n}", state=EndpointState.VERIFIED, teams=(f"T0N{n}",)
    )
    engagement = Engagement(
        id=new_id(),
        supplier_id=supplier.id,
        department_id=department_id or s.engagement.department_id,
        business=f"印刷業務{n}",
        starts_on=date(2025, 4, 1),
        created_at=START,
    )
    review = Review(
        id=new_id(),
        round_id=s.review.round_id,
        supplier_id=supplier.id,
        state=review_state,
        due_on=s.review.due_on,
    )
    item = ReviewItem(id=new_id(), review_id=review.id, engagement_id=engagement.id)
    attestation = Attestation(
        id=new_id(), round_id=s.review.round_id, engagement_id=engagement.id, owner_id=s.owner.id, state=state
    )
    owner = Owner(id=new_id(), engagement_id=engagement.id, person_id=s.owner.id, role=OwnerRole.PRIMARY, since=START)
    async with db.begin("test.another") as tx:
        for value in (supplier, endpoint, engagement, owner, review, item, attestation):
            tx.add(value)
            await tx.flush()
        if review_state is ReviewState.SENT:
            card = LiveCard(id=new_id(), kind=CardKind.HUB, subject_id=review.id, place=endpoint.id, ts="1.1")
            hub = new_notice(
                NoticeKind.HUB, channel_place(endpoint.channel_id), review.id, START, endpoint_id=endpoint.id
            )
            tx.add(card, hub.model_copy(update={"state": NoticeState.SENT}))
            tx.audit(START, SYSTEM, "notice:sent", "notice", hub.id)
    return review, attestation


async def submitted(
    db: Database,
    s: Stage,
    at: datetime,
    values: dict[str, Any] | None = None,
    *,
    state: ReviewState = ReviewState.SUBMITTED,
    comment: str = "",
) -> Submission:
    """The supplier has answered everything ('yes', or what `values` says by question key) and submitted."""
    async with db.begin("test.submitted") as tx:
        questions = await tx.find(ReviewQuestion, review_id=s.review.id, included=True, order="position")
        answers = [
            Answer(
                id=new_id(),
                question_id=q.id,
                rev=1,
                value=(values or {}).get(q.key, "yes"),
                comment=comment,
                person_id=s.answerers[0].id,
                team_id="T0SUP1",
                via="slack",
                at=at,
            )
            for q in questions
        ]
        submission = Submission(
            id=new_id(),
            review_id=s.review.id,
            endpoint_id=s.endpoint.id,
            n=1,
            answers=[(a.question_id, a.rev) for a in answers],
            by=s.answerers[0].id,
            name="安藤 花",
            role="情報システム部",
            at=at,
        )
        tx.add(*answers, submission)
        review = await tx.need(Review, s.review.id)
        await tx.put(review.model_copy(update={"state": state}))
    return submission


async def department_of(db: Database, s: Stage) -> Department:
    async with db.read() as tx:
        return await tx.need(Department, s.engagement.department_id)


async def round_of(db: Database, s: Stage) -> Round:
    async with db.read() as tx:
        return await tx.need(Round, s.review.round_id)


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The SQL that runs meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engines = {db.reader.sync_engine, db.writer.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
