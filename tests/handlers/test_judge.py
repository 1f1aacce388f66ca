"""Judging and resolving as Slack sends it: what is acknowledged, what opens, what stands under a field."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.domain.delivery import NoticeKind, NoticeState
from bot.domain.people import PersonKind
from bot.domain.rounds import Judgement, JudgementValue, ReviewState
from bot.services import Services
from bot.services.desk import Desk
from bot.services.judging import Judging
from bot.services.people import People
from bot.services.resolving import Resolving
from handlers.slack import judge, registry, resolving
from handlers.slack.commands import COMMAND, command_routes
from handlers.slack.registry import answer, merge
from handlers.slack.replies import Later, OpenView, Reply, UpdateView, Whisper
from message_templates import ids
from sandbox.limits import check_message, check_view
from storage.db import Database
from tests.chase_stage import HOURS, Town, change, notices, submitted, tokyo
from tests.kit import PaperDirectory, StillClock, remember, seen
from tests.scene import Stage, stage

ROUTES = merge(command_routes(judge.SUBCOMMANDS, resolving.SUBCOMMANDS), judge.ROUTES, resolving.ROUTES)


@dataclass
class Screen:
    """Speaks to the routes as Slack does, for somebody of our workspace (or of `team`)."""

    db: Database
    clock: StillClock
    s: Stage
    n: int = field(default=0)

    def __post_init__(self) -> None:
        desk = Desk(self.db, self.clock, "")
        people = People(self.db, self.clock, PaperDirectory())
        parts = {"desk": desk, "people": people, "judging": Judging(desk, HOURS), "resolving": Resolving(desk)}
        self.services = cast("Services", SimpleNamespace(**parts))

    async def send(self, key: tuple[str, str], body: dict[str, Any]) -> Reply:
        reply = await answer(self.services, ROUTES[key], json.loads(json.dumps(body)))
        assert reply is not None
        return reply

    def _head(self, kind: str, user: str, team: str) -> dict[str, Any]:
        self.n += 1
        return {
            "type": kind,
            "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": team},
            "api_app_id": "A0VR",
            "team": {"id": "T0HOME", "domain": "home"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": f"trigger-{self.n}",
        }

    async def command(self, text: str, user: str = "U0SEC") -> Reply:
        self.n += 1
        body = {
            "team_id": "T0HOME",
            "channel_id": "C0HOME",
            "channel_name": "general",
            "user_id": user,
            "command": COMMAND,
            "text": text,
            "response_url": "https://hooks.example.com/1",
            "trigger_id": f"trigger-{self.n}",
        }
        return await self.send(("command", COMMAND), body)

    async def press(
        self, button: dict[str, Any], user: str = "U0SEC", view: dict[str, Any] | None = None, team: str = "T0HOME"
    ) -> Reply:
        body = self._head("block_actions", user, team)
        acted = button | {"block_id": "b", "action_ts": f"{self.n}.5"}
        if view:
            body["container"] = {"type": "view", "view_id": "V1"}
            body["view"] = view | {"id": "V1", "hash": "h", "state": {"values": {}}}
        else:
            body["container"] = {"type": "message", "message_ts": "1.1", "channel_id": "D1", "is_ephemeral": False}
            body |= {"channel": {"id": "D1", "name": "directmessage"}, "state": {"values": {}}}
            body["response_url"] = "https://hooks.example.com/2"
        action = button["action_id"].rstrip("0123456789").rstrip(".")
        return await self.send(("action", action), body | {"actions": [acted]})

    async def submit(self, view: dict[str, Any], values: dict[str, Any], user: str = "U0SEC") -> Reply:
        state = {
            b["block_id"]: {b["element"]["action_id"]: _held(b["element"], values.get(ids.field_name(b["block_id"])))}
            for b in view["blocks"]
            if b["type"] == "input"
        }
        body = self._head("view_submission", user, "T0HOME")
        body["view"] = view | {"id": "V1", "hash": "h", "state": {"values": state}, "app_installed_team_id": "T0HOME"}
        return await self.send(("view", view["callback_id"]), body | {"response_urls": []})


def _held(element: dict[str, Any], given: str | None) -> dict[str, Any]:
    kind = element["type"]
    if kind == "static_select":
        option = {"text": {"type": "plain_text", "text": "x"}, "value": given}
        return {"type": kind, "selected_option": option if given else None}
    if kind == "datepicker":
        return {"type": kind, "selected_date": given}
    return {"type": kind, "value": given}


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline of a press is for people; a busy machine must not decide these tests."""
    monkeypatch.setattr(registry, "DEADLINE", 60.0)


