"""Every route that Bolt knows, tried by every wrong person, on things that are really there.

Refused means: told so in words to that person alone, no row changed, nothing queued for anybody, and not one byte of any
supplier's name, work or answers in anything that left the app. So that this can fail, the right person is accepted on the
same payload, and the last tests take rows of the permissions table away, and make them generous, and see the check fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from _pytest.mark.structures import ParameterSet

from bot.domain.ledger import Owner, OwnerRole
from bot.domain.people import Membership, Person
from bot.domain.permissions import MAY, Action, Role
from bot.domain.refusal import Code
from message_templates.catalogs import CATALOGS, LANGUAGES
from sandbox.elements import places
from sandbox.world import Json
from tests.handlers.cast import ACTORS, BY_USER, CH1, CH2, CH3, EMPLOYEE, MARK, Actor
from tests.handlers.slackside import Outcome, is_one
from tests.handlers.stage import Scene
from tests.handlers.tally import TALLY
from tests.handlers.tries import ADVICE, EVENTS, ROUTES, TRIES, Try, routes_of, tries_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRESSED = [route for route in ROUTES if not route.startswith("event ")]
HAPPENING = [route for route in ROUTES if route.startswith("event ")]
FRAME = {CATALOGS[language][key] for language in LANGUAGES for key in ("note.title", "common.close")}
SAID_NO = [
    re.compile(re.sub(r"\\\{\w+\\\}", ".*", re.escape(sentence)))
    for language in LANGUAGES
    for key, sentence in CATALOGS[language].items()
    if key.startswith("refusal.") or key == "note.crash"
]
"""Every way in which the product says no, or that something broke, in either language."""


def sentences(code: Code) -> set[str]:
    return {CATALOGS[language][f"refusal.{code.value}"] for language in LANGUAGES}


def is_wrong(actor: Actor, one: Try) -> bool:
    return not actor.holds & one.needs


# -- what is checked -----------------------------------------------------------------------------------------------------


async def check_refused(stage: Scene, route: str, actor: Actor) -> int:
    """AssertionError unless this person is refused on every payload of the route; on how many they were."""
    refused = 0
    for one in tries_of(route):
        if not is_wrong(actor, one):
            continue
        try:
            await _refused(stage, route, one, actor)
        except AssertionError:
            stage.restore()
            raise
        if actor.unknown:
            stage.restore()
        refused += 1
    return refused


async def _refused(stage: Scene, route: str, one: Try, actor: Actor) -> None:
    done = await stage.slack.send(one.make(stage, actor.user, actor.place))
    code = Code.UNKNOWN_PERSON if actor.unknown else Code.NOT_YOURS
    _told_no(done, actor, code, one)
    changed = stage.changes()
    if actor.unknown:  # Slack is asked who they are after the acknowledgement; that is all that may be written
        changed = [row for row in changed if not row.startswith(("+ person:", "+ person_name:"))]
    assert not changed, f"{actor.who} changed something at {route}:\n" + "\n".join(changed)
    if actor.unknown:
        again = await stage.slack.send(one.make(stage, actor.user, actor.place))
        _told_no(again, actor, Code.NOT_YOURS, one)


def _told_no(done: Outcome, actor: Actor, code: Code, one: Try) -> None:
    """In words, to that person alone, and nothing else at all."""
    assert done.status == 200, done.status
    assert not done.early, f"Slack was asked before the acknowledgement: {done.early}"
    assert not done.problems, done.problems
    assert MARK not in done.returned, f"{actor.who} reads what is another supplier's: {done.returned}"
    for seen in done.shown:
        assert seen["kind"] in {"view", "ephemeral"}, f"everybody in the channel reads it: {seen}"
        assert seen["user"] == actor.user, f"{seen['user']} is told what {actor.user} may not do"
    if done.ack:
        assert done.ack.get("response_type", "ephemeral") == "ephemeral", done.ack
    expected = set() if one.quiet else sentences(code)
    said = set(done.words) - FRAME
    assert bool(said) == bool(expected), f"{actor.who} is told {said or 'nothing'}, not that it is refused"
    assert said <= expected, f"{actor.who} is told {said - expected}; the sentence is {expected}"


async def check_accepted(stage: Scene, route: str, one: Try) -> None:
    """AssertionError unless the person who may do it can, on the very payload that others are refused on."""
    who = BY_USER[one.right]
    try:
        done = await stage.slack.send(one.make(stage, who.user, who.place))
        _accepted(done, one, route)
        changed = stage.changes()
    finally:
        stage.restore()
    assert bool(changed) == one.writes, f"a press of {who.who} at {route} wrote:\n" + ("\n".join(changed) or "nothing")


def _accepted(done: Outcome, one: Try, route: str) -> None:
    assert done.status == 200, done.status
    assert not done.early, f"Slack was asked before the acknowledgement: {done.early}"
    assert not done.problems, done.problems
    refused = [word for word in done.words if any(no.fullmatch(word) for no in SAID_NO)]
    assert not refused, f"the right person is refused at {route}: {refused}"
    assert one.writes or done.words or not one.shows, f"nothing came of {route}"
    own = {"page": "1", "supplier": "1", "owner": "1", "second's person": "2", "second's page": "2"}
    for number in {own[need] for need in one.needs if need in own}:
        foreign = re.findall(rf"{MARK}[^{number}].{{0,12}}", done.returned)
        assert not foreign, f"the right person of {route} reads another supplier's: {foreign}"


KNOWN = {
    "U0SECGONE": ("employee", False, {"security"}),
    "U0GONE": ("employee", False, set()),
    "U0EMP": ("employee", True, set()),
    "U0OWNER": ("employee", True, {f"channel:{CH1}"}),
    "U0CHIE": ("external", True, set()),
    "U0DORA": ("external", False, {f"channel:{CH1}"}),
    "U0SPY": ("external", True, {f"channel:{CH1}", f"channel:{CH2}"}),
    "U0STRANGER": ("external", True, set()),
    "U0GUEST": ("guest", True, {f"channel:{CH1}"}),
    "U0FRIEND": ("guest", True, {f"channel:{CH3}"}),
}
"""What the cache holds of people who are wrong for one reason alone: kind, whether active, groups."""


async def test_the_wrong_people_are_wrong_for_the_reason_that_is_named(stage: Scene) -> None:
    async with stage.app.db.read() as tx:
        found = {p.slack_user_id: p for p in await tx.find(Person)}
        groups = {user: {m.group for m in await tx.find(Membership, person_id=p.id)} for user, p in found.items()}
        deputies = {o.person_id for o in await tx.find(Owner, role=OwnerRole.DEPUTY.value)}
    assert {u: (found[u].kind.value, found[u].active, groups[u]) for u in KNOWN} == KNOWN
    assert deputies == {found["U0GONE"].id}
    assert "U0NEW" not in found
    assert {actor.user for actor in ACTORS} == found.keys() | {"U0NEW"}


# -- the tests -----------------------------------------------------------------------------------------------------------


AT_ONCE = 5
"""Wrong people a route is tried by in the short run, others at every route; `make proofs` tries every pair."""


def pairs() -> list[ParameterSet]:
    """Every route with every person; those beyond the short run are proofs."""
    found = []
    for n, route in enumerate(PRESSED):
        for m, actor in enumerate(ACTORS):
            short = (m - n * AT_ONCE) % len(ACTORS) < AT_ONCE
            marks = () if short else (pytest.mark.proof,)
            found.append(pytest.param(route, actor, marks=marks, id=f"{route}-{actor.who}"))
    return found


@pytest.mark.parametrize(("route", "actor"), pairs())
async def test_every_route_refuses_every_wrong_person(stage: Scene, route: str, actor: Actor) -> None:
    TALLY.add(route, actor.who, await check_refused(stage, route, actor))


@pytest.mark.parametrize("route", PRESSED)
async def test_the_right_person_is_accepted_on_the_same_payload(stage: Scene, route: str) -> None:
    for one in tries_of(route):
        await check_accepted(stage, route, one)


@pytest.mark.parametrize("route", HAPPENING)
async def test_an_event_has_no_authority_whoever_it_is_about(stage: Scene, route: str) -> None:
    """An event only says when to look: it is kept in the inbox, and nothing is believed of what it tells."""
    assert route in EVENTS, ADVICE.format(route=route)
    for actor in ACTORS:
        done = await stage.slack.send(EVENTS[route](stage.slack, actor.user))
        assert (done.status, done.ack, done.entries) == (200, {}, []), route
        assert stage.changes() == [], f"{route} of {actor.who} changed something before anybody had looked"
        TALLY.add(route, actor.who, 1)
    stage.restore()


async def test_a_file_in_the_hubs_thread_is_wanted_from_the_suppliers_people_alone(stage: Scene) -> None:
    """The one event that brings something in: who dropped it is looked up, never taken from what the event says."""
    for actor in ACTORS:
        await stage.slack.send(EVENTS["event message"](stage.slack, actor.user))
        await stage.app.services.watching.work_through(stage.app.clock.now())
        changed = stage.changes()
        wanted = [row for row in changed if row.startswith("+ file_fetch:")]
        assert bool(wanted) == ("supplier" in actor.holds), f"a file of {actor.who}: {changed}"
        others = [row for row in changed if not row.startswith(("+ file_fetch:", "+ audit_event:", "+ person"))]
        assert others == [], f"a file of {actor.who} changed more: {others}"
        stage.restore()


async def test_the_application_has_the_routes_that_were_tried(stage: Scene) -> None:
    assert routes_of(stage.app.bolt) == ROUTES
    assert len(set(ROUTES)) == len(ROUTES)


async def test_every_button_on_the_stage_has_exactly_one_route(stage: Scene) -> None:
    """A button that nobody listens to spins for three seconds and then shows an error."""
    for name, blocks in [*((n, c.blocks) for n, c in stage.cards.items()), *modal_blocks(stage)]:
        for place in places(blocks):
            if place.type == "button" or not place.is_input or place.block.get("dispatch_action"):
                routes = [r for r in PRESSED if is_one(place.action_id, r.removeprefix("action "))]
                assert len(routes) == 1, f"{name}: {place.action_id} ({place.label}) is heard by {routes}"
                assert await stage.slack.heard(place.action_id) == 1, f"{name}: {place.action_id} ({place.label})"


def modal_blocks(stage: Scene) -> list[tuple[str, list[Json]]]:
    return [(name, modal.content["blocks"]) for name, modal in stage.modals.items()]


async def test_no_row_is_left_over_for_a_route_that_is_gone() -> None:
    assert set(TRIES) == set(PRESSED)
    assert set(EVENTS) == set(HAPPENING)


async def test_every_action_of_the_permissions_table_is_tried_somewhere() -> None:
    assert {one.action for tries in TRIES.values() for one in tries} == set(Action)
    assert set(MAY) == set(Action)


async def test_a_route_without_a_payload_fails_with_a_sentence_that_says_what_to_add() -> None:
    with pytest.raises(AssertionError, match=r"add a row to TRIES .* tests/handlers/tries\.py"):
        tries_of("action vr1.brand_new")


# -- the check can fail --------------------------------------------------------------------------------------------------


def tried(action: Action) -> list[tuple[str, Try]]:
    return [(route, one) for route, tries in TRIES.items() for one in tries if one.action is action]


@pytest.mark.parametrize("action", list(Action))
async def test_a_row_that_is_missing_is_noticed(stage: Scene, monkeypatch: pytest.MonkeyPatch, action: Action) -> None:
    monkeypatch.delitem(MAY, action)
    for route, one in tried(action):
        if not one.quiet:
            with pytest.raises(AssertionError, match="the right person is refused"):
                await check_accepted(stage, route, one)


FOR_EVERY_EMPLOYEE = {Action.ASK, Action.HELP, Action.PROPOSE, Action.LIST_ENDS}


ASKED_MORE = {
    *(f"action vr1.file_{what}" for what in ("import", "stop", "columns")),  # the file of whoever sent it
    "view vr1.file_columns",
    "action vr1.document_file",
    "view vr1.document_file",
    "view vr1.list_open",  # a list is read before its rows can be changed
}
"""Routes where the table is not all that is asked."""


# What is for every employee already: nobody else has any role where there is no subject to have one for.
@pytest.mark.parametrize("action", [action for action in Action if action not in FOR_EVERY_EMPLOYEE])
async def test_a_row_that_is_too_generous_is_noticed(
    stage: Scene, monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    monkeypatch.setitem(MAY, action, frozenset(Role))
    for route, one in tried(action):
        if one.needs & {"page", "second's page"} or route in ASKED_MORE:
            continue  # a page belongs to one person: that is asked before the table, and again after it
        with pytest.raises(AssertionError):
            await check_refused(stage, route, BY_USER[EMPLOYEE])


# -- how much that was ---------------------------------------------------------------------------------------------------


async def test_routes_times_actors(record_property: Callable[[str, object], None]) -> None:
    """Stands last: prints at the end of the run what was tried."""
    assert TALLY.refused.keys() <= set(ROUTES)
    for line in TALLY.lines():
        record_property("summary", line)
