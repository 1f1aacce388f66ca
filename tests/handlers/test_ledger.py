"""The ledger's commands and forms as Slack sends them: what is acknowledged, what follows, what stands under a field."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.domain.ledger import Department, Engagement, Supplier
from bot.domain.people import SYSTEM, Person
from bot.domain.settings import PAUSED, Setting
from bot.services import Services
from bot.services.knowing import Knowing
from bot.services.people import People
from handlers.slack import departments, listing, pausing, reading, register, team
from handlers.slack.commands import COMMAND, command_routes
from handlers.slack.registry import Route, Subcommand, answer, merge
from handlers.slack.replies import Later, OpenView, Reply, Whisper
from message_templates import ids
from sandbox.limits import check_message, check_view
from storage.db import Database
from tests.kit import StillClock, seen
from tests.services.ledger_stage import (
    DEPUTY,
    GUEST,
    NUMBER,
    OUTSIDER,
    OWNER,
    SEC,
    STRANGER,
    TOKYO,
    Ledger,
    ledger,
)

STORIES = (team, departments, register, listing, reading, pausing)
ROUTES = merge(command_routes(*(s.SUBCOMMANDS for s in STORIES)), *(s.ROUTES for s in STORIES))


class Stage:
    """Speaks to the routes as Slack does."""

    def __init__(self, made: Ledger) -> None:
        self.ledger = made
        self.n = 0
        parts = {name: getattr(made, name) for name in vars(made)}
        people = People(made.db, made.clock, made.directory)
        self.services = cast("Services", SimpleNamespace(**parts, people=people, knowing=Knowing(made.desk, TOKYO, {})))

    def next(self) -> int:
        self.n += 1
        return self.n

    async def send(self, route: Route, body: dict[str, Any]) -> Reply:
        reply = await answer(self.services, route, json.loads(json.dumps(body)))
        assert reply is not None
        return reply

    async def command(self, text: str, user: str = SEC, trigger: str = "") -> Reply:
        body = {
            "team_id": "T0HOME",
            "channel_id": "C0HOME",
            "channel_name": "general",
            "user_id": user,
            "user_name": "someone",
            "command": COMMAND,
            "text": text,
            "is_enterprise_install": "false",
            "response_url": "https://hooks.slack.example.com/commands/1",
            "trigger_id": trigger or f"trigger-{self.next()}",
        }
        return await self.send(ROUTES["command", COMMAND], body)

    async def submit(self, view: dict[str, Any], values: dict[str, Any], user: str = SEC) -> Reply:
        state = {
            block["block_id"]: {ids.Field.VALUE: _held(block["element"], values.get(ids.field_name(block["block_id"])))}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        body = {
            "type": "view_submission",
            "team": {"id": "T0HOME", "domain": "home"},
            "user": {"id": user, "username": "someone", "name": "someone", "team_id": "T0HOME"},
            "trigger_id": f"trigger-{self.next()}",
            "view": view
            | {"id": "V1", "hash": f"h{self.n}", "state": {"values": state}, "app_installed_team_id": "T0HOME"},
            "response_urls": [],
        }
        return await self.send(ROUTES["view", view["callback_id"]], body)

    async def press(self, button: dict[str, Any], user: str = SEC) -> Reply:
        body = {
            "type": "block_actions",
            "user": {"id": user, "username": "someone", "name": "someone", "team_id": "T0HOME"},
            "team": {"id": "T0HOME", "domain": "home"},
            "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0HOME", "is_ephemeral": True},
            "channel": {"id": "C0HOME", "name": "general"},
            "trigger_id": f"trigger-{self.next()}",
            "response_url": "https://hooks.slack.example.com/actions/1",
            "state": {"values": {}},
            "actions": [button | {"block_id": "b", "action_ts": f"{self.n}.5"}],
        }
        return await self.send(ROUTES["action", button["action_id"]], body)


def _held(element: dict[str, Any], given: Any) -> dict[str, Any]:
    """The state value of an element, as Slack sends it."""
    kind = element["type"]
    if kind in {"static_select", "radio_buttons"}:
        chosen = (
            {"text": {"type": "plain_text", "text": "x"}, "value": given} if given else element.get("initial_option")
        )
        return {"type": kind, "selected_option": chosen}
    if kind == "users_select":
        return {"type": kind, "selected_user": given or element.get("initial_user")}
    if kind == "multi_users_select":
        return {"type": kind, "selected_users": [given] if given else element.get("initial_users", [])}
    if kind == "datepicker":
        return {"type": kind, "selected_date": given or element.get("initial_date")}
    return {"type": kind, "value": given or element.get("initial_value")}


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Stage:
    return Stage(await ledger(db, clock))


def said(reply: Reply) -> str:
    """What the person reads in the answer to a command."""
    assert reply.ack is not None
    assert reply.ack["response_type"] == "ephemeral"
    assert check_message(reply.ack["blocks"]) == []
    return json.dumps(reply.ack["blocks"], ensure_ascii=False)


def opened(reply: Reply) -> dict[str, Any]:
    """The modal that is opened after the ack."""
    [effect] = reply.effects
    assert isinstance(effect, OpenView)
    assert check_view(effect.view) == []
    return effect.view


def updated(reply: Reply) -> str:
    assert reply.ack is not None
    assert reply.ack["response_action"] in {"update", "push"}  # a refusal lies on top of the form
    assert check_view(reply.ack["view"]) == []
    return json.dumps(reply.ack["view"], ensure_ascii=False)


def errors(reply: Reply) -> dict[str, str]:
    assert reply.ack is not None
    assert reply.ack["response_action"] == "errors"
    return {ids.field_name(block): sentence for block, sentence in reply.ack["errors"].items()}


async def make_department(stage: Stage) -> str:
    view = opened(await stage.command("department 総務部"))
    await stage.submit(view, {"name": "総務部", "primary": OWNER, "deputies": DEPUTY})
    async with stage.ledger.db.read() as tx:
        [department] = await tx.find(Department)
    return department.id


def form(department_id: str, **changed: str) -> dict[str, str]:
    good = {
        "corporate_number": NUMBER,
        "name": "株式会社みかづき運輸",
        "department": department_id,
        "business": "社内便の配送",
        "contract_type": "quasi_mandate",
        "personal_data": "yes",
    }
    return good | changed


# -- the command ---------------------------------------------------------------------------------------------------------


async def test_help_lists_every_subcommand_to_the_security_team(stage: Stage) -> None:
    for text in ("help", "", "ＨＥＬＰ", "Help please"):
        shown = said(await stage.command(text))
        for story in STORIES:
            assert all(f"`{COMMAND} {s.name}`" in shown for s in story.SUBCOMMANDS)


async def test_help_tells_other_employees_what_this_is(stage: Stage) -> None:
    reply = await stage.command("help", OWNER)
    assert "このアプリ" in said(reply)
    assert reply.ack is not None
    assert len(reply.ack["blocks"]) == 3
    assert f"{COMMAND} register" not in said(reply)


async def test_an_unknown_word(stage: Stage) -> None:
    assert "/vendor-review help" in said(await stage.command("frobnicate"))


def test_two_subcommands_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="list"):
        command_routes(listing.SUBCOMMANDS, (Subcommand("list", listing.on_list),))
    with pytest.raises(ValueError, match="help"):
        command_routes((Subcommand("help", listing.on_list),))


@pytest.mark.parametrize("text", ["security <!subteam^S1|@x>", "department", "list", "show x", "pause", "resume"])
@pytest.mark.parametrize("user", [OWNER, GUEST, OUTSIDER])
async def test_everybody_else_is_refused_in_words_alone(stage: Stage, text: str, user: str) -> None:
    reply = await stage.command(text, user)
    assert reply.effects == ()
    assert "担当の方だけ" in said(reply)


async def test_a_stranger_is_looked_up_after_the_ack(stage: Stage) -> None:
    reply = await stage.command("list", STRANGER)
    [effect] = reply.effects
    assert isinstance(effect, Later)
    stage.ledger.directory.people[STRANGER] = seen(STRANGER)
    await effect.work()
    assert "担当の方だけ" in said(await stage.command("list", STRANGER))


# -- security team -------------------------------------------------------------------------------------------------------


async def test_the_team_is_chosen_and_then_counted(stage: Stage) -> None:
    directory = stage.ledger.directory
    directory.people |= {u: seen(u) for u in (SEC, OWNER)}
    directory.groups["S0SEC"] = [SEC, OWNER]
    reply = await stage.command("security <!subteam^S0SEC|@security>")
    assert "メンバーを確認しています" in said(reply)
    [later] = reply.effects
    assert isinstance(later, Later)
    [whisper] = (await later.work()).effects
    assert isinstance(whisper, Whisper)
    assert whisper.text == "セキュリティ担当は2名です。"
    assert whisper.response_url.endswith("/commands/1")


async def test_a_public_channel_is_told_why_not(stage: Stage) -> None:
    reply = await stage.command("security <#C0NOWHERE|somewhere>")
    [later] = reply.effects
    assert isinstance(later, Later)
    [whisper] = (await later.work()).effects
    assert isinstance(whisper, Whisper)
    assert "元に戻しました" in whisper.text


@pytest.mark.parametrize("text", ["security", "security @security", "security <@U0SEC>"])
async def test_what_is_no_group(stage: Stage, text: str) -> None:
    assert "@ユーザーグループ" in said(await stage.command(text))


# -- departments ---------------------------------------------------------------------------------------------------------


async def test_a_department_made_opened_again_and_changed(stage: Stage) -> None:
    view = opened(await stage.command("department “総務部”"))
    done = await stage.submit(view, {"name": "総務部", "primary": OWNER})
    assert "部門「総務部」を登録しました" in updated(done)
    again = opened(await stage.command("department 総務部"))
    assert again["private_metadata"] != view["private_metadata"]
    changed = await stage.submit(again, {"name": "総務部", "primary": DEPUTY})
    assert "主担当者: 鈴木 花子" in updated(changed)
    late = await stage.submit(again, {"name": "総務部", "primary": OWNER})
    assert "ほかの方が先に変更しました" in updated(late)


async def test_a_guest_cannot_answer_for_a_department(stage: Stage) -> None:
    view = opened(await stage.command("department 総務部"))
    refused = errors(await stage.submit(view, {"name": "総務部", "primary": GUEST, "deputies": OUTSIDER}))
    assert set(refused) == {"primary", "deputies"}
    assert "自社の社員" in refused["primary"]


@pytest.mark.parametrize("metadata", ["", "1", "2.new.0", "1.new.x", "garbage"])
async def test_metadata_that_is_not_ours(stage: Stage, metadata: str) -> None:
    view = opened(await stage.command("department 総務部")) | {"private_metadata": metadata}
    reply = await stage.submit(view, {"name": "総務部", "primary": OWNER})
    assert "見つかりません" in updated(reply)


# -- registering ---------------------------------------------------------------------------------------------------------


async def test_registering_needs_a_department_first(stage: Stage) -> None:
    assert "/vendor-review department" in said(await stage.command("register"))


async def test_a_supplier_is_registered(stage: Stage) -> None:
    department_id = await make_department(stage)
    view = opened(await stage.command("register"))
    done = updated(await stage.submit(view, form(department_id)))
    assert "「株式会社みかづき運輸」を登録しました" in done
    assert "/vendor-review link" in done
    async with stage.ledger.db.read() as tx:
        [engagement] = await tx.find(Engagement)
    assert str(engagement.starts_on) == "2026-11-25"


async def test_bad_input_stands_under_its_fields_and_a_corrected_form_passes(stage: Stage) -> None:
    department_id = await make_department(stage)
    view = opened(await stage.command("register"))
    bad = form(
        department_id,
        corporate_number="7999901000002",
        name="あ" * 30_000,
        business="テスト\u0000です",
        starts_on="2026-04-01",
        ends_on="2026-03-31",
    )
    refused = errors(await stage.submit(view, bad))
    assert set(refused) == {"corporate_number", "name", "business", "ends_on"}
    assert "検査数字" in refused["corporate_number"]
    assert "200文字以内" in refused["name"]
    async with stage.ledger.db.read() as tx:
        assert await tx.find(Supplier) == []
    assert "登録しました" in updated(await stage.submit(view, form(department_id)))


@pytest.mark.parametrize("text", ["<!channel>", '=HYPERLINK("https://evil.invalid","x")', "&lt;!here&gt;"])
async def test_hostile_text_is_shown_letter_for_letter_in_plain_text(stage: Stage, text: str) -> None:
    department_id = await make_department(stage)
    view = opened(await stage.command("register"))
    done = await stage.submit(view, form(department_id, name=text, business=text))
    assert json.dumps(text)[1:-1] in updated(done)
    listed = opened(await stage.command("list"))
    assert json.dumps(text)[1:-1] in json.dumps(listed, ensure_ascii=False)


async def test_the_same_number_again_adds_work_or_names_the_record(stage: Stage) -> None:
    department_id = await make_department(stage)
    view = opened(await stage.command("register"))
    await stage.submit(view, form(department_id))
    added = await stage.submit(view, form(department_id, name="㈱みかづき運輸", business="倉庫の管理"))
    assert "登録済みのため" in updated(added)
    taken = errors(await stage.submit(view, form(department_id, name="こはく印刷")))
    assert "株式会社みかづき運輸" in taken["corporate_number"]


# -- reading and pausing -------------------------------------------------------------------------------------------------


async def fill(stage: Stage, count: int) -> None:
    header = "名称,部門,業務内容,契約形態,開始日,個人データ\n"
    rows = "".join(f"委託先{n:03},総務部,業務,請負,2026-01-01,なし\n" for n in range(count))
    report = await stage.ledger.importing.import_suppliers((header + rows).encode(), dry_run=False, actor=SYSTEM)
    assert report.ok


async def test_the_list_and_the_buttons_of_lists_that_were_messages(stage: Stage) -> None:
    await make_department(stage)
    await fill(stage, 54)
    assert "54件中54件" in count(opened(await stage.command("list")))
    assert "(4/4ページ)" in count(opened(await stage.command("list ４")))
    button = {"type": "button", "action_id": ids.Do.LIST_PAGE, "value": ids.pack(2)}
    assert "(2/4ページ)" in count(opened(await stage.press(button)))


@pytest.mark.parametrize(
    ("text", "matched"), [("ａｂ 00", 0), ("委託先 001", 1), ("個人データなし 担当者なし", 0), ("先 00", 10)]
)
async def test_words_behind_the_command_are_looked_for(stage: Stage, text: str, matched: int) -> None:
    await make_department(stage)
    await fill(stage, 20)
    assert f"20件中{matched}件" in count(opened(await stage.command(f"list {text}")))


def count(view: dict[str, Any]) -> str:
    return str(view["blocks"][0]["text"]["text"])


async def test_a_button_pressed_by_somebody_else_opens_a_refusal(stage: Stage) -> None:
    button = {"type": "button", "action_id": ids.Do.LIST_PAGE, "value": ids.pack(2)}
    view = opened(await stage.press(button, OWNER))
    assert "担当の方だけ" in json.dumps(view, ensure_ascii=False)


@pytest.mark.parametrize("value", ["", "2", "1.x", "1.1.1", "1.-1"])
async def test_a_button_that_is_not_ours(stage: Stage, value: str) -> None:
    button = {"type": "button", "action_id": ids.Do.LIST_PAGE, "value": value}
    assert opened(await stage.press(button))["callback_id"] == ids.View.DONE


@pytest.mark.parametrize("text", ["list " + "あ" * 30_000, "list \x00"])
async def test_what_cannot_be_looked_for(stage: Stage, text: str) -> None:
    assert "listed" not in said(await stage.command(text))


async def test_show(stage: Stage) -> None:
    department_id = await make_department(stage)
    view = opened(await stage.command("register"))
    await stage.submit(view, form(department_id))
    await stage.submit(view, form(department_id, name="みかづき運輸 西日本", corporate_number=""))
    assert "7-9999-0100-0001" in said(await stage.command("show “みかづき　運輸　株式会社”"))
    assert "2件あります" in said(await stage.command("show みかづき"))
    assert "見つかりません" in said(await stage.command("show こはく"))
    assert "help" in said(await stage.command("show"))


async def test_pause_and_resume_in_words(stage: Stage) -> None:
    department_id = await make_department(stage)
    view = opened(await stage.command("register"))
    await stage.submit(view, form(department_id, name="*太字*商会", corporate_number=""))
    assert "すべての自動送信を一時停止しました" in said(await stage.command("pause"))
    assert "すでに" in said(await stage.command("pause"))
    assert "再開しました" in said(await stage.command("resume"))
    one = await stage.command("pause 太字")
    assert "「*太字*商会」に関する自動送信を一時停止しました" in said(one)
    assert one.ack is not None
    assert one.ack["blocks"][0]["text"]["type"] == "plain_text"
    async with stage.ledger.db.read() as tx:
        assert await tx.get(Setting, PAUSED) == Setting(id=PAUSED, value={"on": False})
        [supplier] = await tx.find(Supplier)
    assert supplier.paused


async def test_a_command_delivered_twice_counts_once(stage: Stage) -> None:
    await make_department(stage)
    for _ in range(2):
        reply = await stage.command("pause", trigger="same")
        assert "一時停止しました" in said(reply)


async def test_english_for_who_reads_english(stage: Stage) -> None:
    made = stage.ledger
    async with made.db.begin("test.language") as tx:
        person = await tx.one(Person, slack_user_id=SEC)
        assert person
        await tx.put(person.model_copy(update={"language": "en-GB"}))
    assert "Show this page" in said(await stage.command("help"))