@pytest.fixture
async def screen(db: Database, clock: StillClock) -> Screen:
    s = await stage(db, clock)
    await Town(db, clock).tick()
    await submitted(db, s, tokyo("2026-12-10"), {"mfa_external": "no"}, comment="検討中です <!channel>")
    clock.business = tokyo("2026-12-11")
    return Screen(db, clock, s)


def go(s: Stage) -> dict[str, Any]:
    """The button of the message to the security team."""
    return {"type": "button", "action_id": ids.Do.JUDGE_OPEN.value, "value": ids.pack(s.review.id)}


def opened(reply: Reply, *, push: bool = False) -> dict[str, Any]:
    (effect,) = reply.effects
    assert isinstance(effect, OpenView)
    assert effect.push is push
    assert check_view(effect.view) == []
    return effect.view


def shown(reply: Reply) -> dict[str, Any]:
    assert reply.ack
    assert reply.ack["response_action"] in {"update", "push"}
    assert check_view(reply.ack["view"]) == []
    return reply.ack["view"]


def words(node: object) -> str:
    return json.dumps(node, ensure_ascii=False)


def button(blocks: list[dict[str, Any]], action: str, nth: int = 0) -> dict[str, Any]:
    elements = [e for b in blocks for e in [*b.get("elements", []), *([b["accessory"]] if "accessory" in b else [])]]
    return [e for e in elements if e.get("action_id", "").startswith(action)][nth]


# -- judging -------------------------------------------------------------------------------------------------------------


async def test_from_the_message_to_the_recorded_judgement(screen: Screen, db: Database) -> None:
    view = opened(await screen.press(go(screen.s)))
    assert "いいえ 1" in words(view)
    assert "検討中です <!channel>" in words(view)  # plain text: it calls nobody
    item = screen.s.item.id
    reply = await screen.submit(view, {f"value.{item}": "watch", f"reason.{item}": "多要素認証が未導入のため"})
    assert "1件の判断を記録しました" in words(shown(reply))
    async with db.read() as tx:
        (judgement,) = await tx.find(Judgement)
    assert (judgement.value, judgement.reason) == (JudgementValue.WATCH, "多要素認証が未導入のため")


async def test_missing_fields_are_named_under_their_inputs(screen: Screen) -> None:
    view = opened(await screen.press(go(screen.s)))
    item = screen.s.item.id
    reply = await screen.submit(view, {f"reason.{item}": "  "})
    assert reply.ack
    assert reply.ack["response_action"] == "errors"
    errors = {ids.field_name(block): sentence for block, sentence in reply.ack["errors"].items()}
    assert errors[f"reason.{item}"] == "理由をご入力ください。"
    assert set(errors) == {f"reason.{item}", f"value.{item}"}
    assert set(reply.ack["errors"]) <= {b["block_id"] for b in view["blocks"] if b["type"] == "input"}


async def test_a_second_judge_is_told_in_place_of_the_form(screen: Screen, db: Database) -> None:
    await remember(db, seen("U0SEC"), seen("U0SEC2"), group="security")
    item = screen.s.item.id
    values = {f"value.{item}": "ok", f"reason.{item}": "十分"}
    first, second = opened(await screen.press(go(screen.s))), opened(await screen.press(go(screen.s), "U0SEC2"))
    shown(await screen.submit(first, values))
    assert "すでに判断済み" in words(shown(await screen.submit(second, values, "U0SEC2")))


async def test_all_answers_are_read_on_top_of_the_form_page_by_page(screen: Screen) -> None:
    view = opened(await screen.press(go(screen.s)))
    pages = opened(await screen.press(button(view["blocks"], ids.Do.JUDGE_READ), view=view), push=True)
    assert words(pages).count("検討中です") == 25
    assert check_view(pages) == []
    again = {"type": "button", "action_id": f"{ids.Do.JUDGE_READ}.0", "value": ids.pack(screen.s.review.id, 0)}
    (effect,) = (await screen.press(again, view=pages)).effects
    assert isinstance(effect, UpdateView)
    assert check_view(effect.view) == []


async def test_the_command_lists_what_waits_and_a_name_opens_it(screen: Screen) -> None:
    reply = await screen.command("judge")
    assert reply.ack
    assert check_message(reply.ack["blocks"]) == []
    assert "みかづき運輸株式会社" in words(reply.ack)
    opened(await screen.press(button(reply.ack["blocks"], ids.Do.JUDGE_OPEN)))
    opened(await screen.command("judge みかづき"))
    nothing = await screen.command("judge ほしぞら")
    assert nothing.ack
    assert "判断を待つ点検はありません" in words(nothing.ack)


