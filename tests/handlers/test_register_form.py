"""The register form while it is open: what is filled in, what is kept, and that it is never left searching (K02, K13).

Presses go through the real application into the local Slack, which keeps what stands in inputs whose ids stay the same, as
Slack does; the national register is our imitation.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ledger import Engagement, EngagementState, Supplier
from handlers.slack.replies import Reply
from message_templates import ids
from message_templates.catalogs import CATALOGS
from sandbox import entering, payloads, views
from sandbox.elements import places
from sandbox.world import Json, View
from tests.handlers.cast import LOBBY, OWNER, SEC
from tests.handlers.slackside import Outcome, texts
from tests.handlers.stage import Scene, scene
from tests.register_imitation import APPLICATION, MIKAZUKI, NEW, OLD, Imitation, imitation

pytestmark = pytest.mark.asyncio(loop_scope="module")
JA = CATALOGS["ja"]
SEARCHING = JA["register.note.searching"]


@dataclass
class Stage:
    scene: Scene
    other: Imitation


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with imitation() as other:
        more = {"corporate_register_url": other.url, "corporate_register_id": APPLICATION}
        async with scene(tmp_path_factory.mktemp("register"), **more) as made:
            made.app.services.companies._national._spacing = 0.0  # type: ignore[union-attr]
            yield Stage(made, other)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(module: Stage) -> AsyncIterator[Stage]:
    """Everything as it was, and a register in good health."""
    module.other.misbehave, module.other.hold = None, None
    module.scene.app.services.companies._national._closed_until = 0.0  # type: ignore[union-attr]
    yield module
    module.scene.restore()


class Form:
    """The register form on somebody's screen."""

    def __init__(self, stage: Stage, user: str) -> None:
        self.slack, self.user = stage.scene.slack, user
        self.sandbox = self.slack.live.sandbox

    @property
    def view(self) -> View:
        return views.stack(self.sandbox.world, self.user)[-1]

    @property
    def words(self) -> str:
        return "\n".join(texts(self.view.content))

    def block(self, field: str) -> Any:
        fits = [p for p in places(self.view.content["blocks"]) if _field(p.block_id) == field]
        assert len(fits) == 1, (field, [p.block_id for p in places(self.view.content["blocks"])])
        return fits[0]

    def stands(self, field: str) -> str:
        """What the person sees in an input."""
        place = self.block(field)
        state = payloads.view_object(self.sandbox.world, self.view)["state"]["values"]
        return str(state[place.block_id][place.action_id].get("value") or "")

    def chosen(self) -> str:
        """What the searching menu shows."""
        place = self.block("company")
        held = self.view.values.get(place.block_id, {}).get(place.action_id) or {}
        return str((held.get("selected_option") or {}).get("value") or "")

    def fill(self, field: str, given: Any) -> None:
        place = self.block(field)
        state = entering.entered(self.sandbox.world, self.sandbox.world.users[self.user], place, given)
        self.view.values.setdefault(place.block_id, {})[place.action_id] = state

    def act(self, do: str, option: str = "", moment: str = "") -> Json:
        """A press, as it stands now; `moment`: Slack's time of it."""
        place = next(p for p in places(self.view.content["blocks"]) if p.action_id == do)
        chosen = {"text": {"type": "plain_text", "text": "x"}, "value": option} if option else None
        state = {"type": place.type, "selected_option": chosen} if place.type != "button" else {"type": "button"}
        if option:
            self.view.values.setdefault(place.block_id, {})[do] = state
        action = {"action_id": do, "block_id": place.block_id, "action_ts": moment or self.sandbox.next_ts()} | state
        trigger = self.slack.live.triggers.issue(self.user)
        who = self.sandbox.world.users[self.user]
        return payloads.view_action(self.sandbox, who, self.view, action, trigger_id=trigger)

    async def send(self, body: Json, *, effects: bool = True) -> Outcome:
        done = await self.slack.send(body, effects=effects)
        assert done.status == 200
        assert done.problems == []
        return done

    async def submit(self) -> Outcome:
        trigger = self.slack.live.triggers.issue(self.user)
        who = self.sandbox.world.users[self.user]
        body = payloads.view_submission(self.sandbox, who, self.view, trigger_id=trigger)
        return await self.send(body, effects=False)  # what it shows is in the acknowledgement


