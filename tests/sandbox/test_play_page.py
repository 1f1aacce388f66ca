"""The page, over HTTP as a browser uses it: who may ask, what it shows, what its acts come to, what it says in Japanese.

What one sees of others is in `test_play_isolation.py`; mouse and keyboard are tried in a browser.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from sandbox.play import routes
from sandbox.play.guard import POLICY
from sandbox.server import Timing
from tests.sandbox.stage import (
    AIKO,
    BEN,
    GENERAL,
    GUESTS,
    KAI,
    MIKA,
    MIRAI,
    SORA,
    Stage,
    actions,
    button,
    choice_input,
    modal,
    stage,
    text_input,
)
from tests.sandbox.test_play_isolation import window

ACKS = Timing(ack=0.2)


class Browser:
    """A window of one person: its parts as they are now."""

    def __init__(self, session: aiohttp.ClientSession, who: str, room: str) -> None:
        self._session = session
        self.who, self.room = who, room
        self.parts: dict[str, str] = {}

    async def act(self, act: str, **more: Any) -> dict[str, Any]:
        body = {"act": act, "place": {"room": self.room}, **more}
        async with self._session.post(f"/as/{self.who}/act", json=body) as answer:
            assert answer.status == 200, await answer.text()
            told = dict(await answer.json())
        self.parts = told["parts"]
        return told

    async def look(self, thread: str = "") -> dict[str, str]:
        async with self._session.get(f"/as/{self.who}/parts", params={"room": self.room, "thread": thread}) as answer:
            self.parts = dict((await answer.json())["parts"])
        return self.parts

    async def options(self, **body: Any) -> dict[str, Any]:
        async with self._session.post(f"/as/{self.who}/options", json=body) as answer:
            return dict(await answer.json())

    @property
    def view(self) -> str:
        found = re.search(r'data-view-id="(\w+)"', self.parts["windows"])
        assert found, "no modal is open"
        return found[1]


async def look_until(browser: Browser, part: str, sign: str) -> str:
    """The part, once it shows the sign: for what the app does after its acknowledgement."""
    async with asyncio.timeout(20), window(browser._session, browser.who, browser.room) as events:
        while True:
            browser.parts |= (await events.next())["parts"]
            if sign in browser.parts[part]:
                return browser.parts[part]


def build(app: AsyncApp) -> None:
    """Opens a form, refuses one name, pages, and is slow where asked."""
    form = modal(
        text_input("name", "会社名", min_length=2),
        text_input("mail", "連絡先", type="email_text_input", optional=True),
        actions(
            {"type": "external_select", "action_id": "ext", "min_query_length": 2},
            button("重ねる", "push"),
            block_id="two",
        ),
    )

    @app.command("/review")
    async def open_form(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.view("form")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        if view["state"]["values"]["name"]["text"]["value"] == "だめな名前":
            await ack(response_action="errors", errors={"name": "登録済みの名前です。"})
        else:
            await ack(response_action="update", view=modal(text_input("next", "次の設問", optional=True)))

    @app.options("ext")
    async def offer(ack: Any, body: dict[str, Any]) -> None:
        found = [{"text": {"type": "plain_text", "text": f"{body['value']}の候補"}, "value": "one"}]
        await ack(options=found)

    @app.action("push")
    async def push(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_push(
            trigger_id=body["trigger_id"], view=modal(text_input("more", "上の画面", optional=True))
        )

    @app.action("never")
    async def never(body: dict[str, Any]) -> None:
        del body

    @app.action(re.compile("ext|quick"))
    async def taken(ack: Any) -> None:
        await ack()


@asynccontextmanager
async def opened(
    tmp_path: Path, who: str = AIKO, room: str = MIRAI, timing: Timing | None = None
) -> AsyncIterator[tuple[Stage, Browser]]:
    async with stage(tmp_path, build, timing=timing) as scene, aiohttp.ClientSession(scene.server.url) as session:
        yield scene, Browser(session, who, room)


async def with_form(browser: Browser) -> None:
    await browser.act("say", room=browser.room, text="/review")
    await look_until(browser, "windows", "会社名")


# -- who may ask -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
async def test_another_page_in_the_browser_cannot_act(tmp_path: Path, headers: dict[str, str]) -> None:
    paths = (f"/as/{AIKO}/act", f"/as/{AIKO}/options", f"/sandbox/people/{AIKO}/say", "/clock", "/sandbox/story/join")
    async with opened(tmp_path) as (scene, browser):
        before = scene.server.sandbox.record.last
        for path in paths:
            body = {"act": "say", "room": GENERAL, "text": "from afar", "channel": GENERAL}
            async with browser._session.post(path, json=body, headers=headers) as answer:
                assert answer.status == 403, path
        assert scene.server.sandbox.record.last == before


async def test_an_outside_name_for_this_machine_reads_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_scene, browser):
        for path in ("/", f"/as/{AIKO}/", "/sandbox/record"):
            async with browser._session.get(path, headers={"Host": "rebound.example:80"}) as answer:
                assert answer.status == 403


async def test_our_own_pages_may_act_and_load_from_here_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as (scene, browser):
        own = {"Origin": scene.server.url, "Sec-Fetch-Site": "same-origin"}
        said = {"act": "say", "room": MIRAI, "text": "こんにちは", "place": {"room": MIRAI}}
        async with browser._session.post(f"/as/{AIKO}/act", json=said, headers=own) as answer:
            assert (await answer.json())["ok"]
        async with browser._session.get(f"/as/{AIKO}/{MIRAI}") as answer:
            assert answer.headers["Content-Security-Policy"] == POLICY
            page = await answer.text()
        outside = re.findall(r'(?:src|href)="((?!/)[^"]*)"', page)
        assert not outside
        assert "<script>" not in page
        assert " style=" not in page
        assert not re.search(r"\son\w+=", page)
        for path in set(re.findall(r'(?:src|href)="(/static/[^"]*)"', page)):
            async with browser._session.get(path) as answer:
                assert answer.status == 200, path


async def test_every_module_of_the_script_is_served_and_small_enough_to_read(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_scene, browser):
        names, found = {"play.js"}, dict[str, str]()
        while names - set(found):
            name = min(names - set(found))
            async with browser._session.get(f"/static/{name}") as answer:
                assert answer.status == 200, name
                assert answer.content_type == "text/javascript"
                found[name] = await answer.text()
            names |= set(re.findall(r'from "\./([\w.]+)"', found[name]))
        assert set(found) == {path.name for path in routes.STATIC.glob("*.js")} - {"idiomorph.js"}
        assert all(text.startswith("/* ") and text.count("\n") <= 200 for text in found.values())


async def test_what_no_page_of_ours_sends_is_refused_without_an_error_of_ours(tmp_path: Path) -> None:
    async with opened(tmp_path) as (scene, browser):
        for path, body in [
            ("act", b'{"act": "nothing"}'),
            *((path, b) for path in ("act", "options") for b in (b"", b"[]", b"{")),
        ]:
            async with browser._session.post(f"/as/{AIKO}/{path}", data=body) as answer:
                assert answer.status == 400, (path, body)
        assert not [entry for entry in scene.server.sandbox.record.entries() if entry["kind"] == "problem"]


# -- what it shows -----------------------------------------------------------------------------------------------------


async def test_one_chooses_among_all_by_company(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_scene, browser), browser._session.get("/") as answer:
        page = await answer.text()
    companies = re.findall(r"<h2>([^<]*)<small>", page)
    assert companies[0] == "ひなた商事"
    assert set(companies[1:]) == {"みらいシステム", "かわぐち印刷"}
    assert re.findall(r'href="/as/(\w+)/"', page)[0] == AIKO
    assert f'href="/as/{KAI}/"' in page


async def test_a_message_comes_with_name_company_day_and_file(tmp_path: Path) -> None:
    async with opened(tmp_path, MIKA) as (_scene, mika):
        files = [["規程 & 様式.pdf", base64.b64encode(b"%PDF").decode()]]
        await mika.act("say", room=MIRAI, text="<b>資料</b>です", files=files)
        aiko = Browser(mika._session, AIKO, MIRAI)
        shown = (await aiko.look())["main"]
        assert "三木 美香" in shown
        assert '<span class="badge external" title="みらいシステム">' in shown
        assert "2026年4月1日(水)" in shown
        assert "&lt;b&gt;資料&lt;/b&gt;です" in shown
        href = re.search(r'href="(/as/\w+/files/\w+)"', shown)
        assert href
        async with mika._session.get(href[1]) as answer:
            assert await answer.read() == b"%PDF"
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert 'class="badge external"' not in (await mika.look())["main"].split('class="log"')[1], (
            "a colleague is no outsider"
        )


async def test_what_cannot_be_drawn_is_red_and_the_rest_is_there(tmp_path: Path) -> None:
    async with opened(tmp_path) as (scene, browser):
        await scene.post(MIRAI, [actions(button("押す", "quick"))])
        scene.server.sandbox.world.channels[MIRAI].messages[-1].blocks.append({"type": "hologram"})
        shown = (await browser.look())["main"]
        assert '<div class="undrawn" role="alert">描画できないブロック: <code>hologram</code></div>' in shown
        assert "押す" in shown


async def test_unread_marks_count_what_is_new_and_go_when_it_is_read(tmp_path: Path) -> None:
    async with opened(tmp_path, MIKA) as (scene, mika):
        aiko = Browser(mika._session, AIKO, GENERAL)
        await mika.act("say", room=MIRAI, text="一つ目")
        root = scene.server.sandbox.world.channels[MIRAI].messages[-1].ts
        await mika.act("say", room=MIRAI, text="二つ目 @aiko")
        await mika.act("say", room=MIRAI, text="自分の続き", thread=root)
        side = (await aiko.look())["side"]
        assert 'aria-label="未読 2 件"' in side
        assert 'class="count loud"' in side, "she is mentioned"
        assert "未読" not in (await mika.look())["side"], "one's own messages are not new"
        aiko.room = MIRAI
        await aiko.act("say", room=MIRAI, text="承知しました", thread=root)
        await aiko.act("read")
        assert "未読" not in aiko.parts["side"]
        await mika.act("say", room=MIRAI, text="返信です", thread=root)
        assert 'aria-label="未読 1 件"' in (await aiko.look())["side"], "she takes part in the thread"
        ben = Browser(mika._session, BEN, GENERAL)
        assert "未読" not in (await ben.look())["side"]


async def test_only_you_see_it_until_you_close_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (scene, aiko):
        await scene.app.client.chat_postEphemeral(channel=MIRAI, user=AIKO, text="ご案内です")
        shown = (await aiko.look())["main"]
        assert "あなただけに表示されています" in shown
        await aiko.act("read", place={"room": MIRAI, "since": "1"})
        assert "ここから新着" not in aiko.parts["main"], "it is never unread"
        ts = re.search(r'class="post only"[^>]*data-ts="([\d.]+)"', shown)
        assert ts
        assert "ご案内です" not in (await Browser(aiko._session, MIKA, MIRAI).look())["main"]
        await aiko.act("dismiss", target={"channel": MIRAI, "ts": ts[1]})
        assert "ご案内です" not in aiko.parts["main"]


# -- what acts come to -------------------------------------------------------------------------------------------------


async def test_a_form_says_what_is_wrong_under_each_input_and_keeps_what_was_typed(tmp_path: Path) -> None:
    async with opened(tmp_path) as (scene, aiko):
        await with_form(aiko)
        target = {"view_id": aiko.view}
        assert not (await aiko.act("submit", view_id=aiko.view))["ok"]
        assert aiko.parts["windows"].count("この項目は必須です") == 1
        await aiko.act("enter", target=target, block_id="mail", action_id="text", given="mail address")
        assert "メールアドレスの形式で入力してください" in aiko.parts["windows"]
        assert 'value="mail address"' in aiko.parts["windows"]
        await aiko.act("enter", target=target, block_id="name", action_id="text", given="あ")
        assert not (await aiko.act("submit", view_id=aiko.view))["ok"]
        assert "2文字以上で入力してください" in aiko.parts["windows"]
        await aiko.act("enter", target=target, block_id="mail", action_id="text", given=None)
        await aiko.act("enter", target=target, block_id="name", action_id="text", given="だめな名前")
        assert not [entry for entry in scene.server.sandbox.record.entries() if entry["kind"] == "submitted"]
        await aiko.act("submit", view_id=aiko.view)
        assert "登録済みの名前です。" in aiko.parts["windows"]
        assert 'value="だめな名前"' in (await aiko.look())["windows"], "a reload loses nothing"
        await aiko.act("enter", target=target, block_id="name", action_id="text", given="よい名前")
        assert (await aiko.act("submit", view_id=aiko.view))["ok"]
        assert "次の設問" in aiko.parts["windows"]


async def test_nobody_writes_into_the_modal_of_another(tmp_path: Path) -> None:
    """What stands under an input is remembered by view: only its owner's entries may come there."""
    async with opened(tmp_path) as (_scene, aiko):
        await with_form(aiko)
        mika = Browser(aiko._session, MIKA, MIRAI)
        target = {"view_id": aiko.view}
        told = await mika.act("enter", target=target, block_id="name", action_id="text", given="侵入")
        assert told["notice"] == "この画面はもう閉じられています。"
        await mika.act("submit", view_id=aiko.view)
        shown = (await aiko.look())["windows"]
        assert "侵入" not in shown
        assert 'class="error"' not in shown
        await aiko.act("enter", target=target, block_id="name", action_id="text", given="会社の名前")
        assert (await aiko.act("submit", view_id=aiko.view))["ok"]


