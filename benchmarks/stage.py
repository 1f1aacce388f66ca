"""A company in the middle of a round: suppliers that were asked and people who answer, owners who have yet to.

Rows are written as the services write them; pages are opened through the product, so their tokens are real ones.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import SecretStr

from bot.assembly import checklists, services
from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.base import Value
from bot.domain.checklist import content_hash
from bot.domain.hubs import PageView
from bot.domain.ledger import Department, Endpoint, EndpointState, Engagement, Owner, OwnerRole, Supplier
from bot.domain.people import Person, PersonKind, Seen, Who, channel_group
from bot.domain.press import Press
from bot.domain.rounds import (
    Attestation,
    AttestationState,
    ChecklistVersion,
    Review,
    ReviewItem,
    ReviewState,
    Round,
    RoundState,
)
from bot.services import Services, sending
from bot.services.company import remember_company
from bot.services.ports import ChannelFacts, SendFailed
from storage import people
from storage.checklist_files import load_all
from storage.db import Database
from storage.ids import new_id
from storage.migrate import upgrade
from storage.tx import Tx

OWNER = "U0OWNER"
HOME = "T0HOME"


class SteadyClock(SystemClock):
    """Business time stands on a working day, Wednesday 10:00 in Tokyo; real time runs."""

    def now(self) -> datetime:
        """Business time."""
        return datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


class NoInviter:
    """Nobody can be invited."""

    async def may(self) -> bool:
        return False

    async def invite(self, channel_id: str, mail: str) -> str:
        raise SendFailed(f"no invitation of {mail} to {channel_id}", permanent=True)


class PaperDirectory:
    """A Directory that knows nobody: no press that is measured asks it anything."""

    async def person(self, slack_user_id: str, teams: tuple[str, ...] = ()) -> Seen | None:  # noqa: ARG002
        return None

    async def everybody(self) -> list[Seen]:
        return []

    async def channel(self, channel_id: str) -> ChannelFacts | None:  # noqa: ARG002
        return None

    async def overview(self, channel_id: str) -> ChannelFacts | None:  # noqa: ARG002
        return None

    async def companies(self, channel_id: str) -> tuple[str, ...] | None:
        return (f"T{channel_id[1:]}",)

    async def group(self, source: str) -> list[str]:  # noqa: ARG002
        return []

    async def user_groups(self) -> list[tuple[str, str]]:
        return []

    async def shared_channels(self) -> list[tuple[str, str]]:
        return []

    async def team_name(self, team_id: str) -> str:
        return team_id


@dataclass(frozen=True)
class Place:
    """One supplier in the round, and the person who answers for it."""

    review_id: str
    endpoint_id: str
    attestation_id: str
    who: Who


@dataclass(frozen=True)
class Stage:
    """The product's services over a database of their own. `asked` suppliers may answer, `waiting` ones wait for the owner."""

    settings: Settings
    db: Database
    clock: SteadyClock
    services: Services
    asked: Sequence[Place]
    waiting: Sequence[Place]


@asynccontextmanager
async def stage(folder: Path, asked: int, waiting: int) -> AsyncIterator[Stage]:
    """Put `asked` and `waiting` suppliers on the stage, in an empty folder. The pragmas are the product's defaults."""
    settings = Settings(
        slack_bot_token=SecretStr("xoxb-bench"),
        slack_app_token=SecretStr("xapp-bench"),
        database_url=f"sqlite:///{folder / 'product.db'}",
        evidence_dir=str(folder / "evidence"),
    )
    upgrade(settings.database_url)
    db = Database(settings.database_url, sqlite_sync=settings.sqlite_sync)
    clock = SteadyClock()
    try:
        made = services(settings, db, clock, PaperDirectory(), NoInviter(), checklists(settings))
        await remember_company(db, "あおば商事株式会社")
        places = await _fill(db, clock, asked, waiting)
        yield Stage(settings, db, clock, made, places[:asked], places[asked:])
    finally:
        await db.close()


