"""The record through the real application: opened, turned, edited on top of it by two people, and drawn anew below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from message_templates import ids
from sandbox import entering, payloads, views
from sandbox.elements import places
from sandbox.world import Json, View
from tests.handlers.cast import SEC
from tests.handlers.slackside import Modal, Outcome, Slackside, is_one
from tests.handlers.stage import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def as_it_was(stage: Scene) -> Iterator[None]:
    yield
    stage.restore()


async def pressed(slack: Slackside, user: str, thing: Any, do: str, **how: Any) -> Modal:
    done = await slack.send(slack.press(user, thing, do, **how))
    assert not done.problems, done.problems
    assert not done.early, done.early
    return slack.modal_of(user)


async def submitted(slack: Slackside, user: str, modal: Modal, **values: Any) -> Outcome:
    done = await slack.send(slack.submit(user, modal, values))
    assert not done.problems, done.problems
    assert not done.early, done.early
    return done


def block_ids(view: Json) -> list[str]:
    return [b["block_id"] for b in view["blocks"] if b["type"] == "input"]


async def test_the_pages_in_turn_and_a_day_in_the_past(stage: Scene) -> None:
    slack, record = stage.slack, stage.modals["record"]
    for page, words in (
        ("連絡先", "連絡先を追加"),
        ("書類", "契約書"),
        ("変更履歴", "ページ"),
        ("会社の情報", "法人番号"),
    ):
        assert words in str((await pressed(slack, SEC, record, ids.Do.RECORD_PAGE, choose=page)).content)
    then = await pressed(slack, SEC, stage.modals["record work"], ids.Do.RECORD_DAY, choose="2020-01-01")
    assert "まだ登録されていません" in str(then.content)
    now = await pressed(slack, SEC, then, ids.Do.RECORD_TURN)
    assert "業務を編集" in str(now.content)


async def test_two_people_edit_and_neither_loses_anything(stage: Scene) -> None:
    slack, work = stage.slack, stage.modals["record work"]
    mine = await pressed(slack, SEC, work, ids.Do.RECORD_EDIT)
    theirs = await pressed(slack, SEC, work, ids.Do.RECORD_EDIT)
    done = await submitted(slack, SEC, theirs, business="彼らの業務", ends_on="2027-03-31")
    assert "保存しました" in done.returned
    clash = await submitted(slack, SEC, mine, business="私の業務", contract_type="mandate")
    view = clash.ack["view"]
    assert "「彼らの業務」に変更しました" in clash.returned
    assert "私の業務" in str(view)
    changed = {a for a, b in zip(block_ids(mine.content), block_ids(view), strict=True) if a != b}
    assert {ids.field_name(b) for b in changed} == {"business", "ends_on", "contract_type"}
    final = await submitted(slack, SEC, Modal(view), business="ふたりの業務")
    assert "保存しました" in final.returned
    anew = await pressed(slack, SEC, stage.cards["glance"], ids.Do.RECORD_OPEN, nth=1)
    shown = str(anew.content)
    assert all(words in shown for words in ("ふたりの業務", "2027年3月31日", "委任"))


async def test_what_is_wrong_stands_under_its_field(stage: Scene) -> None:
    done = await submitted(stage.slack, SEC, stage.modals["record edit"], ends_on="2001-01-01")
    (block,) = done.ack["errors"]
    assert ids.field_name(block) == "ends_on"
    assert stage.changes() == []


async def test_the_record_below_is_drawn_anew(stage: Scene) -> None:
    """The form lies on the record that is open; when it is saved the record shows what is stored now."""
    slack = stage.slack
    world = slack.live.sandbox.world
    await pressed(slack, SEC, stage.cards["glance"], ids.Do.RECORD_OPEN, nth=1)
    (below,) = views.stack(world, SEC)
    await slack.send(_press_on(slack, below, ids.Do.RECORD_EDIT))
    _below, form = views.stack(world, SEC)
    (place,) = [p for p in places(form.content["blocks"]) if ids.field_name(p.block_id) == "business"]
    user = world.users[SEC]
    form.values = {place.block_id: {place.action_id: entering.entered(world, user, place, "描き直された業務")}}
    trigger = slack.live.triggers.issue(SEC)
    done = await slack.send(payloads.view_submission(slack.live.sandbox, user, form, trigger_id=trigger))
    assert not done.problems
    assert "保存しました" in str(done.ack)
    assert "描き直された業務" in str(below.content["blocks"])


def _press_on(slack: Slackside, view: View, do: str) -> Json:
    """A press of an element in a modal that is open, as it lies there."""
    place = next(p for p in places(view.content["blocks"]) if is_one(p.action_id, do))
    trigger = slack.live.triggers.issue(SEC)
    action = slack._action(place, {})
    return payloads.view_action(
        slack.live.sandbox, slack.live.sandbox.world.users[SEC], view, action, trigger_id=trigger
    )


async def test_the_wizard_keeps_class_grounds_and_day(stage: Scene) -> None:
    slack, cloud = stage.slack, stage.modals["cloud"]
    wrong = await submitted(slack, SEC, cloud, terms_entrust="no", basis="第11条")
    assert {ids.field_name(b) for b in wrong.ack["errors"]} == {"terms_exclude", "access_controlled"}
    answers = {"terms_entrust": "no", "terms_exclude": "yes", "access_controlled": "yes"}
    done = await submitted(slack, SEC, cloud, **answers, basis="第11条", url="https://cloud.example.com/t")
    assert "25条の監督の対象外" in done.returned
    again = await submitted(slack, SEC, cloud, terms_entrust="yes", basis="第8条")
    assert "第11条 https://cloud.example.com/t" in again.returned  # it was classed meanwhile: both are shown
    anew = await pressed(slack, SEC, stage.cards["glance"], ids.Do.RECORD_OPEN, nth=1)
    assert "取扱いなし" in str(anew.content)


async def test_a_field_of_the_teams_own_is_asked_and_shown(stage: Scene) -> None:
    slack = stage.slack
    await submitted(slack, SEC, stage.modals["field"], label_ja="契約書の保管場所", kind="line")
    work = await pressed(slack, SEC, stage.cards["glance"], ids.Do.RECORD_OPEN, nth=1)
    form = await pressed(slack, SEC, work, ids.Do.RECORD_EDIT, nth=4)
    (name,) = [ids.field_name(b) for b in block_ids(form.content)]
    await submitted(slack, SEC, form, **{name: "<!channel> A棟"})
    anew = await pressed(slack, SEC, stage.cards["glance"], ids.Do.RECORD_OPEN, nth=1)
    assert "契約書の保管場所: <!channel> A棟" in str(anew.content)


async def test_a_contacts_address_is_refused_in_a_sentence_and_kept_in_the_form(stage: Scene) -> None:
    slack = stage.slack
    people = await pressed(slack, SEC, stage.modals["record"], ids.Do.RECORD_PAGE, choose="連絡先")
    form = await pressed(slack, SEC, people, ids.Do.RECORD_EDIT)
    done = await submitted(slack, SEC, form, name="山田 花", mail="担当@example.invalid")
    assert "半角" in done.returned
    assert [ids.field_name(b) for b in done.ack["errors"]] == ["mail"]
    saved = await submitted(slack, SEC, form, name="山田 花", mail="hana@example.invalid")
    assert "登録しました" in saved.returned