async def test_hidden_characters_are_told_in_names_and_kept_in_what_is_edited(tmp_path: Path) -> None:
    """Pasted text often holds some: spelled out in its field, they would be sent on so."""
    pasted = 'みらい\u200bシステム\u202e"<b>'
    async with opened(tmp_path) as (scene, aiko):
        await with_form(aiko)
        await aiko.act("enter", target={"view_id": aiko.view}, block_id="name", action_id="text", given=pasted)
        assert 'value="みらい\u200bシステム\u202e&quot;&lt;b&gt;"' in aiko.parts["windows"]
        scene.server.sandbox.world.users[MIKA].real_name = "三木\u202e美香"
        assert [one["label"] for one in (await aiko.options(sign="@", typed="三木"))["options"]] == ["三木[U+202E]美香"]


async def test_a_shortcut_is_offered_behind_a_slash_and_opens_what_the_app_opens(tmp_path: Path) -> None:
    async with opened(tmp_path) as (scene, aiko):
        scene.server.sandbox.world.app.shortcuts["点検"] = "test.shortcut"

        @scene.app.global_shortcut("test.shortcut")
        async def heard(ack: Any, body: dict[str, Any], client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("name", "会社名")))

        assert "/点検" in (await aiko.look())["main"]
        await aiko.act("say", room=MIRAI, text="/点検")
        await look_until(aiko, "windows", "会社名")
        assert await scene.slack.problems() == []


