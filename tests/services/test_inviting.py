"""Inviting: nobody is invited who was not on the last screen, nobody twice, and nobody where anybody else could be met."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot.domain.delivery import AuditEvent, Notice
from bot.domain.inviting import MOVES, OPEN, InvitationState, Known
from bot.domain.ledger import Change, Endpoint, SupplierState
from bot.domain.people import SYSTEM
from bot.domain.refusal import Code, Refusal
from bot.domain.reminders import Hours
from bot.domain.settings import PAUSED, Setting
from bot.domain.strangers import Stranger, StrangerKind
from bot.services.calendars import TOKYO, company_calendar
from bot.services.desk import Desk
from bot.services.moving import Moving
from bot.services.ports import SendFailed, SendInDoubt
from bot.services.strangers import Strangers, still_strange
from storage.db import Database
from tests.kit import START, StillClock, press
from tests.services.invite_stage import ABE, BABA, NEW, UENO, Desk2, contact, invite_desk
from tests.services.link_stage import ANNA, CHANNEL, EMP, GUEST, HOSHI, MIKA, OTHER, RIVAL, SEC, TEAM_CHANNEL

S = InvitationState


@pytest.fixture
async def here(db: Database, clock: StillClock) -> Desk2:
    return await invite_desk(db, clock)


async def refusal(asked: Awaitable[object]) -> Code:
    with pytest.raises(Refusal) as caught:
        await asked
    return caught.value.code


async def paused(db: Database, *, on: bool) -> None:
    async with db.begin("test.pause") as tx:
        found = await tx.get(Setting, PAUSED)
        if found:
            await tx.put(found.model_copy(update={"value": {"on": on}}))
        else:
            tx.add(Setting(id=PAUSED, value={"on": on}))


# -- the screens ---------------------------------------------------------------------------------------------------------


async def test_who_is_on_the_last_screen_is_invited_once_and_whoever_confirmed_it_is_told(here: Desk2) -> None:
    shown = await here.preview(ABE, typed=UENO)
    assert [(i.mail, i.known, i.name) for i in shown.invitees] == [
        (ABE, Known.CONTACT, "安部 実"),
        (UENO, Known.STRANGE, ""),
    ]
    assert shown.readers == ("佐藤 花子", "山本 無関")
    assert here.inviter.invited == []
    done = await here.inviting.confirm(press(SEC), shown.look_id, here.supplier.id, [ABE])
    assert (done.mails, done.paused) == ((ABE,), False)
    assert here.inviter.invited == [], "the press itself asks Slack nothing"
    await here.run()
    await here.run()
    assert here.inviter.invited == [(NEW, ABE)], "and not the address that was taken away on the last screen"
    one = await here.one()
    assert (one.state, one.slack_id, one.attempts) == (S.SENT, "I1", 1)
    ((place, text),) = here.told()
    assert place == f"user:{SEC}"
    assert ABE in text


async def test_the_history_says_who_and_the_audit_trail_has_no_address(here: Desk2) -> None:
    await here.confirm(ABE)
    await here.run()
    one = await here.one()
    changes = await here.lane.all(Change, subject="invitation", subject_id=one.id)
    told = [(c.field, c.before, c.after) for c in changes if c.field != "created"]
    assert told == [("state", "wanted", "sent")]
    (created,) = [c for c in changes if c.field == "created"]
    assert (created.actor_id, created.after["mail"]) == (one.confirmed_by, ABE)
    trail = await here.lane.all(AuditEvent, subject="invitation")
    assert [a.action for a in trail] == [f"invitation:{state}" for state in ("wanted", "claimed", "sent")]
    assert ABE not in str(trail)


async def test_addresses_of_a_contacts_domain_are_told_apart_from_strange_ones(here: Desk2) -> None:
    await contact(here.lane.db, here.supplier, "個人 太郎", "taro@gmail.com")
    shown = await here.preview(typed="Neu@Mikazuki.example.com; jiro@gmail.com")
    assert [(i.mail, i.known) for i in shown.invitees] == [
        ("Neu@mikazuki.example.com", Known.DOMAIN),
        ("jiro@gmail.com", Known.STRANGE),
    ]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", Code.NO_ADDRESS),
        (" ,、\n", Code.NO_ADDRESS),
        ("abe", Code.BAD_MAIL),
        ("安部@example.com", Code.MAIL_NOT_ASCII),
        ("a..b@example.com", Code.BAD_MAIL),
        (f"{'a' * 70}@example.com", Code.TOO_LONG),
        (" ".join(f"a{n}@example.com" for n in range(6)), Code.TOO_MANY),
        ("<!channel>@example.com", Code.BAD_MAIL),
    ],
)
async def test_addresses_that_are_none(here: Desk2, typed: str, code: Code) -> None:
    assert await refusal(here.preview(typed=typed)) is code


async def test_the_same_address_twice_is_one(here: Desk2) -> None:
    shown = await here.preview(ABE, typed=f"{ABE.upper()}\n{ABE}")
    assert [i.mail for i in shown.invitees] == [ABE]


async def test_a_contact_of_another_supplier_is_not_invited(here: Desk2) -> None:
    other = await here.lane.supplier("ほしぞら印刷")
    await contact(here.lane.db, other, "上野 競", UENO)
    assert await refusal(here.preview(typed=UENO.upper())) is Code.MAIL_OF_OTHER


async def test_who_may_and_which_supplier(here: Desk2) -> None:
    assert await refusal(here.inviting.ask(press(EMP))) is Code.NOT_YOURS
    assert await refusal(here.preview(ABE, user=EMP)) is Code.NOT_YOURS
    assert await refusal(here.preview(ABE, supplier="none")) is Code.NOT_FOUND
    ended = await here.lane.supplier("終わった", state=SupplierState.ENDED)
    assert await refusal(here.preview(ABE, supplier=ended.id)) is Code.NOT_FOUND


# -- the channel ---------------------------------------------------------------------------------------------------------


async def test_channels_in_which_the_supplier_could_meet_anybody_are_refused(here: Desk2) -> None:
    lane = here.lane
    lane.put("C0GUEST", SEC, GUEST)
    lane.put("C0EXT", SEC, ANNA)  # Slack does not list their company, and they are there
    lane.put("C0HAND", SEC, pending=("?",))
    lane.put("C0OLD", SEC, archived=True)
    lane.put(TEAM_CHANNEL, SEC)
    assert await refusal(here.preview(ABE, channel=CHANNEL)) is Code.CHANNEL_HAS_OUTSIDERS
    assert await refusal(here.preview(ABE, channel="C0GUEST")) is Code.CHANNEL_HAS_OUTSIDERS
    assert await refusal(here.preview(ABE, channel="C0EXT")) is Code.CHANNEL_HAS_OUTSIDERS
    assert await refusal(here.preview(ABE, channel="C0HAND")) is Code.INVITED_BY_HAND
    assert await refusal(here.preview(ABE, channel="C0OLD")) is Code.CHANNEL_UNSEEN
    assert await refusal(here.preview(ABE, channel="C0NONE")) is Code.CHANNEL_UNSEEN
    assert await refusal(here.preview(ABE, channel=TEAM_CHANNEL)) is Code.TEAM_CHANNEL
    lane.directory.groups[NEW] = [f"U{n}" for n in range(101)]
    assert await refusal(here.preview(ABE)) is Code.CHANNEL_CROWD
    lane.directory.down = True
    assert await refusal(here.preview(ABE)) is Code.BUSY
    assert here.inviter.invited == []


async def test_an_endpoint_is_refused_whosever_it_is(here: Desk2) -> None:
    other = await here.lane.supplier("ほしぞら印刷")
    here.lane.put(OTHER, SEC, RIVAL, teams=(HOSHI,))
    await here.lane.link(here.supplier)
    await here.lane.link(other, OTHER)
    for channel in (CHANNEL, OTHER):
        here.lane.put(channel, SEC)  # its company has left since
    assert await refusal(here.preview(ABE, channel=CHANNEL)) is Code.CHANNEL_IS_ENDPOINT
    assert await refusal(here.preview(ABE, channel=OTHER)) is Code.CHANNEL_TAKEN


async def test_a_channel_is_for_one_supplier_alone(here: Desk2) -> None:
    await here.confirm(ABE)
    other = await here.lane.supplier("ほしぞら印刷")
    assert await refusal(here.preview(typed=UENO, supplier=other.id)) is Code.INVITED_FOR_OTHER


async def test_what_was_shown_holds_for_ten_minutes_and_until_something_happens_there(here: Desk2) -> None:
    shown = await here.preview(ABE)
    await here.lane.happens("member_joined_channel", user=RIVAL, channel_id=NEW)
    confirm = here.inviting.confirm
    assert await refusal(confirm(press(SEC), shown.look_id, here.supplier.id, [ABE])) is Code.INVITE_CHANGED
    here.lane.put("C0OTHER", SEC)
    other = await here.preview(ABE, channel="C0OTHER")
    here.lane.clock.machine += timedelta(minutes=11)
    assert await refusal(confirm(press(SEC), other.look_id, here.supplier.id, [ABE])) is Code.INVITE_UNCHECKED
    assert await here.all() == []


async def test_the_same_press_and_two_screens_at_once_invite_once(here: Desk2) -> None:
    first, second = await here.preview(ABE), await here.preview(ABE, BABA)
    once = press(SEC, key="the-press")
    for _ in range(2):
        await here.inviting.confirm(once, first.look_id, here.supplier.id, [ABE])
    late = here.inviting.confirm(press(SEC), second.look_id, here.supplier.id, [ABE, BABA])
    assert await refusal(late) is Code.ALREADY_INVITED
    assert [one.mail for one in await here.all()] == [ABE]


# -- sending -------------------------------------------------------------------------------------------------------------


async def test_a_pause_holds_it_back(here: Desk2) -> None:
    await paused(here.lane.db, on=True)
    assert (await here.confirm(ABE)).paused
    await here.run()
    assert (here.inviter.invited, (await here.one()).state) == ([], S.WANTED)
    await paused(here.lane.db, on=False)
    await here.run()
    assert here.inviter.invited == [(NEW, ABE)]


async def test_a_paused_supplier_waits_too(here: Desk2) -> None:
    await here.confirm(ABE)
    async with here.lane.db.begin("test.pause") as tx:
        await tx.put((await tx.need(type(here.supplier), here.supplier.id)).model_copy(update={"paused": True}))
    await here.run()
    assert here.inviter.invited == []


async def test_they_leave_at_slacks_pace(here: Desk2) -> None:
    await here.confirm(ABE, BABA)
    await here.tick().run_due()
    await here.tick().run_due()
    assert len(here.inviter.invited) == 1, "twenty a minute: one in three seconds"
    here.lane.clock.advance(seconds=4)
    await here.tick().run_due()
    assert [mail for _, mail in here.inviter.invited] == [ABE, BABA]


@pytest.mark.parametrize("error", ["ratelimited", "not_connected"])
async def test_too_many_or_no_way_is_asked_again_later(here: Desk2, error: str) -> None:
    here.inviter.arrives = False
    here.inviter.answers = [SendFailed(error, permanent=False, after=30.0)]
    await here.confirm(ABE)
    await here.run()
    assert ((await here.one()).state, (await here.one()).reason) == (S.WANTED, error)
    await here.run()
    assert here.inviter.invited == []
    here.lane.clock.advance(seconds=30)
    await here.run()
    assert (here.inviter.invited, (await here.one()).state) == ([(NEW, ABE)], S.SENT)


@pytest.mark.parametrize("error", ["missing_scope", "not_paid", "restricted_action", "something_new"])
async def test_a_refusal_of_slack_ends_it_and_the_team_is_told_why(here: Desk2, error: str) -> None:
    here.inviter.arrives = False
    here.inviter.answers = [SendFailed(error, permanent=error != "missing_scope", after=60.0)]
    await here.confirm(ABE)
    await here.run()
    await here.run()
    assert ((await here.one()).state, (await here.one()).reason) == (S.FAILED, error)
    ((place, text),) = here.told()
    assert place == f"channel:{TEAM_CHANNEL}"
    assert ABE in text
    await here.confirm(ABE)
    await here.run()
    assert here.inviter.invited == [(NEW, ABE)], "mended, it can be confirmed anew"


async def test_a_lost_answer_is_never_asked_again_by_itself(here: Desk2) -> None:
    here.inviter.answers = [SendInDoubt("timeout")]
    await here.confirm(ABE)
    for _ in range(5):
        await here.run()
        here.lane.clock.advance(days=1)
    assert (here.inviter.invited, (await here.one()).state) == ([(NEW, ABE)], S.UNKNOWN)
    assert [place for place, _ in here.told()] == [f"channel:{TEAM_CHANNEL}"], "told once, to the team"
    assert await refusal(here.preview(ABE)) is Code.ALREADY_INVITED, "nor by somebody who does not know of it"


async def test_a_person_looks_and_says_that_it_arrived(here: Desk2) -> None:
    here.inviter.answers = [SendInDoubt("timeout")]
    await here.confirm(ABE)
    await here.run()
    one = await here.one()
    assert await refusal(here.inviting.arrived(press(EMP), one.id, 1)) is Code.NOT_YOURS
    assert (await here.inviting.arrived(press(SEC), one.id, 1)).state is S.SENT
    assert (await here.one()).settled_by == one.confirmed_by
    assert await refusal(here.inviting.again(press(SEC), one.id, 1)) is Code.ILLEGAL_MOVE
    await here.run()
    assert len(here.inviter.invited) == 1


async def test_a_person_looks_and_has_it_sent_again(here: Desk2) -> None:
    here.inviter.arrives = False
    here.inviter.answers = [SendInDoubt("timeout"), SendInDoubt("timeout")]
    await here.confirm(ABE)
    await here.run()
    one = await here.one()
    await here.inviting.again(press(SEC), one.id, 1)
    await here.run()
    assert await refusal(here.inviting.again(press(SEC), one.id, 1)) is Code.ILLEGAL_MOVE, "the button of the first try"
    await here.inviting.again(press(SEC), one.id, 2)
    await here.run()
    assert here.inviter.invited == [(NEW, ABE)]
    assert len([text for _, text in here.told() if "自動では送り直しません" in text]) == 2


async def test_again_is_not_asked_where_slack_knows_of_an_invitation(here: Desk2) -> None:
    here.inviter.answers = [SendInDoubt("timeout")]
    await here.confirm(ABE)
    await here.run()
    here.lane.put(NEW, SEC, pending=("?",))
    one = await here.one()
    await here.inviting.again(press(SEC), one.id, 1)
    await here.run()
    assert ((await here.one()).state, (await here.one()).reason) == (S.FAILED, "invited_by_hand")
    assert len(here.inviter.invited) == 1


async def test_the_channel_is_looked_at_again_before_it_is_sent(here: Desk2) -> None:
    await here.confirm(ABE)
    here.lane.put(NEW, SEC, RIVAL, teams=(HOSHI,))
    await here.run()
    assert ((await here.one()).state, (await here.one()).reason) == (S.FAILED, "channel_has_outsiders")
    here.lane.put("C0GONE", SEC)
    await here.confirm(ABE, channel="C0GONE")
    del here.lane.directory.channels["C0GONE"]
    await here.run()
    assert {one.reason for one in await here.all()} == {"channel_has_outsiders", "channel_unseen"}
    assert here.inviter.invited == []


async def test_where_the_channel_cannot_be_looked_at_it_waits(here: Desk2) -> None:
    await here.confirm(ABE)
    here.lane.directory.down = True
    await here.run()
    assert (here.inviter.invited, (await here.one()).state) == ([], S.WANTED)
    here.lane.directory.down = False
    here.lane.clock.advance(seconds=15)
    await here.run()
    assert here.inviter.invited == [(NEW, ABE)]


async def test_two_processes_at_once_ask_once(here: Desk2) -> None:
    await here.confirm(ABE)
    await asyncio.gather(*(here.tick().run_due() for _ in range(4)))
    assert here.inviter.invited == [(NEW, ABE)]


class Died(BaseException):
    """A process that ends here."""


@pytest.mark.parametrize(("point", "sent"), [("send:invite:before", 0), ("send:invite:stored", 1)])
async def test_whoever_dies_between_claim_and_mark_leaves_a_question(here: Desk2, point: str, sent: int) -> None:
    await here.confirm(ABE)

    def dies(at: str) -> None:
        if at == point:
            raise Died

    with pytest.raises(Died):
        await here.tick(dies).run_due()
    await here.run()
    assert (await here.one()).state is S.CLAIMED, "its lease is not over: it may still be asking"
    here.lane.clock.advance(seconds=31)
    await here.run()
    await here.run()
    one = await here.one()
    assert (one.state, one.reason, len(here.inviter.invited)) == (S.UNKNOWN, "lease_over", sent)


async def test_an_answer_that_comes_after_its_lease_changes_nothing(here: Desk2) -> None:
    await here.confirm(ABE)
    slow = here.tick()
    invite = here.inviter.invite

    async def late(channel_id: str, mail: str) -> str:
        here.lane.clock.advance(seconds=31)
        await here.tick().run_due()
        return await invite(channel_id, mail)

    here.inviter.invite = late  # type: ignore[method-assign]
    await slow.run_due()
    assert (await here.one()).state is S.UNKNOWN


async def test_one_that_waits_can_be_stopped_and_one_that_is_over_makes_room(here: Desk2) -> None:
    await here.confirm(ABE)
    one = await here.one()
    assert (await here.inviting.withdraw(press(SEC), one.id, 0)).state is S.WITHDRAWN
    await here.run()
    assert here.inviter.invited == []
    await here.confirm(ABE)
    await here.run()
    sent = next(i for i in await here.all() if i.state is S.SENT)
    await here.inviting.withdraw(press(SEC), sent.id, 1)
    await here.confirm(ABE)
    await here.run()
    assert len(here.inviter.invited) == 2


async def test_a_channel_that_slack_refuses_to_show_for_good_is_told_of(
    here: Desk2, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.confirm(ABE)

    async def refused(_channel: str) -> None:
        raise SendFailed("access_denied", permanent=True)

    monkeypatch.setattr(here.lane.directory, "channel", refused)
    await here.run()
    assert ((await here.one()).state, (await here.one()).reason) == (S.FAILED, "access_denied")
    assert [place for place, _ in here.told()] == [f"channel:{TEAM_CHANNEL}"]


# -- who comes -----------------------------------------------------------------------------------------------------------


async def test_who_was_invited_is_no_stranger_and_the_team_is_led_to_link(here: Desk2) -> None:
    await here.confirm(ABE)
    await here.run()
    here.lane.put(NEW, SEC, ANNA, teams=(MIKA,))
    for _ in range(2):
        await here.lane.happens("channel_shared", channel_id=NEW, at=here.lane.clock.real())
        await here.lane.watching.work_through(here.lane.clock.now())
    await here.run()
    came = [(place, text) for place, text in here.told() if "社外の会社が参加しました" in text]
    assert [place for place, _ in came] == [f"channel:{TEAM_CHANNEL}"], "told once"
    await here.lane.supplier("あさひ工業")
    offered = (await here.lane.look(NEW)).candidates.shown
    assert [(c.id == here.supplier.id, c.invited) for c in offered] == [(True, True), (False, False)]
    await here.lane.link(here.supplier, NEW)
    assert (await here.one()).state is S.ACCEPTED


@pytest.mark.parametrize("known", [False, True])
async def test_who_came_while_nobody_listened_is_told_of_by_the_sweep(here: Desk2, *, known: bool) -> None:
    """Slack gives up on an event after an hour; and nobody else is asked about a channel to which we invited."""
    if known:
        await here.lane.link(here.supplier)
    await here.confirm(ABE)
    await here.run()
    here.lane.put(NEW, SEC, ANNA, teams=(MIKA,))
    watch = Strangers(Desk(here.lane.db, here.lane.clock, ""), here.lane.directory, Hours(TOKYO, company_calendar()))
    for _ in range(2):
        await watch.sweep()
    assert len(await here.lane.all(Notice, kind="invitation", step="came")) == 1
    await here.lane.happens("channel_shared", channel_id=NEW, at=here.lane.clock.real())
    await here.lane.watching.work_through(here.lane.clock.now())
    await here.run()
    came = [(place, text) for place, text in here.told() if "社外の会社が参加しました" in text]
    assert [place for place, _ in came] == [f"channel:{TEAM_CHANNEL}"], "told once"


async def test_a_company_of_another_name_is_no_stranger_where_it_was_invited_and_one_elsewhere(here: Desk2) -> None:
    await here.confirm(ABE)

    async def strange(channel: str) -> bool:
        one = Stranger(
            id="s", kind=StrangerKind.CHANNEL, key=channel, name="くろしお", teams=(HOSHI,), first_seen=START
        )
        async with here.lane.db.read() as tx:
            return await still_strange(tx, one)

    assert await strange(NEW), "nothing has left yet: whoever is there was not invited by us"
    await here.run()
    assert not await strange(NEW)
    assert await strange("C0ELSE")
    one = await here.one()
    await here.inviting.withdraw(press(SEC), one.id, 1)
    assert await strange(NEW), "over: whoever comes now is asked about"


async def test_an_endpoint_that_moves_to_the_channel_accepts_it_too(here: Desk2) -> None:
    await here.confirm(ABE)
    await here.run()
    await here.lane.link(here.supplier)
    (endpoint,) = await here.lane.all(Endpoint)
    here.lane.put(NEW, SEC, ANNA, teams=(MIKA,))
    moving = Moving(Desk(here.lane.db, here.lane.clock, ""), here.lane.linking, TOKYO)
    shown = await moving.look(press(SEC, channel_id=NEW), endpoint.id)
    await moving.move(press(SEC), shown.look_id, endpoint.id)
    assert (await here.one()).state is S.ACCEPTED


async def test_what_another_supplier_is_linked_in_stays_out(here: Desk2) -> None:
    await here.confirm(ABE)
    await here.run()
    other = await here.lane.supplier("ほしぞら印刷")
    here.lane.put(NEW, SEC, RIVAL, teams=(HOSHI,))
    await here.lane.link(other, NEW)
    assert (await here.one()).state is S.SENT


async def test_a_channel_with_a_new_id_takes_its_invitations_along(here: Desk2) -> None:
    await here.confirm(ABE)
    here.lane.put("C0SHARED", SEC)
    await here.lane.happens("channel_id_changed", channel_id=NEW, new_id="C0SHARED")
    await here.lane.watching.work_through(here.lane.clock.now())
    await here.run()
    assert here.inviter.invited == [("C0SHARED", ABE)]


async def test_the_form_lists_what_there_is_and_says_where_the_app_may_not(here: Desk2) -> None:
    await here.confirm(ABE)
    form = await here.inviting.form(press(SEC), ["みかづき"])
    assert ([c.id for c in form.suppliers.shown], form.may) == ([here.supplier.id], True)
    assert [(line.mail, line.state) for line in form.lines] == [(ABE, S.WANTED)]
    here.inviter.allowed = False
    assert not (await here.inviting.form(press(SEC))).may


def test_what_is_over_stays_over_and_a_claim_is_the_only_way_out() -> None:
    over = set(S) - OPEN
    assert all(state not in MOVES for state in over)
    assert S.SENT not in MOVES[S.WANTED], "nothing is sent without a claim"
    assert MOVES[S.SENT] & {S.WANTED, S.CLAIMED} == set(), "and nothing twice"


async def test_nothing_is_noted_as_done_by_the_system_that_a_person_did(here: Desk2) -> None:
    await here.confirm(ABE)
    await here.run()
    one = await here.one()
    by = {c.after: c.actor_id for c in await here.lane.all(Change, subject_id=one.id, field="state")}
    assert by == {"sent": SYSTEM.who.slack_user_id}
    assert await here.lane.all(Notice, kind="hub") == []
