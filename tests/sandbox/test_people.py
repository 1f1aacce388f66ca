"""What people see and can do: their channels, buttons, fields, modals, files; and what the app is told about it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncApp

from sandbox.client import CannotDo
from tests.sandbox.stage import (
    AIKO,
    BEN,
    BOT,
    BOT_TOKEN,
    GEN,
    GENERAL,
    GUESTS,
    HOME,
    KAI,
    MIKA,
    MIRAI,
    NOA,
    PARTNER,
    SECRET,
    SORA,
    Stage,
    actions,
    button,
    choice_input,
    modal,
    stage,
    text_input,
)


class Heard:
    """Acknowledges everything and keeps what came, by kind."""

    def __init__(self, view: dict[str, Any] | None = None) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.view = view

    def __call__(self, app: AsyncApp) -> None:
        async def take(ack: Any, body: Any, client: Any) -> None:
            self.bodies.append(body)
            await ack()
            if self.view and body.get("type") == "block_actions" and "message" in body:
                await client.views_open(trigger_id=body["trigger_id"], view=self.view)
            if self.view and "command" in body:
                await client.views_open(trigger_id=body["trigger_id"], view=self.view)

        app.command("/review")(take)
        app.action({"block_id": "acts"})(take)
        app.action("choice")(take)
        app.action("text")(take)
        app.view("form")(take)
        app.view_closed("form")(take)
        for event in ("message", "app_mention", "file_shared", "app_home_opened", "member_joined_channel"):
            app.event(event)(take)
        for event in ("channel_shared", "channel_unshared", "subteam_members_changed", "user_change"):
            app.event(event)(take)

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [body for body in self.bodies if body.get("event", {}).get("type") == kind]

    async def until(self, count: int, kind: str) -> list[dict[str, Any]]:
        async with asyncio.timeout(10):
            while len(self.events(kind)) < count:
                await asyncio.sleep(0.02)
        return self.events(kind)


async def test_an_external_person_presses_and_submits(tmp_path: Path) -> None:
    heard = Heard(modal(text_input("name", "会社名"), notify_on_close=True))
    async with stage(tmp_path, heard) as scene:
        mika = scene.slack.person(MIKA)
        await scene.post(MIRAI, [actions(button("回答する", "open", "r1"), button("辞退", "refuse"))])
        hub = (await mika.messages(MIRAI))[-1]
        assert [each.label for each in hub.buttons()] == ["回答する", "辞退"]
        assert hub.plain() == "回答する\n辞退"
        assert (await mika.press(hub, label="回答する")).ok
        await mika.wait_modal("form")
        await mika.fill("会社名", "みらい")
        assert (await mika.submit()).closed
        assert await scene.slack.problems() == []
    pressed, submitted = heard.bodies
    assert pressed["team"]["id"] == HOME
    assert pressed["user"]["team_id"] == "E0MIRAI"  # an organisation on Grid
    assert pressed["container"] == {
        "type": "message",
        "message_ts": hub.ts,
        "channel_id": MIRAI,
        "is_ephemeral": False,
    }
    assert pressed["channel"] == {"id": MIRAI, "name": "privategroup"}
    assert pressed["message"]["blocks"] == hub.blocks
    assert pressed["message"]["bot_id"] == "B0BOT"
    assert pressed["actions"][0]["value"] == "r1"
    assert {"action_ts", "text", "block_id", "type"} <= pressed["actions"][0].keys()
    assert submitted["team"] == {
        "id": PARTNER,
        "domain": "mirai",
        "enterprise_id": "E0MIRAI",
        "enterprise_name": "みらいシステム",
    }
    assert submitted["view"]["app_installed_team_id"] == HOME
    assert submitted["view"]["state"]["values"]["name"]["text"] == {"type": "plain_text_input", "value": "みらい"}


async def test_everybody_sees_only_their_own(tmp_path: Path) -> None:
    async with stage(tmp_path, Heard(modal(text_input("a", "A")))) as scene:
        aiko, mika, ben = (scene.slack.person(each) for each in (AIKO, MIKA, BEN))
        await scene.post(MIRAI, [actions(button("開く", "open"))])
        await scene.app.client.chat_postEphemeral(channel=MIRAI, user=MIKA, text="あなただけに")
        assert [m.text for m in await mika.ephemerals()] == ["あなただけに"]
        assert await aiko.ephemerals() == []
        hidden = (await mika.ephemerals())[0]
        for who, what in ((ben, "not in"), (aiko, "no message")):
            with pytest.raises(CannotDo, match=what):
                await who.press(hidden)
        with pytest.raises(CannotDo, match="not in"):
            await ben.messages(MIRAI)
        await mika.press((await mika.messages(MIRAI))[-1], label="開く")
        shown = await mika.wait_modal("form")
        assert await aiko.modal() is None
        with pytest.raises(CannotDo, match="no view"):
            await aiko.fill("A", "x", on=shown)
        await scene.app.client.chat_postMessage(channel=AIKO, text="DM")
        assert [m.text for m in await aiko.dm_with_bot()] == ["DM"]
        assert await mika.dm_with_bot() == []
        assert {m.text for m in await mika.everything()} == {"text", "あなただけに"}


async def test_a_press_is_on_the_present_version(tmp_path: Path) -> None:
    async with stage(tmp_path, Heard()) as scene:
        aiko = scene.slack.person(AIKO)
        ts = await scene.post(GENERAL, [actions(button("A", "a"), button("B", "b"), button("B", "c"))])
        old = (await aiko.messages(GENERAL))[-1]
        with pytest.raises(CannotDo, match="2 elements fit label='B'"):
            await aiko.press(old, label="B")
        assert (await aiko.press(old, label="B", nth=1)).ok
        await scene.app.client.chat_update(channel=GENERAL, ts=ts, text="t", blocks=[actions(button("B", "b"))])
        with pytest.raises(CannotDo, match="0 elements fit action_id='a'"):
            await aiko.press(old, action_id="a")
        assert (await aiko.press(old, action_id="b")).ok
        assert [each.label for each in (await aiko.refreshed(old)).buttons()] == ["B"]
        await scene.app.client.chat_delete(channel=GENERAL, ts=ts)
        with pytest.raises(CannotDo, match="no message"):
            await aiko.press(old, action_id="b")


async def test_guests_press_but_see_only_their_channel(tmp_path: Path) -> None:
    heard = Heard()
    async with stage(tmp_path, heard) as scene:
        sora = scene.slack.person(SORA)
        await scene.post(GUESTS, [actions(button("了解", "ok"))])
        assert (await sora.press((await sora.messages(GUESTS))[-1])).ok
        assert heard.bodies[0]["user"]["team_id"] == HOME  # a guest is a member of the host
        with pytest.raises(CannotDo, match="not in"):
            await sora.messages(GENERAL)


async def test_entering_values_by_the_rules_of_the_screen(tmp_path: Path) -> None:
    view = modal(
        text_input("name", "会社名", max_length=5, min_length=2),
        choice_input("radio_buttons", "kind", "区分", "法人", "個人"),
        choice_input("checkboxes", "data", "データ", "氏名", "住所", "口座"),
        choice_input("static_select", "tier", "リスク", "高", "低", placeholder={"type": "plain_text", "text": "選択"}),
        choice_input("users_select", "owner", "担当者"),
        choice_input("conversations_select", "where", "チャンネル"),
        choice_input("datepicker", "end", "終了日", initial_date="2026-04-30"),
    )
    heard = Heard(view)
    async with stage(tmp_path, heard) as scene:
        aiko = scene.slack.person(AIKO)
        await aiko.command("/review")
        shown = await aiko.wait_modal("form")
        assert shown.field("終了日").value == "2026-04-30"
        assert shown.field("区分").options == (("法人", "v-法人"), ("個人", "v-個人"))
        for where, given, why in (
            ("会社名", "あ" * 6, "too long: 6 characters, at most 5"),
            ("区分", "団体", "no option '団体'"),
            ("owner", "U0NOBODY", "nobody to choose"),
            ("where", SECRET, "no conversation"),
            ("終了日", "2026-02-30", "day is out of range"),
            ("何か", "x", "0 elements fit"),
        ):
            with pytest.raises(CannotDo, match=why):
                await aiko.choose(where, given)
        await aiko.fill("会社名", "あ")
        with pytest.raises(CannotDo, match=r"会社名: at least 2 characters; 区分: please complete"):
            await aiko.submit()
        await aiko.fill("会社名", "みらい")
        await aiko.choose("区分", "個人")
        await aiko.choose("データ", ["氏名", "v-口座"])
        await aiko.choose("リスク", "高")
        await aiko.choose("担当者", BEN)
        await aiko.choose("where", MIRAI)
        await aiko.fill("end", "2026-05-31")
        filled = await aiko.modal()
        assert filled
        assert filled.field("データ").chosen == ["v-氏名", "v-口座"]
        assert filled.field("会社名").chosen == "みらい"
        assert (await aiko.submit()).closed
    values = heard.bodies[-1]["view"]["state"]["values"]
    assert values["kind"]["choice"]["selected_option"]["value"] == "v-個人"
    assert values["owner"]["choice"] == {"type": "users_select", "selected_user": BEN}
    assert values["where"]["choice"]["selected_conversation"] == MIRAI
    assert values["end"]["choice"]["selected_date"] == "2026-05-31"
    assert len(heard.bodies) == 2  # nothing was dispatched


async def test_dispatch_and_what_an_update_keeps(tmp_path: Path) -> None:
    first = modal(
        text_input("name", "会社名", dispatch_action=True),
        choice_input("radio_buttons", "kind", "区分", "法人", "個人", dispatch_action=True),
        text_input("note", "備考", optional=True),
    )
    heard = Heard(first)
    async with stage(tmp_path, heard) as scene:
        aiko = scene.slack.person(AIKO)
        await aiko.command("/review")
        shown = await aiko.wait_modal("form")
        await aiko.fill("備考", "残る")
        await aiko.fill("会社名", "みらい")
        await aiko.choose("区分", "個人")
        assert [body["actions"][0]["type"] for body in heard.bodies[1:]] == ["plain_text_input", "radio_buttons"]
        chosen = heard.bodies[2]
        assert chosen["container"] == {"type": "view", "view_id": shown.id}
        assert chosen["actions"][0]["selected_option"]["value"] == "v-個人"
        assert chosen["view"]["state"]["values"]["note"]["text"]["value"] == "残る"
        renamed = modal(
            text_input("name", "会社名", initial_value="初期"),  # same ids: what was typed stays
            choice_input("radio_buttons", "kind2", "区分", "法人", "個人"),  # another block_id: gone
            text_input("note", "備考", action_id="other", initial_value="初期", optional=True),
        )
        await scene.app.client.views_update(view_id=shown.id, view=renamed)
        updated = await aiko.wait_modal("form", fits=lambda view: view.hash != shown.hash)
        assert [each.value for each in updated.fields] == ["みらい", None, "初期"]


async def test_closing_tells_the_app_only_if_asked(tmp_path: Path) -> None:
    heard = Heard(modal(text_input("a", "A", optional=True), notify_on_close=True))
    async with stage(tmp_path, heard) as scene:
        aiko = scene.slack.person(AIKO)
        for everything in (False, True):
            await aiko.command("/review")
            await aiko.wait_modal("form")
            await aiko.fill("A", "typed")
            assert (await aiko.close(everything=everything)).ok
            assert await aiko.modal() is None
        heard.view = modal(text_input("a", "A", optional=True))
        await aiko.command("/review")
        await aiko.wait_modal("form")
        await aiko.close()
        with pytest.raises(CannotDo, match="no modal open"):
            await aiko.submit()
    closed = [body for body in heard.bodies if body.get("type") == "view_closed"]
    assert [body["is_cleared"] for body in closed] == [False, True]
    assert closed[0]["view"]["state"]["values"]["a"]["text"]["value"] == "typed"


async def test_update_push_and_clear_in_answer_to_a_submission(tmp_path: Path) -> None:
    page = {
        number: modal(text_input("a", f"ページ{number}", optional=True), callback_id="pages") for number in range(5)
    }
    answers = iter(
        [
            {"response_action": "update", "view": page[1]},
            {"response_action": "push", "view": page[2]},
            {"response_action": "push", "view": page[3]},
            {"response_action": "push", "view": page[4]},
            {"response_action": "clear"},
        ]
    )

    def build(app: AsyncApp) -> None:
        @app.command("/review")
        async def begin(ack: Any, body: Any, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=page[0])

        @app.view("pages")
        async def turn(ack: Any) -> None:
            await ack(next(answers))

    async with stage(tmp_path, build) as scene:
        aiko = scene.slack.person(AIKO)
        await aiko.command("/review")
        await aiko.wait_modal("pages")
        titles = []
        for _ in range(3):
            result = await aiko.submit()
            assert result.modal
            titles.append(result.modal.fields[0].label)
        assert titles == ["ページ1", "ページ2", "ページ3"]
        too_deep = await aiko.submit()
        assert too_deep.error_shown
        assert "push_limit_reached" in too_deep.error_shown
        assert (await aiko.submit()).closed
        assert await aiko.modal() is None
        assert [e["what"] for e in await scene.slack.problems()] == ["bad_ack", "error_shown"]


async def test_suggestions_of_an_external_select(tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []
    view = modal(choice_input("external_select", "supplier", "委託先", min_query_length=2))

    def build(app: AsyncApp) -> None:
        Heard(view)(app)

        @app.options("choice")
        async def suggest(ack: Any, payload: Any) -> None:
            asked.append(payload)
            option = {"text": {"type": "plain_text", "text": "みらいシステム"}, "value": "s1"}
            await ack(options=[option])

    async with stage(tmp_path, build) as scene:
        aiko = scene.slack.person(AIKO)
        await aiko.command("/review")
        await aiko.wait_modal("form")
        with pytest.raises(CannotDo, match="at least 2"):
            await aiko.choose("委託先", "み")
        with pytest.raises(CannotDo, match="no option 'かわぐち'"):
            await aiko.choose("委託先", "かわぐち")
        await aiko.choose("委託先", "s1", query="みら")
        assert [each["value"] for each in asked] == ["かわぐち", "みら"]
        shown = await aiko.modal()
        assert shown
        assert shown.field("委託先").chosen == "s1"


async def test_a_file_in_a_thread_by_an_external_person(tmp_path: Path) -> None:
    heard = Heard()
    async with stage(tmp_path, heard) as scene:
        mika = scene.slack.person(MIKA)
        ts = await scene.post(MIRAI)
        said = await mika.say(MIRAI, "認証書です", thread_ts=ts, files=[("isms.pdf", b"%PDF-1.7 isms")])
        (event,) = [b for b in await heard.until(1, "message") if b["event"].get("subtype") == "file_share"]
        inner = event["event"]
        file_id = said.files[0]["id"]
        hidden = {"mode": "file_access", "file_access": "check_file_info", "created": 0, "timestamp": 0, "user": ""}
        assert inner["files"] == [{"id": file_id, **hidden}]
        assert (inner["thread_ts"], inner["parent_user_id"], inner["channel_type"]) == (ts, BOT, "group")
        assert (inner["team"], inner["user_team"]) == ("E0MIRAI", "E0MIRAI")
        assert event["is_ext_shared_channel"] is True
        assert len(event["authorizations"]) == 1
        await heard.until(1, "file_shared")
        info = (await scene.app.client.files_info(file=file_id))["file"]
        async with httpx.AsyncClient(trust_env=False) as web:
            refused = await web.get(info["url_private"])
            assert refused.headers["content-type"].startswith("text/html")
            got = await web.get(info["url_private"], headers={"Authorization": f"Bearer {BOT_TOKEN}"})
            assert got.content == b"%PDF-1.7 isms"
        assert [m.text for m in await scene.slack.person(NOA).thread(said)] == ["認証書です"]


async def test_people_see_what_the_app_uploads(tmp_path: Path) -> None:
    async with stage(tmp_path, Heard()) as scene:
        await scene.app.client.files_upload_v2(channel=GENERAL, filename="ledger.csv", content="a,b")
        shown = await scene.slack.person(BEN).wait_message("ledger.csv", channel=GENERAL)
        assert shown.bot
        (file,) = scene.server.sandbox.world.files.values()
        assert file.data == b"a,b"


async def test_what_people_say_is_escaped_and_reaches_only_where_the_bot_is(tmp_path: Path) -> None:
    heard = Heard()
    async with stage(tmp_path, heard) as scene:
        await scene.slack.person(BEN).say(SECRET, "内緒")
        await scene.slack.person(BEN).say(GENERAL, "<!channel> A&B @bot")
        await scene.slack.person(AIKO).say(await scene.slack.person(AIKO).open_dm(), "もしもし")
        said = [body["event"] for body in await heard.until(2, "message")]
        assert {each["text"] for each in said} == {f"&lt;!channel&gt; A&amp;B <@{BOT}>", "もしもし"}
        assert (await heard.until(1, "app_mention"))[0]["event"]["channel"] == GENERAL
        assert {each["channel_type"] for each in said} == {"channel", "im"}
        with pytest.raises(CannotDo, match="not in"):
            await scene.slack.person(KAI).say(GENERAL, "x")


async def test_the_home_tab_is_for_people_of_home(tmp_path: Path) -> None:
    heard = Heard()
    async with stage(tmp_path, heard) as scene:
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "*あなたの仕事*"}}
        for who in (AIKO, MIKA):
            assert (await scene.slack.person(who).open_home()) is None or who == MIKA
        await heard.until(2, "app_home_opened")
        for who in (AIKO, MIKA):
            await scene.app.client.views_publish(user_id=who, view={"type": "home", "blocks": [section]})
        home = await scene.slack.person(AIKO).wait_home(lambda view: "あなたの仕事" in view.plain())
        assert home.content["type"] == "home"
        for_mika = await scene.slack.person(MIKA).home()
        assert for_mika
        assert "work in progress" in for_mika.plain()


async def test_a_button_of_the_home_tab(tmp_path: Path) -> None:
    heard = Heard()
    async with stage(tmp_path, heard) as scene:
        view = {"type": "home", "blocks": [actions(button("一覧", "list"))]}
        await scene.app.client.views_publish(user_id=AIKO, view=view)
        home = await scene.slack.person(AIKO).home()
        assert home
        assert (await scene.slack.person(AIKO).press(home, label="一覧")).ok
        assert heard.bodies[0]["view"]["type"] == "home"
        with pytest.raises(CannotDo, match="has no view"):
            await scene.slack.person(BEN).press(home)


async def test_a_choice_in_a_message_is_ones_own(tmp_path: Path) -> None:
    heard = Heard()
    async with stage(tmp_path, heard) as scene:
        options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("はい", "いいえ")]
        radio = {"type": "radio_buttons", "action_id": "answer", "options": options}
        menu = {"type": "overflow", "action_id": "more", "options": options}
        await scene.post(MIRAI, [actions(radio, menu, button("送る", "send"))])
        mika, noa = scene.slack.person(MIKA), scene.slack.person(NOA)
        question = (await mika.messages(MIRAI))[-1]
        assert (await mika.choose("answer", "いいえ", on=question)).ok
        assert (await mika.choose("more", "はい", on=question)).ok
        await mika.press(question, label="送る")
        await noa.press(question, label="送る")
        chosen, overflow, mikas, noas = heard.bodies
        assert chosen["actions"][0]["selected_option"]["value"] == "いいえ"
        assert overflow["actions"][0]["type"] == "overflow"
        assert mikas["state"]["values"]["acts"]["answer"]["selected_option"]["value"] == "いいえ"
        assert noas["state"]["values"]["acts"]["answer"]["selected_option"] is None
        assert (await mika.refreshed(question)).fields[0].chosen == "いいえ"
        assert (await noa.refreshed(question)).fields[0].chosen is None


async def test_a_file_in_a_modal(tmp_path: Path) -> None:
    view = modal(choice_input("file_input", "proof", "証跡", filetypes=["pdf"], max_files=2))
    heard = Heard(view)
    async with stage(tmp_path, heard) as scene:
        aiko = scene.slack.person(AIKO)
        await aiko.command("/review")
        await aiko.wait_modal("form")
        for files, why in (
            ([("a.exe", b"MZ")], "only pdf"),
            ([(f"{number}.pdf", b"x") for number in range(3)], "at most 2"),
        ):
            with pytest.raises(CannotDo, match=why):
                await aiko.fill("証跡", files)
        await aiko.fill("証跡", [("isms.pdf", b"%PDF")])
        assert (await aiko.submit()).closed
        (file,) = heard.bodies[-1]["view"]["state"]["values"]["proof"]["choice"]["files"]
        info = (await scene.app.client.files_info(file=file["id"]))["file"]
        assert (info["name"], info["size"]) == ("isms.pdf", 4)


async def test_the_story_reaches_the_app(tmp_path: Path) -> None:
    heard = Heard()
    async with stage(tmp_path, heard) as scene:
        await _story(scene)
        assert (await heard.until(1, "channel_shared"))[0]["event"]["connected_team_id"] == "T0KAWA"
        assert (await heard.until(1, "member_joined_channel"))[0]["event"]["user"] == KAI
        assert (await heard.until(1, "channel_unshared"))[0]["event"]["previously_connected_team_id"] == "T0KAWA"
        changed = (await heard.until(1, "subteam_members_changed"))[0]["event"]
        assert (changed["added_users"], changed["removed_users"]) == ([BEN], [AIKO])
        gone = (await heard.until(1, "user_change"))[0]["event"]["user"]
        assert (gone["id"], gone["deleted"]) == (GEN, True)
        with pytest.raises(CannotDo, match="deactivated"):
            await scene.slack.person(GEN).messages(GUESTS)
        with pytest.raises(CannotDo, match="not in"):
            await scene.slack.person(KAI).messages(MIRAI)
        with pytest.raises(CannotDo, match="not shared"):
            await scene.slack.join(GENERAL, NOA)


async def _story(scene: Stage) -> None:
    await scene.slack.connect(MIRAI, "T0KAWA")
    await scene.slack.join(MIRAI, KAI)
    await scene.slack.disconnect(MIRAI, "T0KAWA")
    await scene.slack.group_members("S0SEC", [BEN])
    await scene.slack.deactivate(GEN)


async def test_a_channel_and_people_made_on_the_way(tmp_path: Path) -> None:
    async with stage(tmp_path, Heard()) as scene:
        team = await scene.slack.add_team("すばる商会", domain="subaru")
        lin = await scene.slack.add_user("rin", team=team, real_name="林 凛")
        channel = await scene.slack.create_channel("subaru", [AIKO, BOT, lin], connected=[team])
        await scene.post(channel, [actions(button("押す", "go"))])
        assert (await scene.slack.person(lin).press(await scene.slack.person(lin).wait_message("押す"))).ok
        await scene.slack.archive(channel, AIKO)
        with pytest.raises(CannotDo, match="archived"):
            await scene.slack.person(lin).say(channel, "x")