async def test_an_input_points_at_its_error_and_what_is_chosen_is_worded_so(tmp_path: Path) -> None:
    form = modal(
        text_input("name", "会社名"),
        choice_input("static_select", "kind", "区分", "法人", "個人"),
        choice_input("multi_static_select", "many", "地域", *(f"地域{number:03d}" for number in range(100))),
    )

    async with opened(tmp_path) as (scene, aiko):

        @scene.app.command("/raw")
        async def other(ack: Any, body: dict[str, Any], client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=form)

        await aiko.act("say", room=MIRAI, text="/raw")
        await look_until(aiko, "windows", "地域")
        view = aiko.view
        await aiko.act("submit", view_id=view)
        shown = aiko.parts["windows"]
        assert shown.count("この項目は必須です。入力してください。") == 1
        assert shown.count("この項目は必須です。選択してください。") == 2
        for block in ("name", "kind", "many"):
            assert f'aria-describedby="{view}/{block}/error"' in shown
            assert f'id="{view}/{block}/error"' in shown
        offered = await aiko.options(target={"view_id": view}, block_id="many", action_id="choice", typed="")
        assert len(offered["options"]) == 100, "all that a menu may have can be seen without a search"


async def test_windows_lie_on_each_other_and_the_cross_closes_them_all(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_scene, aiko):
        await with_form(aiko)
        target = {"view_id": aiko.view}
        await aiko.act("enter", target=target, block_id="name", action_id="text", given="途中")
        await aiko.act("press", target=target, block_id="two", action_id="push")
        await look_until(aiko, "windows", "上の画面")
        assert "閉じると前の画面に戻ります" in aiko.parts["windows"]
        await aiko.act("close")
        assert 'value="途中"' in aiko.parts["windows"]
        await aiko.act("press", target={"view_id": aiko.view}, block_id="two", action_id="push")
        await look_until(aiko, "windows", "上の画面")
        await aiko.act("close", everything=True)
        assert aiko.parts["windows"] == '<div id="windows"></div>'


