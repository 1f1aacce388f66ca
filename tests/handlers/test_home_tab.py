"""The Home tab through the real application: who sees what, one publication an opening, never a stale picture.

Events and presses are as Slack sends them; what people have on their screen is read from the local Slack.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from message_templates import ids
from message_templates.catalogs import CATALOGS
from sandbox import event_shapes, payloads, views
from sandbox.world import Json
from tests.handlers.cast import ACTORS, ADMIN, EMPLOYEE, GUEST, LOBBY, MARK, NEW, OWNER, SEC, STRANGER
from tests.handlers.slackside import Modal, Outcome, texts
from tests.handlers.stage import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")
JA, EN = CATALOGS["ja"], CATALOGS["en"]


async def opened(stage: Scene, user: str) -> Outcome:
    """Somebody opens the Home tab."""
    world = stage.slack.live.sandbox.world
    before = views.home_of(world, user)
    shown = payloads.view_object(world, before) if before else None
    inner = event_shapes.app_home_opened(
        stage.slack.live.sandbox, world.users[user], world.channels[LOBBY], "home", shown
    )
    return await stage.slack.send(stage.slack.event(inner))


def home(stage: Scene, user: str) -> Json:
    """What stands on somebody's Home tab."""
    found = views.home_of(stage.slack.live.sandbox.world, user)
    assert found, f"{user} has no Home tab"
    return found.content


def words(stage: Scene, user: str) -> str:
    return "\n".join(texts(home(stage, user)))


def published(done: Outcome) -> list[str]:
    """How each publication ended."""
    calls = [e for e in done.entries if e["kind"] == "api" and e["method"] == "views.publish"]
    return [e.get("error") or "ok" for e in calls]


def forget(stage: Scene) -> None:
    """Nobody has a Home tab, and the database is as it was."""
    world = stage.slack.live.sandbox.world
    for key in [k for k, v in world.views.items() if v.type == "home"]:
        del world.views[key]
    stage.restore()


@pytest.fixture(autouse=True)
def fresh(stage: Scene) -> None:
    forget(stage)


async def test_the_acknowledgement_comes_first_and_nothing_is_asked_before_it(stage: Scene) -> None:
    done = await opened(stage, SEC)
    assert (done.status, done.ack, done.early) == (200, {}, [])
    assert published(done) == ["ok"]


async def test_the_team_sees_its_plate_and_no_answer_of_anybody(stage: Scene) -> None:
    await opened(stage, SEC)
    shown = words(stage, SEC)
    assert JA["home.guide_title"] in shown
    assert "2026年度" in shown
    assert JA["home.waiting"].format(count=1) in shown
    assert JA["home.stuck"].format(count=2) in shown
    assert MARK not in shown


async def test_the_administrator_sees_the_guide_without_the_teams_numbers(stage: Scene) -> None:
    await opened(stage, ADMIN)
    shown = words(stage, ADMIN)
    assert JA["home.guide_title"] in shown
    assert JA["home.not_yours"] in shown
    assert JA["home.now"] not in shown


async def test_an_owner_sees_their_own_cards_alone(stage: Scene) -> None:
    await opened(stage, OWNER)
    shown = words(stage, OWNER)
    assert "2026年度　1件" in shown
    assert JA["home.now"] not in shown
    assert MARK not in shown


async def test_everybody_else_sees_a_sentence_in_their_language(stage: Scene) -> None:
    await opened(stage, EMPLOYEE)
    assert words(stage, EMPLOYEE).split("\n") == [EN["home.hello"], EN["home.hello_how"], EN["home.propose"]]
    await opened(stage, GUEST)
    assert words(stage, GUEST) == JA["home.outside"]


async def test_nobody_reads_a_suppliers_name_or_work_there(stage: Scene) -> None:
    for actor in ACTORS:
        done = await opened(stage, actor.user)
        assert MARK not in done.returned, actor.who
        assert all(e["user"] == actor.user for e in done.shown), actor.who


@pytest.mark.parametrize("user", [STRANGER, NEW])
async def test_nothing_is_published_to_people_of_other_companies(stage: Scene, user: str) -> None:
    assert published(await opened(stage, user)) == []


async def test_the_same_picture_is_not_published_twice(stage: Scene) -> None:
    assert published(await opened(stage, SEC)) == ["ok"]
    assert published(await opened(stage, SEC)) == []