async def _fill(db: Database, clock: SteadyClock, asked: int, waiting: int) -> list[Place]:
    now, real = clock.now(), clock.real()
    async with db.begin("bench.company") as tx:
        owner = await people.see(tx, Seen(slack_user_id=OWNER, team_id=HOME, kind=PersonKind.EMPLOYEE), real)
        round_, department = await _round(tx, owner, now)
    places = []
    for number in range(asked + waiting):
        async with db.begin("bench.supplier") as tx:
            state = AttestationState.ANSWERED if number < asked else AttestationState.ASKED
            place, review = await _supplier(tx, number, round_, department, state, real)
            if number < asked:
                await sending.advance(tx, review, now, real)
            places.append(place)
    return places


async def _round(tx: Tx, owner: Person, now: datetime) -> tuple[Round, Department]:
    body = load_all()["basic"]
    version = ChecklistVersion(
        id=new_id(),
        key=body.key,
        n=1,
        content_hash=content_hash(body),
        body=body.model_dump(mode="json"),
        created_at=now,
    )
    round_ = Round(
        id=new_id(),
        title="2026年度",
        checklist_version_ids=(version.id,),
        period="bench",
        due_on=date(2026, 12, 18),
        attest_by=date(2026, 12, 2),
        state=RoundState.OPEN,
    )
    department = Department(id=new_id(), name="物流部", primary_id=owner.id)
    await _write(tx, version, round_, department)
    return round_, department


async def _supplier(
    tx: Tx, number: int, round_: Round, department: Department, state: AttestationState, real: datetime
) -> tuple[Place, Review]:
    channel, team, user = f"C0SUP{number}", f"T0SUP{number}", f"U0SUP{number}"
    person = await people.see(tx, Seen(slack_user_id=user, team_id=team, kind=PersonKind.EXTERNAL), real)
    await people.add_member(tx, channel_group(channel), person.id, real)
    supplier = Supplier(id=new_id(), name=f"委託先{number}", name_key=f"委託先{number}", created_at=real)
    endpoint = Endpoint(
        id=new_id(),
        supplier_id=supplier.id,
        channel_id=channel,
        state=EndpointState.VERIFIED,
        teams=(team,),
        verified_at=real,
        checked_at=real,
    )
    engagement = Engagement(
        id=new_id(),
        supplier_id=supplier.id,
        department_id=department.id,
        business="配送業務",
        starts_on=date(2025, 4, 1),
        created_at=real,
    )
    held = Owner(
        id=new_id(), engagement_id=engagement.id, person_id=department.primary_id, role=OwnerRole.PRIMARY, since=real
    )
    review = Review(
        id=new_id(), round_id=round_.id, supplier_id=supplier.id, state=ReviewState.AWAITING_OWNER, due_on=round_.due_on
    )
    item = ReviewItem(id=new_id(), review_id=review.id, engagement_id=engagement.id)
    attestation = Attestation(
        id=new_id(), round_id=round_.id, engagement_id=engagement.id, owner_id=department.primary_id, state=state
    )
    await _write(tx, supplier, endpoint, engagement, held, review, item, attestation)
    return Place(review.id, endpoint.id, attestation.id, Who(slack_user_id=user, team_id=team)), review


async def _write(tx: Tx, *values: Value) -> None:
    """One after the other: each may refer to the ones before."""
    for value in values:
        tx.add(value)
        await tx.flush()


async def pages(on: Stage, place: Place) -> list[PageView]:
    """Every page of a place's form, opened by its person."""
    first = await _open(on, place, 0)
    others = [await _open(on, place, p.page) for p in first.pages if p.page != first.page]
    return [first, *others]


async def choose_all(on: Stage, place: Place, page: PageView, question_ids: Sequence[str]) -> None:
    """The person says yes to these questions of a page, as earlier presses would have."""
    for question_id in question_ids:
        await on.services.answering.choose(_press(on, place), page.token, question_id, "yes")


async def _open(on: Stage, place: Place, number: int) -> PageView:
    shown = await on.services.answering.open(_press(on, place), place.review_id, place.endpoint_id, number)
    if shown.page is None:
        raise LookupError(f"page {number}")
    return shown.page


def _press(on: Stage, place: Place) -> Press:
    return Press(key=f"bench/{new_id()}", kind="bench", who=place.who, at=on.clock.real())