async def test_a_list_is_asked_of_the_app_and_what_is_taken_is_there(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_scene, aiko):
        await with_form(aiko)
        where = {"target": {"view_id": aiko.view}, "block_id": "two", "action_id": "ext"}
        short = await aiko.options(**where, typed="み")
        assert short == {"cannot": "2文字以上入力すると候補が出ます。", "options": []}
        found = await aiko.options(**where, typed="みら")
        assert [one["label"] for one in found["options"]] == ["みらの候補"]
        await aiko.act("enter", **where, given="one", query="みら")
        assert 'data-value="one"' in aiko.parts["windows"]
        people = await aiko.options(sign="@", typed="三")
        assert [one["label"] for one in people["options"]] == ["三木 美香"]


async def test_an_app_that_is_silent_is_said_as_slack_says_it(tmp_path: Path) -> None:
    async with opened(tmp_path, timing=ACKS) as (scene, aiko):
        ts = await scene.post(MIRAI, [actions(button("押す", "never"))])
        told = await aiko.act("press", target={"channel": MIRAI, "ts": ts}, block_id="acts", action_id="never")
        assert told["notice"].startswith("操作がタイムアウトしました。")
        await scene.stop_app()
        told = await aiko.act("press", target={"channel": MIRAI, "ts": ts}, block_id="acts", action_id="never")
        assert told["notice"].startswith("アプリが応答していません。")