async def test_a_tab_that_slack_has_lost_is_published_again(stage: Scene) -> None:
    await opened(stage, SEC)
    world = stage.slack.live.sandbox.world
    for key in [k for k, v in world.views.items() if v.type == "home"]:
        del world.views[key]
    assert published(await opened(stage, SEC)) == ["ok"]


async def test_what_a_press_changes_stands_on_the_tab_of_whoever_pressed(stage: Scene) -> None:
    await opened(stage, SEC)
    done = await pressed(stage, SEC, ids.Do.HOME_SKIP)
    assert published(done) == ["ok"]
    assert JA["home.guide_title"] not in words(stage, SEC), "that was the last step that was left"
    await pressed(stage, SEC, ids.Do.HOME_GUIDE)
    assert JA["home.state.skipped"] in words(stage, SEC)
    await pressed(stage, SEC, ids.Do.HOME_GUIDE)
    assert JA["home.guide_title"] not in words(stage, SEC)


async def test_a_press_on_a_tab_that_nobody_noted_is_followed_too(stage: Scene) -> None:
    """The process died between publishing and noting."""
    await opened(stage, SEC)
    stage.restore()
    assert published(await pressed(stage, SEC, ids.Do.HOME_SKIP)) == ["ok"]
    assert JA["home.guide_title"] not in words(stage, SEC)


async def test_a_press_that_changes_nothing_there_publishes_nothing(stage: Scene) -> None:
    await opened(stage, SEC)
    assert published(await pressed(stage, SEC, ids.Do.HOME_DEPARTMENT)) == []
    assert published(await stage.slack.send(stage.slack.command(SEC, "list", LOBBY))) == []


async def test_whoever_never_opened_the_tab_gets_none(stage: Scene) -> None:
    done = await stage.slack.send(stage.slack.command(SEC, "pause", LOBBY))
    assert published(done) == []


async def test_commands_show_there_too(stage: Scene) -> None:
    await opened(stage, SEC)
    assert published(await stage.slack.send(stage.slack.command(SEC, "pause", LOBBY))) == ["ok"]
    assert JA["home.paused"].split("`")[0] in words(stage, SEC)


async def test_a_stale_picture_never_replaces_a_newer_one(stage: Scene) -> None:
    """Another process has published and not noted it yet: our hash is refused, and what we then show is drawn anew."""
    await opened(stage, SEC)
    sandbox = stage.slack.live.sandbox
    theirs: Json = {"type": "home", "blocks": [{"type": "divider"}]}
    views.publish(sandbox, SEC, views.checked(sandbox.world, theirs))
    done = await stage.slack.send(stage.slack.command(SEC, "pause", LOBBY))
    assert published(done) == ["hash_conflict", "ok"]
    assert JA["home.paused"].split("`")[0] in words(stage, SEC)
    assert published(await opened(stage, SEC)) == []


async def test_what_changes_between_drawing_and_a_publication_without_hash_is_drawn_too(stage: Scene) -> None:
    """While our tab is on its way without a hash, the database moves on: it is looked at once more."""
    homes = stage.app.services.homes
    noting, moved = homes.published, False

    async def note(*args: Any) -> None:
        nonlocal moved
        await noting(*args)
        if not moved:
            moved = True
            async with stage.app.db.begin("test.moved") as tx:
                await _pause(tx)

    object.__setattr__(homes, "published", note)
    try:
        assert published(await opened(stage, SEC)) == ["ok", "ok"]
    finally:
        del homes.__dict__["published"]
    assert JA["home.paused"].split("`")[0] in words(stage, SEC)


async def _pause(tx: Any) -> None:
    from bot.domain.settings import PAUSED, Setting

    tx.add(Setting(id=PAUSED, value={"on": True}))


async def test_refusals_on_the_tab_open_a_note_and_do_not_lie_on_a_modal_that_is_not_there(stage: Scene) -> None:
    await opened(stage, SEC)
    view = views.home_of(stage.slack.live.sandbox.world, SEC)
    assert view
    action = {
        "type": "button",
        "action_id": ids.Do.HOME_SKIP,
        "block_id": "b",
        "action_ts": "9.9",
        "value": "1.nonsense",
    }
    trigger = stage.slack.live.triggers.issue(SEC)
    user = stage.slack.live.sandbox.world.users[SEC]
    body = payloads.view_action(stage.slack.live.sandbox, user, view, action, trigger_id=trigger)
    done = await stage.slack.send(body)
    assert done.problems == []
    assert JA["refusal.not_found"] in done.words