def _field(block: str) -> str:
    return ids.field_name(block).partition(".")[0]


async def opened(stage: Stage, user: str = SEC, words: str = "") -> Form:
    form = Form(stage, user)
    done = await form.send(stage.scene.slack.command(user, f"register {words}".strip(), LOBBY))
    assert not done.early
    return form


async def complete(stage: Stage, form: Form, **fields: str) -> Outcome:
    async with stage.scene.app.db.read() as tx:
        departments = await stage.scene.app.services.companies.form(_press(form.user))
        assert not await tx.find(Supplier, corporate_number=NEW)
    usual = {"department": departments.departments[0].id, "business": "部品の加工", "contract_type": "quasi_mandate"}
    for name, given in (usual | {"personal_data": "no"} | fields).items():
        form.fill(name, given)
    return await form.submit()


def _press(user: str) -> Any:
    from tests.kit import press

    return press(user)


# -- finding the company -------------------------------------------------------------------------------------------------


async def test_what_is_typed_behind_the_command_stands_in_the_form(stage: Stage) -> None:
    assert (await opened(stage, words="株式会社　ひかり 工業")).stands("name") == "株式会社 ひかり 工業"
    assert (await opened(stage, words="Ｔ7-9999-0100-0001")).stands("corporate_number") == MIKAZUKI


async def test_asking_fills_the_form_and_keeps_what_was_typed(stage: Stage) -> None:
    form = await opened(stage)
    form.fill("corporate_number", "Ｔ７－９９９９－０１００－０００１")
    form.fill("business", "社内便の配送")
    done = await form.send(form.act(ids.Do.REGISTER_ASK))
    assert not done.early
    assert (form.stands("corporate_number"), form.stands("name")) == (MIKAZUKI, "株式会社みかづき運輸")
    assert form.stands("business") == "社内便の配送"
    for sentence in (JA["register.notice"], JA["register.source"], "ミカヅキウンユ", "東京都架空区"):
        assert sentence in form.words
    assert SEARCHING not in form.words
    await complete(stage, form, business="社内便の配送", secret_data="yes")
    async with stage.scene.app.db.read() as tx:
        [supplier] = await tx.find(Supplier, corporate_number=MIKAZUKI)
        [engagement] = await tx.find(Engagement, supplier_id=supplier.id)
    assert (supplier.reading, supplier.address[:3], engagement.secret_data) == ("ミカヅキウンユ", "東京都", True)


async def test_a_second_company_takes_the_place_of_the_first(stage: Stage) -> None:
    form = await opened(stage)
    form.fill("name", "みどり食品")
    await form.send(form.act(ids.Do.REGISTER_ASK))
    assert "2件見つかりました" in form.words
    assert form.stands("name") == "みどり食品"
    await form.send(form.act(ids.Do.REGISTER_FOUND, ids.pack("n", OLD)))
    assert form.stands("name") == "株式会社旧みどり食品"
    assert "合併により2025年3月31日(月)に解散" in form.words
    assert "みどり食品ホールディングス株式会社" in form.words
    await form.send(form.act(ids.Do.REGISTER_COMPANY, ids.pack("n", OLD)))
    assert form.chosen() == ids.pack("n", OLD)
    form.fill("corporate_number", NEW)
    await form.send(form.act(ids.Do.REGISTER_ASK))
    assert form.chosen() == "", "the searching menu would show a company that is not the one in the form"
    assert (form.stands("name"), form.stands("corporate_number")) == ("みどり食品ホールディングス株式会社", NEW)
    assert "解散" not in form.words


async def test_a_company_of_ours_takes_the_place_of_the_companys_fields_and_can_be_taken_back(stage: Stage) -> None:
    form = await opened(stage)
    four = stage.scene.ids["four"]
    await form.send(form.act(ids.Do.REGISTER_COMPANY, ids.pack("s", four)))
    assert "委託業務を追加します" in form.words
    assert not [b for b in form.view.content["blocks"] if _field(b.get("block_id", "")) == "name"]
    await form.send(form.act(ids.Do.REGISTER_COMPANY))
    assert form.stands("name") == ""
    await form.send(form.act(ids.Do.REGISTER_COMPANY, ids.pack("s", four)))
    done = await complete(stage, form)
    assert "新しい委託業務を追加しました" in done.returned
    async with stage.scene.app.db.read() as tx:
        assert {e.business for e in await tx.find(Engagement, supplier_id=four)} >= {"部品の加工"}


