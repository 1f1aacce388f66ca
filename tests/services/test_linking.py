"""Linking: exactly what a person was shown becomes the endpoint, or nothing does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot.domain.delivery import AuditEvent, Inbox
from bot.domain.ledger import Change, ChannelLook, Endpoint, EndpointState, Supplier, SupplierState, SupplierTeam
from bot.domain.linking import Warn
from bot.domain.people import Membership, Person, channel_group
from bot.domain.refusal import Code, Refusal
from storage.db import Database
from tests.kit import StillClock, press
from tests.services.link_stage import (
    ANNA,
    BERT,
    CHANNEL,
    EMP,
    GUEST,
    HOSHI,
    MIKA,
    OTHER,
    RIVAL,
    SEC,
    Lane,
    lane,
)


@pytest.fixture
async def here(db: Database, clock: StillClock) -> Lane:
    return await lane(db, clock)


@pytest.fixture
async def supplier(here: Lane) -> Supplier:
    return await here.supplier()


async def refusal(asked: Awaitable[object]) -> Code:
    """Why it was refused."""
    with pytest.raises(Refusal) as caught:
        await asked
    return caught.value.code


async def test_who_will_see_what_is_posted_is_shown(here: Lane, supplier: Supplier) -> None:
    here.put(CHANNEL, SEC, ANNA, GUEST, teams=(MIKA,))
    shown = await here.look()
    assert [(c.id, c.name) for c in shown.companies] == [(MIKA, "みかづき運輸")]
    assert [(r.name, r.team_id) for r in shown.readers] == [("佐藤 花子", ""), ("安藤 花", MIKA), ("客野 個人", "")]
    assert (shown.warnings, shown.fit, shown.channel) == ((), True, CHANNEL.lower())
    assert [c.name for c in shown.candidates.shown] == [supplier.name]


async def test_what_was_shown_becomes_a_verified_endpoint(here: Lane, supplier: Supplier) -> None:
    here.put(CHANNEL, SEC, ANNA, BERT, GUEST, teams=(MIKA,))
    linked = await here.link(supplier)
    endpoint = await here.endpoint()
    assert endpoint
    assert (linked.supplier, linked.companies, linked.guests, linked.again) == (supplier.name, 1, 1, False)
    assert (endpoint.state, endpoint.teams, endpoint.guests, endpoint.supplier_id) == (
        EndpointState.VERIFIED,
        (MIKA,),
        (GUEST,),
        supplier.id,
    )
    (team,) = await here.all(SupplierTeam)
    assert (team.team_id, team.until, team.supplier_id) == (MIKA, None, supplier.id)
    people = {p.id: p.slack_user_id for p in await here.all(Person)}
    members = {people[m.person_id] for m in await here.all(Membership, group=channel_group(CHANNEL))}
    assert members == {SEC, ANNA, BERT, GUEST}
    (created,) = await here.all(Change, subject="endpoint", subject_id=endpoint.id)
    assert created.field == "created"
    assert [a.action for a in await here.all(AuditEvent)] == ["endpoint:verified"]


async def test_pressed_twice_it_is_linked_once(here: Lane, supplier: Supplier) -> None:
    shown = await here.look()
    twice = press(SEC, key="submit/1")
    first, second = await asyncio.gather(
        here.linking.confirm(twice, shown.look_id, supplier.id), here.linking.confirm(twice, shown.look_id, supplier.id)
    )
    assert first == second
    assert len(await here.all(Endpoint)) == 1
    assert len(await here.all(AuditEvent)) == 1


@pytest.mark.parametrize("user", [EMP, GUEST])
async def test_only_the_security_team_may_link(here: Lane, supplier: Supplier, user: str) -> None:
    assert await refusal(here.linking.ask(press(user, channel_id=CHANNEL))) is Code.NOT_YOURS
    assert await refusal(here.look(CHANNEL, user)) is Code.NOT_YOURS
    shown = await here.look()
    assert await refusal(here.linking.confirm(press(user), shown.look_id, supplier.id)) is Code.NOT_YOURS
    assert await here.endpoint() is None


async def test_whoever_is_unknown_may_nothing(here: Lane, supplier: Supplier) -> None:
    assert await refusal(here.linking.ask(press("U0NEW", channel_id=CHANNEL))) is Code.UNKNOWN_PERSON
    assert await refusal(here.linking.confirm(press("U0NEW"), "x", supplier.id)) is Code.UNKNOWN_PERSON


async def test_another_persons_look_is_not_mine(here: Lane, supplier: Supplier) -> None:
    here.directory.groups["C0SEC"] = [SEC, EMP]
    await here.people.sweep_security()
    theirs = await here.look(CHANNEL, EMP)
    assert await refusal(here.linking.confirm(press(SEC), theirs.look_id, supplier.id)) is Code.CHANNEL_UNCHECKED


async def test_a_direct_message_is_no_channel(here: Lane) -> None:
    assert await refusal(here.linking.ask(press(SEC, channel_id="D0DM"))) is Code.CHANNEL_UNFIT


@pytest.mark.parametrize("gone", [True, False])
async def test_a_channel_that_we_cannot_see_is_not_shown(here: Lane, gone: bool) -> None:
    if gone:
        del here.directory.channels[CHANNEL]
    else:
        here.put(CHANNEL, SEC, ANNA, teams=(MIKA,), archived=True)
    assert await refusal(here.look()) is Code.CHANNEL_UNSEEN


async def test_a_slack_that_does_not_answer_is_told_in_words(here: Lane) -> None:
    here.directory.down = True
    assert await refusal(here.look()) is Code.BUSY
    assert await here.all(ChannelLook) == []


async def test_without_anybody_from_outside_it_cannot_be_linked(here: Lane, supplier: Supplier) -> None:
    here.put(CHANNEL, SEC, EMP)
    shown = await here.look()
    assert Warn.UNFIT in shown.warnings
    assert await refusal(here.linking.confirm(press(SEC), shown.look_id, supplier.id)) is Code.CHANNEL_UNFIT
    assert await here.endpoint() is None


async def test_a_crowd_of_our_own_is_refused_without_looking_everybody_up(here: Lane) -> None:
    here.put(CHANNEL, SEC, EMP)
    here.directory.groups[CHANNEL] = [f"U{n}" for n in range(101)]
    asked = here.directory.asked
    assert await refusal(here.look()) is Code.CHANNEL_UNFIT
    assert here.directory.asked == asked + 1
    assert await here.all(ChannelLook) == []


async def test_a_guest_alone_is_enough(here: Lane, supplier: Supplier) -> None:
    here.put(CHANNEL, SEC, GUEST)
    assert (await here.link(supplier)).guests == 1
    assert await here.all(SupplierTeam) == []


async def test_what_was_shown_too_long_ago_is_looked_at_again(here: Lane, supplier: Supplier) -> None:
    shown = await here.look()
    here.clock.advance(minutes=10, seconds=1)
    assert await refusal(here.linking.confirm(press(SEC), shown.look_id, supplier.id)) is Code.CHANNEL_UNCHECKED
    await here.link(supplier)


@pytest.mark.parametrize("look", ["", "0" * 32])
async def test_a_look_that_never_was_confirms_nothing(here: Lane, supplier: Supplier, look: str) -> None:
    assert await refusal(here.linking.confirm(press(SEC), look, supplier.id)) is Code.CHANNEL_UNCHECKED


@pytest.mark.parametrize(
    "kind", ["channel_shared", "channel_unshared", "member_joined_channel", "member_left_channel", "channel_archive"]
)
@pytest.mark.parametrize("worked", [True, False])
async def test_what_happened_since_makes_it_stale(here: Lane, supplier: Supplier, kind: str, worked: bool) -> None:
    shown = await here.look()
    here.clock.advance(seconds=1)
    await here.happens(kind, user=RIVAL, channel_id=CHANNEL)
    if worked:
        await here.watching.work_through(here.clock.now())
    assert await refusal(here.linking.confirm(press(SEC), shown.look_id, supplier.id)) is Code.CHANNEL_CHANGED


async def test_what_happened_before_or_elsewhere_does_not(here: Lane, supplier: Supplier) -> None:
    await here.happens("channel_shared", at=here.clock.real() - timedelta(seconds=1), channel_id=CHANNEL)
    shown = await here.look()
    await here.happens("channel_shared", channel_id=OTHER)
    await here.watching.work_through(here.clock.now())
    assert (await here.linking.confirm(press(SEC), shown.look_id, supplier.id)).companies == 1


async def test_the_submit_binds_what_was_shown_not_what_is_there(here: Lane, supplier: Supplier) -> None:
    """The submit may not use the network; the next look before sending finds the difference."""
    shown = await here.look()
    here.put(CHANNEL, SEC, ANNA, BERT, RIVAL, teams=(MIKA, HOSHI))
    asked = here.directory.asked
    await here.linking.confirm(press(SEC), shown.look_id, supplier.id)
    assert here.directory.asked == asked
    endpoint = await here.endpoint()
    assert endpoint
    assert endpoint.teams == (MIKA,)
    here.clock.advance(seconds=1)
    await here.watching.check_endpoints([endpoint.id], 0)
    suspended = await here.endpoint()
    assert suspended
    assert suspended.state is EndpointState.SUSPENDED


async def test_a_channel_belongs_to_one_supplier(here: Lane, supplier: Supplier) -> None:
    await here.link(supplier)
    other = await here.supplier("ほしぞら印刷")
    shown = await here.look()
    assert [(c.name, c.here, c.linked) for c in shown.candidates.shown] == [(supplier.name, True, True)]
    assert await refusal(here.linking.confirm(press(SEC), shown.look_id, other.id)) is Code.CHANNEL_TAKEN


async def test_a_channel_is_free_again_once_severed(here: Lane, supplier: Supplier) -> None:
    await here.link(supplier)
    endpoint = await here.endpoint()
    assert endpoint
    async with here.db.begin("test.sever") as tx:
        await tx.put(endpoint.model_copy(update={"state": EndpointState.SEVERED}))
    other = await here.supplier("ほしぞら印刷")
    assert not (await here.link(other)).again
    assert {e.state for e in await here.all(Endpoint)} == {EndpointState.SEVERED, EndpointState.VERIFIED}


@pytest.mark.parametrize("state", [SupplierState.ENDED, SupplierState.BLOCKED, SupplierState.MERGED])
async def test_only_an_active_supplier_can_be_chosen(here: Lane, state: SupplierState) -> None:
    ended = await here.supplier(state=state)
    shown = await here.look()
    assert shown.candidates.shown == ()
    with pytest.raises(Refusal) as caught:
        await here.linking.confirm(press(SEC), shown.look_id, ended.id)
    assert (caught.value.code, caught.value.field) == (Code.NOT_FOUND, "supplier")
    assert await refusal(here.linking.confirm(press(SEC), shown.look_id, "nothing")) is Code.NOT_FOUND


async def test_a_suspended_endpoint_is_verified_again_with_its_history(here: Lane, supplier: Supplier) -> None:
    await here.link(supplier)
    here.put(CHANNEL, SEC, ANNA, RIVAL, teams=(MIKA, HOSHI))
    here.clock.advance(seconds=1)
    await here.happens("channel_shared", channel_id=CHANNEL)
    await here.watching.work_through(here.clock.now())
    suspended = await here.endpoint()
    assert suspended
    assert (suspended.state, suspended.reason) == (EndpointState.SUSPENDED, "company_new")
    linked = await here.link(supplier)
    again = await here.endpoint()
    assert again
    assert (linked.again, again.id, again.state, again.teams, again.reason) == (
        True,
        suspended.id,
        EndpointState.VERIFIED,
        (MIKA, HOSHI),
        "",
    )
    states = [(c.before, c.after) for c in await here.all(Change, subject_id=again.id, field="state")]
    assert states == [("verified", "suspended"), ("suspended", "verified")]
    assert {t.team_id for t in await here.all(SupplierTeam, until=None)} == {MIKA, HOSHI}


async def test_a_company_that_is_no_longer_confirmed_ends(here: Lane, supplier: Supplier) -> None:
    here.put(CHANNEL, SEC, ANNA, RIVAL, teams=(MIKA, HOSHI))
    await here.link(supplier)
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA,))
    here.clock.advance(seconds=1)
    await here.link(supplier)
    assert {t.team_id: t.until is None for t in await here.all(SupplierTeam)} == {MIKA: True, HOSHI: False}
    here.put(OTHER, SEC, RIVAL, teams=(HOSHI,))
    await here.link(supplier, OTHER)
    assert {t.team_id for t in await here.all(SupplierTeam, until=None)} == {MIKA, HOSHI}


async def test_an_invited_company_is_shown_and_confirmed_with_the_rest(here: Lane, supplier: Supplier) -> None:
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA,), pending=(HOSHI,))
    shown = await here.look()
    assert [c.name for c in shown.pending] == ["ほしぞら印刷"]
    assert shown.warnings == (Warn.SEVERAL_COMPANIES, Warn.PENDING)
    await here.linking.confirm(press(SEC), shown.look_id, supplier.id)
    here.put(CHANNEL, SEC, ANNA, RIVAL, teams=(MIKA, HOSHI))
    endpoint = await here.endpoint()
    assert endpoint
    here.clock.advance(seconds=1)
    await here.watching.check_endpoints([endpoint.id], 0)
    assert (await here.endpoint() or endpoint).state is EndpointState.VERIFIED


async def test_an_invitation_that_slack_does_not_name_confirms_nobody(here: Lane, supplier: Supplier) -> None:
    here.put(CHANNEL, SEC, ANNA, teams=(MIKA,), pending=("?",))
    shown = await here.look()
    assert [c.name for c in shown.pending] == [""]
    await here.linking.confirm(press(SEC), shown.look_id, supplier.id)
    assert [t.team_id for t in await here.all(SupplierTeam)] == [MIKA]
    here.put(CHANNEL, SEC, ANNA, RIVAL, teams=(MIKA, HOSHI))
    endpoint = await here.endpoint()
    assert endpoint
    here.clock.advance(seconds=1)
    await here.watching.check_endpoints([endpoint.id], 0)
    assert (await here.endpoint() or endpoint).state is EndpointState.SUSPENDED


async def test_words_after_the_command_narrow_the_menu(here: Lane, supplier: Supplier) -> None:
    for n in range(120):
        await here.supplier(f"会社{n:03}")
    everyone = await here.look()
    assert (len(everyone.candidates.shown), everyone.candidates.total) == (100, 121)
    found = await here.look(CHANNEL, SEC, "みかづき")
    assert [c.name for c in found.candidates.shown] == [supplier.name]


async def test_looks_are_forgotten_after_a_day_and_presses_keep_no_names(here: Lane, supplier: Supplier) -> None:
    await here.look()
    here.clock.advance(days=1, seconds=1)
    await here.link(supplier)
    assert len(await here.all(ChannelLook)) == 1
    stored = " ".join(str(item.response) for item in await here.all(Inbox))
    assert "安藤" not in stored