async def pressed(stage: Scene, user: str, do: str) -> Outcome:
    """Press a button of the tab as it is now."""
    view = views.home_of(stage.slack.live.sandbox.world, user)
    assert view
    found = stage.slack.press(user, Modal(view.content), do)
    shown = payloads.view_object(stage.slack.live.sandbox.world, replace(view))
    return await stage.slack.send(found | {"view": shown, "container": {"type": "view", "view_id": view.id}})


# -- the lists that a command whispers -------------------------------------------------------------------------------------


async def test_the_ledger_turns_its_pages_in_its_modal(stage: Scene) -> None:
    await opened(stage, SEC)
    await pressed(stage, SEC, ids.Do.HOME_LIST)
    first = stage.slack.modal_of(SEC)
    await _in_place(stage, f"{ids.Do.LIST_TURN}.next")
    assert stage.slack.modal_of(SEC).content["blocks"] != first.content["blocks"]


async def test_a_message_is_settled_in_its_modal(stage: Scene) -> None:
    await opened(stage, SEC)
    await pressed(stage, SEC, ids.Do.HOME_STUCK)
    before = len(stage.slack.modal_of(SEC).content["blocks"])
    done = await _in_place(stage, ids.Do.NOTICE_AGAIN)
    assert len(stage.slack.modal_of(SEC).content["blocks"]) < before
    assert published(done) == ["ok"]


async def test_a_review_is_judged_from_the_tab(stage: Scene) -> None:
    await opened(stage, SEC)
    await pressed(stage, SEC, ids.Do.HOME_JUDGE)
    await _in_place(stage, ids.Do.JUDGE_OPEN)
    assert stage.slack.modal_of(SEC).content["callback_id"] == ids.View.JUDGE


async def test_a_channel_is_chosen_and_looked_at_in_one_modal(stage: Scene) -> None:
    await opened(stage, SEC)
    await pressed(stage, SEC, ids.Do.HOME_CHANNELS)
    shown = stage.slack.modal_of(SEC).content
    assert [b["text"]["text"] for b in shown["blocks"] if "accessory" in b] == ["#c0nami"]
    await _in_place(stage, ids.Do.HOME_LINK)
    assert stage.slack.modal_of(SEC).content["callback_id"] == ids.View.LINK


async def test_the_team_is_one_group_or_one_channel(stage: Scene) -> None:
    await opened(stage, ADMIN)
    await pressed(stage, ADMIN, ids.Do.HOME_TEAM)
    form = stage.slack.modal_of(ADMIN)
    done = await stage.slack.send(stage.slack.submit(ADMIN, form, {}))
    assert list(done.ack["errors"].values()) == [JA["refusal.one_of_two"]]
    done = await stage.slack.send(stage.slack.submit(ADMIN, form, {"group": "S0NEXT"}))
    assert done.problems == []
    assert JA["team.members"].format(members=2) in done.words


async def _in_place(stage: Scene, do: str) -> Outcome:
    """Press in the modal that is on top, without opening it anew."""
    world = stage.slack.live.sandbox.world
    top = views.stack(world, SEC)[-1]
    body = stage.slack.press(SEC, Modal(top.content), do)
    for view in world.views.values():
        view.open = view is top or (view.open and view.user != SEC)
    body |= {"view": payloads.view_object(world, top), "container": {"type": "view", "view_id": top.id}}
    done = await stage.slack.send(body)
    assert done.problems == []
    return done


async def test_a_proposal_is_decided_in_the_tabs_modal(stage: Scene) -> None:
    await opened(stage, SEC)
    assert JA["proposal.home"].format(count=1) in words(stage, SEC)
    await pressed(stage, SEC, ids.Do.HOME_PROPOSALS)
    done = await _in_place(stage, ids.Do.PROPOSAL_CONFIRM)
    assert JA["proposal.none"] in texts(stage.slack.modal_of(SEC).content)
    assert published(done) == ["ok"]
    assert JA["proposal.title"] not in words(stage, SEC)