async def test_a_company_that_was_looked_up_is_not_stored_under_the_one_chosen_before(stage: Stage) -> None:
    form = await opened(stage)
    await form.send(form.act(ids.Do.REGISTER_COMPANY, ids.pack("s", stage.scene.ids["four"])))
    await form.send(form.act(ids.Do.REGISTER_COMPANY))
    form.fill("corporate_number", MIKAZUKI)
    await form.send(form.act(ids.Do.REGISTER_ASK))
    await complete(stage, form)
    async with stage.scene.app.db.read() as tx:
        [supplier] = await tx.find(Supplier, corporate_number=MIKAZUKI)
        assert len(await tx.find(Engagement, supplier_id=supplier.id)) == 1


# -- bad days of the register, bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "note"),
    [
        (403, "limited"),
        (404, "refused"),
        (500, "down"),
        ("html", "garbage"),
        ("columns", "garbage"),
        ("sjis", "garbage"),
    ],
)
async def test_a_bad_day_is_said_and_nothing_is_lost(stage: Stage, how: Any, note: str) -> None:
    stage.other.misbehave = how
    form = await opened(stage)
    form.fill("corporate_number", MIKAZUKI)
    form.fill("name", "みかづき")
    await form.send(form.act(ids.Do.REGISTER_ASK))
    assert JA[f"register.note.{note}"].partition("{")[0] in form.words
    assert SEARCHING not in form.words
    assert (form.stands("corporate_number"), form.stands("name")) == (MIKAZUKI, "みかづき")
    assert "登録しました" in (await complete(stage, form)).returned