@pytest.mark.parametrize(
    ("who", "room", "text", "said"),
    [
        (MIKA, MIRAI, "/review", "有効なコマンドではありません"),
        (AIKO, GENERAL, "/nonsense", "有効なコマンドではありません"),
        (SORA, GUESTS, "/review", "シングルチャンネルゲスト"),
        (AIKO, GENERAL, "  ", "メッセージを入力してください"),
    ],
)
async def test_what_slack_would_not_do_is_refused_in_words(
    tmp_path: Path, who: str, room: str, text: str, said: str
) -> None:
    async with opened(tmp_path, who, room) as (_scene, browser):
        told = await browser.act("say", room=room, text=text)
        assert not told["ok"]
        assert said in told["notice"]


async def test_the_app_can_be_written_to_before_it_has(tmp_path: Path) -> None:
    async with opened(tmp_path, MIKA, "app") as (scene, mika):
        assert "アプリとのメッセージはまだありません" in (await mika.look())["main"]
        told = await mika.act("say", room="app", text="はじめまして")
        assert told["go"].startswith(f"/as/{MIKA}/D")
        kai = Browser(mika._session, KAI, "app")
        refused = await kai.act("say", room="app", text="はじめまして")
        assert "共有しているチャンネルがない" in refused["notice"]
        assert not any(room.is_im and KAI in room.members for room in scene.server.sandbox.world.channels.values())


async def test_the_clock_is_moved_for_all(tmp_path: Path) -> None:
    async with opened(tmp_path) as (scene, aiko), window(aiko._session, MIKA, MIRAI) as events:
        await events.next()
        before = scene.server.live.clock.now()
        for how, moved in (("hour", timedelta(hours=1)), ("day", timedelta(days=1)), ("week", timedelta(weeks=1))):
            await aiko.act("clock", how=how)
            before += moved
            assert scene.server.live.clock.now() == before
        await aiko.act("clock", how="date", to="2026-07-01T09:30")
        assert scene.server.live.clock.now().isoformat() == "2026-07-01T09:30:00+09:00"
        assert "日付を入力してください" in (await aiko.act("clock", how="date", to="someday"))["notice"]
        while "2026年7月1日(水) 09:30" not in (await events.next())["parts"].get("clock", ""):
            continue
        await aiko.act("say", room=MIRAI, text="七月です")
        assert "2026年7月1日(水)" in aiko.parts["main"], "messages carry business time"


async def test_two_people_see_each_other_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_scene, aiko), window(aiko._session, MIKA, MIRAI) as events:
        await events.next()
        await aiko.act("say", room=MIRAI, text="届いていますか")
        assert "届いていますか" in (await events.next())["parts"]["main"]
