"""Many at once: exactly what the form was about, or nothing."""

import pytest

from bot.domain.bulk import MOST, What
from bot.domain.ledger import Engagement, EngagementState
from bot.domain.listing import Filter, Flag
from bot.domain.people import PersonKind
from bot.domain.refusal import Code, Refusal
from bot.services.listing import when_of
from storage import listing
from storage.db import Database
from tests.kit import StillClock, press, remember, seen
from tests.services.ledger_stage import OWNER, SEC, TOKYO, Ledger, ledger
from tests.services.test_reading import register


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    made = await ledger(db, clock)
    await made.department()
    return made


async def test_all_that_match_are_those_that_were_counted_in_the_form(stage: Ledger) -> None:
    await register(stage)
    opened = await stage.listing.open(press(SEC), Filter(personal_data=True))
    await stage.listing.choose(press(SEC), opened.list_id, everything=True)
    form = await stage.bulk.form(press(SEC), opened.list_id)
    async with stage.db.begin("test.moved") as tx:
        one = (await tx.find(Engagement, personal_data=True))[0]
        other = one.model_copy(update={"id": "another", "business": "別の業務", "version": 1})
        tx.add(other)
    with pytest.raises(Refusal) as refused:
        await stage.bulk.run(press(SEC), opened.list_id, What.TAG, "", "東京", seen=form.seen)
    assert refused.value.code is Code.CHANGED_MEANWHILE
    async with stage.db.read() as tx:
        assert not any("東京" in e.tags for e in await tx.find(Engagement))
    again = await stage.bulk.form(press(SEC), opened.list_id)
    done = await stage.bulk.run(press(SEC), opened.list_id, What.TAG, "", "東京", seen=again.seen)
    assert (done.chosen, done.done) == (form.chosen + 1, form.chosen + 1)


async def test_another_filter_on_another_screen_does_not_change_what_is_done_here(stage: Ledger) -> None:
    await register(stage)
    opened = await stage.listing.open(press(SEC), Filter(personal_data=True))
    await stage.listing.choose(press(SEC), opened.list_id, everything=True)
    form = await stage.bulk.form(press(SEC), opened.list_id)
    await stage.listing.narrow(press(SEC), opened.list_id, Filter())
    await stage.listing.choose(press(SEC), opened.list_id, everything=True)
    async with stage.db.begin("test.more") as tx:
        one = (await tx.find(Engagement))[0]
        tx.add(one.model_copy(update={"id": "another", "personal_data": False, "business": "別の業務", "version": 1}))
    with pytest.raises(Refusal) as refused:
        await stage.bulk.run(press(SEC), opened.list_id, What.UNTAG, "", "東京", seen=form.seen)
    assert refused.value.code is Code.CHANGED_MEANWHILE


async def test_more_than_can_be_answered_in_time_are_refused_on_the_question_with_nothing_changed(
    stage: Ledger,
) -> None:
    await register(stage)
    async with stage.db.begin("test.many") as tx:
        one = (await tx.find(Engagement))[0]
        tx.add(
            *(
                one.model_copy(update={"id": f"more{n}", "state": EngagementState.ACTIVE, "version": 1})
                for n in range(MOST + 1)
            )
        )
    opened = await stage.listing.open(press(SEC), Filter(states=(EngagementState.ACTIVE,)))
    await stage.listing.choose(press(SEC), opened.list_id, everything=True)
    form = await stage.bulk.form(press(SEC), opened.list_id)
    with pytest.raises(Refusal) as refused:
        await stage.bulk.run(press(SEC), opened.list_id, What.TAG, "", "東京", seen=form.seen)
    found = refused.value
    assert (found.code, found.field) == (Code.TOO_MANY_AT_ONCE, "what")
    assert found.params == {"most": MOST, "chosen": form.chosen}
    async with stage.db.read() as tx:
        assert not any("東京" in e.tags for e in await tx.find(Engagement))


async def test_an_owner_who_is_a_guest_by_now_is_none(stage: Ledger, clock: StillClock) -> None:
    await register(stage)
    wanted, when = Filter(flags=(Flag.NO_OWNER,)), when_of(clock.now(), TOKYO)
    async with stage.db.read() as tx:
        before = len(await listing.matching(tx, wanted, when))
    await remember(stage.db, seen(OWNER, PersonKind.GUEST))
    async with stage.db.read() as tx:
        assert len(await listing.matching(tx, wanted, when)) > before