async def test_even_a_breakdown_of_ours_does_not_leave_it_searching(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(stage.scene.app.services.companies, "find", breaks)
    form = await opened(stage)
    form.fill("corporate_number", MIKAZUKI)
    await form.send(form.act(ids.Do.REGISTER_ASK))
    assert JA["register.note.crash"] in form.words
    assert SEARCHING not in form.words


K13 = {
    "799990100000①": "bad_number",
    "79999010000²1": "bad_number",
    "٧999901000001": "bad_number",
    "0999901000001": "bad_check_digit",
    "799990100000": "bad_number",
    "79999010000011": "bad_number",
    "7.9999E+12": "lost_digits",
}


@pytest.mark.parametrize("number", K13)
async def test_a_number_that_is_none_is_refused_in_words_before_any_call(stage: Stage, number: str) -> None:
    form = await opened(stage)
    form.fill("corporate_number", number)
    asked = len(stage.other.asked)
    done = await form.send(form.act(ids.Do.REGISTER_ASK))
    assert JA[f"refusal.{K13[number]}"] in done.words  # on top of the form, which keeps its entries
    assert len(stage.other.asked) == asked
    views.stack(form.sandbox.world, SEC).pop()
    done = await complete(stage, await opened(stage), name="x", corporate_number=number)
    assert done.ack["response_action"] == "errors"
    assert {_field(b): s for b, s in done.ack["errors"].items()} == {"corporate_number": JA[f"refusal.{K13[number]}"]}


@pytest.mark.parametrize(
    "number",
    ["７９９９９０１０００００１", "T7999901000001", "7-9999-0100-0001", "7999901000001\u200b", " 7999901 000001 "],
)
async def test_a_number_is_taken_however_it_is_written(stage: Stage, number: str) -> None:
    assert (
        "登録しました"
        in (await complete(stage, await opened(stage), name="みかづき", corporate_number=number)).returned
    )
    async with stage.scene.app.db.read() as tx:
        assert len(await tx.find(Supplier, corporate_number=MIKAZUKI)) == 1


async def test_an_error_finds_its_field_also_where_it_was_filled(stage: Stage) -> None:
    form = await opened(stage)
    form.fill("corporate_number", MIKAZUKI)
    await form.send(form.act(ids.Do.REGISTER_ASK))
    done = await complete(stage, form, name="あ" * 3000)
    assert {_field(b) for b in done.ack["errors"]} == {"name"}
    assert set(done.ack["errors"]) <= {b["block_id"] for b in form.view.content["blocks"]}


# -- races (K02) -----------------------------------------------------------------------------------------------------------


async def _dispatched(stage: Stage, body: Json) -> list[Reply]:
    """Acknowledged, with its effects still to come."""
    from slack_bolt.request.async_request import AsyncBoltRequest

    from handlers.slack.effects import PENDING

    replies: list[Reply] = []
    token = PENDING.set(replies)
    try:
        await stage.scene.app.bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    finally:
        PENDING.reset(token)
    return replies


@pytest.mark.parametrize("late", [0, 1], ids=["the first arrives last", "in order"])
async def test_of_two_quick_choices_the_last_wins_whichever_arrives_last(stage: Stage, late: int) -> None:
    form = await opened(stage)
    form.fill("name", "みどり食品")
    await form.send(form.act(ids.Do.REGISTER_ASK))
    body = [form.act(ids.Do.REGISTER_FOUND, ids.pack("n", number)) for number in (OLD, NEW)]
    replies = [await _dispatched(stage, one) for one in body]
    for one in (replies[1 - late], replies[late]):
        stage.scene.app.effects.start(one)
        await stage.scene.app.effects.drain()
    assert form.stands("corporate_number") == NEW
    assert form.stands("name") == "みどり食品ホールディングス株式会社"


async def test_a_choice_while_the_register_thinks_is_not_overwritten_by_its_answer(stage: Stage) -> None:
    form = await opened(stage)
    form.fill("corporate_number", MIKAZUKI)
    stage.other.hold = asyncio.Event()
    stage.scene.app.effects.start(await _dispatched(stage, form.act(ids.Do.REGISTER_ASK)))
    while SEARCHING not in form.words:
        await asyncio.sleep(0.01)
    chosen = await _dispatched(stage, form.act(ids.Do.REGISTER_COMPANY, ids.pack("s", stage.scene.ids["four"])))
    stage.scene.app.effects.start(chosen)
    while SEARCHING in form.words:
        await asyncio.sleep(0.01)
    stage.other.hold.set()
    await stage.scene.app.effects.drain()
    assert "委託業務を追加します" in form.words
    assert form.view.content["private_metadata"] == ids.pack("s", stage.scene.ids["four"])


async def test_what_was_handed_in_while_the_register_thinks_stays_done(stage: Stage) -> None:
    form = await opened(stage)
    form.fill("corporate_number", MIKAZUKI)
    form.fill("name", "みかづき運輸")
    stage.other.hold = asyncio.Event()
    stage.scene.app.effects.start(await _dispatched(stage, form.act(ids.Do.REGISTER_ASK)))
    while SEARCHING not in form.words:
        await asyncio.sleep(0.01)
    done = await complete(stage, form)
    views.replace(form.sandbox, form.view, done.ack["view"])  # as Slack does with the acknowledgement
    stage.other.hold.set()
    await stage.scene.app.effects.drain()
    assert "登録しました" in form.words


async def test_two_people_register_one_number_at_once(stage: Stage) -> None:
    forms = [await opened(stage, user) for user in (SEC, OWNER)]
    results = await asyncio.gather(
        *(complete(stage, f, name="みかづき運輸", corporate_number=MIKAZUKI, business=f"業務{f.user}") for f in forms)
    )
    assert sorted("追加しました" in r.returned or "提案しました" in r.returned for r in results) in (
        [False, True],
        [True, True],
    )
    async with stage.scene.app.db.read() as tx:
        [supplier] = await tx.find(Supplier, corporate_number=MIKAZUKI)
        found = await tx.find(Engagement, supplier_id=supplier.id)
    assert {(e.business, e.state) for e in found} == {
        (f"業務{SEC}", EngagementState.ACTIVE),
        (f"業務{OWNER}", EngagementState.PROPOSED),
    }


# -- the same form elsewhere -------------------------------------------------------------------------------------------------


async def test_the_shortcut_opens_it_and_an_owner_proposes(stage: Stage) -> None:
    form = Form(stage, OWNER)
    await form.send(stage.scene.slack.shortcut(OWNER, ids.Shortcut.REGISTER))
    assert JA["register.proposing"] in form.words
    done = await complete(stage, form, name="株式会社こだま製作所")
    assert "登録を提案しました" in done.returned
    async with stage.scene.app.db.read() as tx:
        *_, notice = await tx.find(Notice, kind=NoticeKind.PROPOSED.value)
        engagement = await tx.need(Engagement, notice.subject_id)
    assert engagement.state is EngagementState.PROPOSED