async def test_from_the_note_that_work_is_left_the_form_takes_its_place(screen: Screen) -> None:
    note = {"type": "modal", "callback_id": ids.View.DONE.value, "private_metadata": "", "blocks": []}
    (effect,) = (await screen.press(go(screen.s), view=note)).effects
    assert isinstance(effect, UpdateView)
    assert effect.view["callback_id"] == ids.View.JUDGE


async def test_an_english_speaking_judge_reads_english(screen: Screen, db: Database) -> None:
    await change(db, screen.s.security, language="en")
    view = opened(await screen.press(go(screen.s)))
    assert "Reason" in words(view)
    assert "Do your people sign in with multi-factor authentication" in words(view)


async def test_an_old_button_says_kindly_why_not(screen: Screen, db: Database) -> None:
    await change(db, screen.s.review, state=ReviewState.CANCELLED)
    assert "受付を終了" in words(opened(await screen.press(go(screen.s))))
    strange = go(screen.s) | {"value": "2.something"}
    assert "対象が見つかりません" in words(opened(await screen.press(strange)))


@pytest.mark.parametrize(
    "wrong", [seen("U0EMP"), seen("U0GUEST", PersonKind.GUEST), seen("U0ANNA", PersonKind.EXTERNAL, "T0SUP1")]
)
async def test_the_wrong_person_reads_nothing_of_it(screen: Screen, db: Database, wrong) -> None:
    await remember(db, wrong)
    reply = await screen.press(go(screen.s), wrong.slack_user_id, team=wrong.team_id)
    assert "みかづき" not in words(opened(reply))
    told = await screen.command("judge", wrong.slack_user_id)
    assert told.ack
    assert "みかづき" not in words(told.ack)
    assert "担当の方だけ" in words(told.ack) or "Only the people" in words(told.ack)


async def test_somebody_unknown_is_looked_up_after_the_answer(screen: Screen) -> None:
    reply = await screen.press(go(screen.s), "U0NEW")
    assert [type(e) for e in reply.effects] == [OpenView, Later]


# -- resolving -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def doubt(screen: Screen, db: Database) -> str:
    """A hub of which nobody knows whether it arrived."""
    (hub,) = await notices(db, NoticeKind.HUB)
    await change(db, hub, state=NoticeState.UNRESOLVED, reason="missing_scope")
    return hub.id


async def test_a_message_in_doubt_is_sent_again(screen: Screen, db: Database, doubt: str) -> None:
    reply = await screen.command("unresolved")
    assert reply.ack
    assert check_message(reply.ack["blocks"]) == []
    assert "missing_scope" in words(reply.ack)
    (effect,) = (await screen.press(button(reply.ack["blocks"], ids.Do.NOTICE_AGAIN))).effects
    assert isinstance(effect, Whisper)
    assert effect.replace
    assert "確認が必要な通知はありません" in effect.text
    assert (await notices(db, NoticeKind.HUB))[0].state is NoticeState.PENDING


async def test_a_card_that_is_there_is_asked_where(screen: Screen, db: Database, doubt: str) -> None:
    reply = await screen.command("unresolved")
    assert reply.ack
    view = opened(await screen.press(button(reply.ack["blocks"], ids.Do.NOTICE_THERE)))
    wrong = await screen.submit(view, {"link": "somewhere"})
    assert wrong.ack
    assert list(wrong.ack["errors"]) == [ids.field_block("link")]
    link = "https://example.slack.com/archives/C0SUP1/p1795568400000100"
    assert "記録しました" in words(shown(await screen.submit(view, {"link": link})))
    assert (await notices(db, NoticeKind.HUB))[0].state is NoticeState.SENT


async def test_only_the_security_team_resolves(screen: Screen, db: Database, doubt: str) -> None:
    await remember(db, seen("U0EMP"))
    told = await screen.command("unresolved", "U0EMP")
    assert told.ack
    assert "missing_scope" not in words(told.ack)
    again = {"type": "button", "action_id": ids.Do.NOTICE_AGAIN.value, "value": ids.pack(doubt)}
    opened(await screen.press(again, "U0EMP"))
    assert (await notices(db, NoticeKind.HUB))[0].state is NoticeState.UNRESOLVED
