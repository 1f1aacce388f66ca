"""Transcripts of small hand-made records: what is told, where, in which order, and what becomes of trouble."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import world_file
from sandbox.render import page
from sandbox.render.names import Person, Room, WorldNames
from sandbox.render.story import Home, Modal, Note, Post
from sandbox.render.transcript import Transcript, build
from tests.sandbox.conftest import WORLD
from tests.sandbox.drawn import Drawn

Json = dict[str, Any]
NAMES = WorldNames(
    users={
        "UBOT": Person("Vendor Review", "あおぞら商事", "bot"),
        "U1": ("佐藤 花子", "あおぞら商事", "member"),
        "U2": ("鈴木 一郎", "あおぞら商事", "admin"),
        "UA": ("港 太郎", "みなと情報", "external"),
    },
    channels={
        "C1": Room("ext-みなと", ("あおぞら商事", "みなと情報"), ("U1", "UA", "UBOT")),
        "C2": ("empty", ("あおぞら商事",)),
        "D1": Room("", ("あおぞら商事",), ("U1", "UBOT"), is_im=True),
    },
    teams={"TA": "みなと情報"},
)
START = datetime(2026, 12, 18, 1, 23, tzinfo=UTC)  # 10:23 in Tokyo


class Tape:
    """A record made by hand; each entry one minute of business time later unless it says otherwise."""

    def __init__(self) -> None:
        self.entries: list[Json] = []
        self.now = START

    def add(self, kind: str, *, minutes: int = 1, **fields: Any) -> None:
        at = self.now.isoformat().replace("+00:00", "Z")
        self.entries.append(
            {"n": len(self.entries) + 1, "at": "2026-11-24T00:00:00.000Z", "clock": at, "kind": kind, **fields}
        )
        self.now += timedelta(minutes=minutes)

    def post(self, channel: str, ts: str, *blocks: Json, kind: str = "posted", **more: Any) -> None:
        fields = {
            "channel": channel,
            "ts": ts,
            "thread_ts": None,
            "user": "UBOT",
            "bot": True,
            "text": "",
            "files": [],
            "sees": [],
        }
        self.add(kind, **{**fields, "blocks": list(blocks), "metadata": None, **more})

    def press(self, user: str, label: str, **more: Any) -> None:
        action = more.pop("action", {"type": "button", "action_id": "a", "block_id": "row"})
        self.add("pressed", user=user, label=label, action=action, **more)

    def view(self, op: str, user: str, view: Json, **more: Any) -> None:
        self.add("view", op=op, user=user, view=view, **more)

    def told(self, title: str = "記録") -> Transcript:
        return build(self.entries, NAMES, title)


def card(text: str, *labels: str) -> list[Json]:
    buttons = [
        {"type": "button", "action_id": f"a{n}", "text": {"type": "plain_text", "text": label}}
        for n, label in enumerate(labels)
    ]
    row = [{"type": "actions", "block_id": "row", "elements": buttons}] if labels else []
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}, *row]


def form(view_id: str, title: str, value: str | None = None, **more: Any) -> Json:
    entry = {"type": "plain_text_input", "action_id": "t"}
    block = {"type": "input", "block_id": "q", "label": {"type": "plain_text", "text": "会社名"}, "element": entry}
    values = {"q": {"t": {"type": "plain_text_input", "value": value}}}
    view = {
        "id": view_id,
        "root_view_id": view_id,
        "previous_view_id": None,
        "type": "modal",
        "callback_id": "f",
        "hash": "1.a",
    }
    return {
        **view,
        "title": {"type": "plain_text", "text": title},
        "blocks": [block],
        "state": {"values": values},
        **more,
    }


def typed(value: str | None) -> Json:
    return {"q": {"t": {"type": "plain_text_input", "value": value}}}


def section_of(html: str, section: str) -> str:
    found = re.search(rf'<section id="s-{section}".*?</section>', html, re.DOTALL)
    assert found, f"no section {section}"
    return found[0]


def in_order(text: str, *parts: str) -> bool:
    """Each part stands behind the one before it."""
    at = 0
    for part in parts:
        at = text.find(part, at) + len(part)
        assert at >= len(part), f"{part!r} is not there, or too early"
    return True


# --- the whole


def test_channel_dm_and_empty_channel_each_have_a_section():
    tape = Tape()
    tape.post("C1", "1.1", *card("点検のお願い", "回答する"))
    tape.post("D1", "1.2", *card("現況確認", "変更なし"))
    html, text = tape.told("デモの記録").html(), tape.told("デモの記録").markdown()
    Drawn(html)
    assert in_order(
        html,
        "<title>デモの記録",
        "問題なし",
        "# empty",
        "# ext-みなと",
        "@ 佐藤 花子",
        '<section id="s-C2"',
        '<section id="s-C1"',
    )
    assert in_order(
        text,
        "# デモの記録",
        "## 目次",
        "## \\# empty",
        "まだ何も投稿されていません",
        "## \\# ext-みなと",
        "## DM: 佐藤 花子",
    )
    shared = Drawn(section_of(html, "C1")).said
    assert in_order(
        shared,
        "あおぞら商事",
        "みなと情報",
        "佐藤 花子",
        "港 太郎",
        "2026年12月18日(金)",
        "Vendor Review",
        "アプリ",
        "10:23",
        "回答する",
    )
    assert "まだ何も投稿されていません" in section_of(html, "C2")
    assert "会社: あおぞら商事、みなと情報" in text
    assert "人: 佐藤 花子、港 太郎（みなと情報）、Vendor Review（アプリ）" in text


def test_links_of_the_table_of_contents_lead_somewhere():
    tape = Tape()
    tape.post("C1", "1.1", *card("x"))
    got = Drawn(tape.told().html())
    ids = {attributes["id"] for _, attributes in got.tags if "id" in attributes}
    targets = {a["href"].removeprefix("#") for a in got.all("a") if a["href"].startswith("#")}
    assert targets <= ids
    assert {"s-C1", "s-C2", "s-D1"} <= targets


def test_a_day_has_one_heading_in_japanese_time():
    tape = Tape()
    tape.post("C1", "1.1", *card("朝"))
    tape.now = datetime(2026, 12, 18, 15, 0, tzinfo=UTC)  # midnight in Tokyo
    tape.post("C1", "1.2", *card("翌日"))
    text = tape.told().markdown()
    assert in_order(text, "### 2026年12月18日(金)", "朝", "### 2026年12月19日(土)", "翌日")
    assert "2026年12月18日(金) 〜 2026年12月19日(土)" in text


def test_business_time_decides_the_order():
    tape = Tape()
    tape.post("C1", "1.1", *card("あと"))
    tape.now = START - timedelta(days=1)
    tape.post("C1", "1.2", *card("さき"))
    assert in_order(tape.told().markdown(), "さき", "あと")


def test_an_empty_record_and_an_unknown_world():
    Drawn(build([], WorldNames(), "空").html())
    tape = Tape()
    tape.post("C9", "1.1", *card("<@U9> へ"), user="U8", sees=["U9"])
    html = build(tape.entries, WorldNames(), "未知").html()
    assert "# C9" in html
    assert "@U9 へ" in Drawn(html).said


# --- messages


def test_who_pressed_which_button_of_which_card():
    tape = Tape()
    tape.post("D1", "1.1", *card("*みなと情報*\n基幹システムの保守", "変更なし"))
    tape.press("U1", "変更なし", channel="D1", ts="1.1")
    assert "▶ 佐藤 花子 が［変更なし］を押しました" in tape.told().html()
    assert "▶ 佐藤 花子 が［変更なし］を押しました 10:24 — みなと情報" in tape.told().markdown()


def test_a_choice_in_a_message_tells_what_was_chosen():
    tape = Tape()
    tape.post("C1", "1.1", *card("どれ？"))
    chosen = {"selected_option": {"text": {"type": "plain_text", "text": "問3"}, "value": "3"}}
    tape.press(
        "UA",
        "*設問*",
        action={"type": "static_select", "action_id": "w", "block_id": "row", **chosen},
        channel="C1",
        ts="1.1",
    )
    tape.press("UA", "設問", action={"type": "overflow", "action_id": "o", **chosen}, channel="C1", ts="1.1")
    tape.press(
        "UA", "担当", action={"type": "users_select", "action_id": "u", "selected_user": "U1"}, channel="C1", ts="1.1"
    )
    tape.press(
        "UA", "期限", action={"type": "datepicker", "action_id": "d", "selected_date": None}, channel="C1", ts="1.1"
    )
    said = Drawn(tape.told().html()).said
    assert "▶ 港 太郎 が［設問］で「問3」を選びました" in said
    assert "▶ 港 太郎 が［問3］を押しました" in said
    assert "▶ 港 太郎 が［担当］で「佐藤 花子」を選びました" in said
    assert "▶ 港 太郎 が［期限］を空にしました" in said


def test_an_update_shows_the_final_state_and_tells_the_edits():
    tape = Tape()
    tape.post("C1", "1.1", *card("進捗 0 / 25", "回答する"))
    tape.post("C1", "1.1", *card("進捗 9 / 25", "回答する"), kind="updated")
    tape.post("C1", "1.1", *card("進捗 9 / 25", "回答する"), kind="updated")  # the same again is no edit
    tape.post("C1", "1.1", *card("進捗 25 / 25"), kind="updated")
    shown = section_of(tape.told().html(), "C1")
    final, earlier = shown.split('<details class="edits">')
    assert "進捗 25 / 25" in final
    assert "進捗 0 / 25" not in final
    assert "編集 2 回" in earlier
    assert in_order(
        Drawn(shown).said, "はじめの内容", "進捗 0 / 25", "− 進捗 0 / 25", "＋ 進捗 9 / 25", "− ［回答する］"
    )
    assert "〔編集 2 回〕" in tape.told().markdown()


def test_random_block_ids_are_no_edit():
    tape = Tape()
    for kind, block_id in (("posted", "xY1"), ("updated", "zZ2")):
        tape.post("C1", "1.1", {**card("同じ")[0], "block_id": block_id}, kind=kind)
    assert "編集" not in tape.told().html()


def test_a_thread_is_indented_under_its_message():
    tape = Tape()
    tape.post("C1", "1.1", *card("親"))
    tape.post("C1", "1.2", *card("次の話"))
    tape.now += timedelta(days=1)
    tape.post("C1", "1.3", thread_ts="1.1", user="UA", bot=False, text="返事です")
    tape.press("UA", "決める", channel="C1", ts="1.3")
    story = tape.told().story
    root = next(s for s in story.sections if s.id == "C1").items[0]
    assert isinstance(root, Post)
    assert [type(reply) for reply in root.replies] == [Post, Note]
    assert in_order(
        section_of(tape.told().html(), "C1"),
        "親",
        '<div class="thread">',
        "返信 1 件",
        "12月19日 10:25",
        "返事です",
        "次の話",
    )
    assert "> > > 返事です" in tape.told().markdown()


def test_a_reply_whose_root_was_never_recorded_is_still_shown():
    tape = Tape()
    tape.post("C1", "1.3", thread_ts="0.1", text="迷子の返信")
    assert "迷子の返信" in section_of(tape.told().html(), "C1")


def test_an_ephemeral_is_marked_and_can_be_replaced():
    tape = Tape()
    tape.add(
        "ephemeral", channel="C1", ts="2.1", thread_ts=None, user="U1", text="この人だけ", blocks=[], replaces=None
    )
    tape.add("ephemeral", channel="C1", ts="2.2", user="U1", text="差し替え後", blocks=[], replaces="2.1")
    shown = Drawn(section_of(tape.told().html(), "C1"))
    assert "この人だけに表示: 佐藤 花子" in shown.said
    assert len(shown.all("article", cls="only")) == 1
    assert in_order(shown.said, "差し替え後", "編集 1 回", "この人だけ")
    assert "〔この人だけに表示: 佐藤 花子〕" in tape.told().markdown()


def test_a_deleted_message_says_so_and_keeps_its_content_folded():
    tape = Tape()
    tape.post("C1", "1.1", text="まちがい", user="U1", bot=False)
    tape.add("deleted", channel="C1", ts="1.1")
    shown = section_of(tape.told().html(), "C1")
    assert in_order(shown, "<details", "このメッセージは 10:24 に削除されました", "まちがい")
    assert "〔10:24 に削除〕" in tape.told().markdown()


def test_files_are_chips_on_their_message_or_a_line_of_their_own():
    tape = Tape()
    file = {"user": "UA", "size": 482133, "sha256": "0"}
    tape.add("file", id="F1", channel="C1", thread_ts=None, name="登録証.pdf", **file)
    tape.post("C1", "1.1", user="UA", bot=False, text="送ります", files=["F1"])
    tape.press("UA", "開く", channel="C1", ts="1.1")
    tape.add("file", id="F2", channel=None, thread_ts=None, name="証跡.xlsx", **file)
    shown = Drawn(section_of(tape.told().html(), "C1"))
    assert "📎 登録証.pdf 471 KB" in shown.said
    assert shown.said.count("登録証.pdf") == 1
    assert "📎 港 太郎 がファイル「証跡.xlsx」を渡しました" in shown.said


def test_commands_comings_and_goings():
    tape = Tape()
    tape.add("typed", user="U2", command="/vendor-review", text="link", channel="C1")
    tape.add("joined", channel="C1", user="U2")
    tape.add("left", channel="C1", user="U2")
    tape.add("shared", channel="C1", team="TA")
    tape.add("unshared", channel="C1", team="TA")
    tape.add("deactivated", user="UA")
    tape.add("archived", channel="C1", user="U1")
    said = Drawn(section_of(tape.told().html(), "C1")).said
    assert in_order(
        said,
        "⌨ 鈴木 一郎 が「/vendor-review link」と入力しました",
        "鈴木 一郎 が参加しました",
        "鈴木 一郎 が退出しました",
        "みなと情報 が Slack コネクトで加わりました",
        "みなと情報 との Slack コネクトが終わりました",
        "港 太郎 のアカウントが停止されました",
        "佐藤 花子 がチャンネルをアーカイブしました",
    )


# --- modals


def modals(transcript: Transcript, section: str = "C1") -> list[Modal]:
    found = next(s for s in transcript.story.sections if s.id == section)
    return [item for item in found.items if isinstance(item, Modal)]


def test_a_modal_is_folded_where_it_was_opened_page_by_page():
    tape = Tape()
    tape.post("C1", "1.1", *card("点検", "回答する"))
    tape.press("UA", "回答する", channel="C1", ts="1.1")
    tape.view("open", "UA", form("V1", "点検票 1/2"))
    tape.add("submitted", user="UA", view_id="V1", callback_id="f", values=typed("みなと情報"))
    tape.view("update", "UA", form("V1", "点検票 2/2"))
    tape.view("update", "UA", form("V1", "点検票 2/2", hash="2.b"))  # looks the same: merged
    tape.press("UA", "保存", view_id="V1")
    tape.add("submitted", user="UA", view_id="V1", callback_id="f", values=typed("以上"))
    tape.view("clear", "UA", form("V1", "点検票 2/2", "以上"))
    (modal,) = modals(tape.told())
    assert [screen.values["q"]["t"]["value"] for screen in modal.screens] == ["みなと情報", "以上"]
    shown = section_of(tape.told().html(), "C1")
    got = Drawn(shown)
    assert len(got.all("form", cls="modal")) == 2
    assert [i["value"] for i in got.all("input", type="text")] == ["みなと情報", "以上"]
    assert in_order(
        got.said,
        "が［回答する］を押しました",
        "港 太郎 のモーダル「点検票 1/2 → 点検票 2/2」",
        "2 画面・送信 2 回・この人だけに表示",
    )
    assert in_order(
        got.said,
        "10:25 開きました",
        "10:26 港 太郎 が送信しました",
        "10:27 画面が変わりました",
        "［保存］を押しました",
        "画面がすべて閉じました",
    )
    assert in_order(shown, '<details class="modal-log">', '<form class="modal blocks"')


def test_errors_stay_on_the_screen_and_the_corrected_one_is_another():
    tape = Tape()
    tape.add("typed", user="U1", command="/vendor-review", text="register", channel="C1")
    tape.view("open", "U1", form("V1", "登録"))
    tape.add("submitted", user="U1", view_id="V1", callback_id="f", values=typed("誤"))
    tape.view("errors", "U1", form("V1", "登録", "誤"), errors={"q": "検査数字が違います"})
    tape.add("submitted", user="U1", view_id="V1", callback_id="f", values=typed("正"))
    tape.view("close", "U1", form("V1", "登録", "正"))
    (modal,) = modals(tape.told())
    assert [(s.values["q"]["t"]["value"], s.errors) for s in modal.screens] == [
        ("誤", {"q": "検査数字が違います"}),
        ("正", {}),
    ]
    html = tape.told().html()
    assert html.count("検査数字が違います") == 1
    assert "入力の誤り 1 回" in html


def test_stacked_modals_return_to_the_one_below():
    tape = Tape()
    tape.add("typed", user="U1", command="/vendor-review", text="x", channel="C1")
    tape.view("open", "U1", form("V1", "下"))
    tape.view("push", "U1", form("V2", "上", root_view_id="V1", previous_view_id="V1"))
    tape.add("closed", user="U1", view_id="V2", callback_id="f", values=typed(""))
    tape.add("submitted", user="U1", view_id="V1", callback_id="f", values=typed("下の値"))
    (modal,) = modals(tape.told())
    assert [screen.view["id"] for screen in modal.screens] == ["V1", "V2", "V1"]
    assert modal.screens[-1].values == typed("下の値")
    assert modal.screens[1].values == typed(None)


def test_a_choice_in_a_modal_shows_on_its_screen():
    tape = Tape()
    tape.add("typed", user="U1", command="/vendor-review", text="x", channel="C1")
    tape.view("open", "U1", form("V1", "登録"))
    action = {"type": "plain_text_input", "action_id": "t", "block_id": "q", "value": "途中"}
    tape.press("U1", "会社名", action=action, view_id="V1")
    assert [i["value"] for i in Drawn(tape.told().html()).all("input", type="text")] == ["途中"]


def test_the_same_screen_is_drawn_once_and_linked_after():
    tape = Tape()
    for n in range(3):
        tape.add("typed", user="U1", command="/vendor-review", text="x", channel="C1")
        tape.view("open", "U1", form(f"V{n}", "同じ画面"))
        tape.add("closed", user="U1", view_id=f"V{n}", callback_id="f", values=typed(""))
    got = Drawn(tape.told().html())
    assert len(modals(tape.told())) == 3
    assert len(got.all("form", cls="modal")) == 1
    assert [a["href"] for a in got.all("a") if a["href"].startswith("#v")] == ["#v1", "#v1"]
    assert tape.told().markdown().count("（画面 1 と同じ）") == 2


def test_a_modal_without_a_known_beginning_is_told_in_its_persons_home():
    tape = Tape()
    tape.view("update", "U1", form("V1", "迷子"))
    assert len(modals(tape.told(), "home-U1")) == 1


def test_home_tab_shows_the_last_state_and_presses_in_it():
    tape = Tape()
    for text in ("未回答 2 件", "未回答 0 件"):
        tape.view("open", "U1", {"id": "VH", "type": "home", "blocks": card(text, "見る")})
    tape.press("U1", "見る", view_id="VH")
    shown = section_of(tape.told().html(), "home-U1")
    assert in_order(Drawn(shown).said, "未回答 0 件", "更新 1 回", "未回答 2 件", "▶ 佐藤 花子 が［見る］を押しました")
    found = next(s for s in tape.told().story.sections if s.id == "home-U1")
    assert [type(item) for item in found.items] == [Home, Note]


# --- trouble


def test_problems_stand_in_red_on_top_and_faults_below_them():
    tape = Tape()
    tape.post("C1", "1.1", *card("本文"))
    tape.add("problem", what="error_shown", detail="press 変更なし: <b>timeout</b>", user="U1")
    tape.add("problem", what="something_new", detail="詳細")
    tape.add("fault", what="lost_answer", method="chat.postMessage")
    html, text = tape.told().html(), tape.told().markdown()
    assert in_order(
        html,
        'class="problems"',
        "人にエラーが表示された",
        "&lt;b&gt;timeout&lt;/b&gt;",
        "something_new",
        "lost_answer",
        "<section",
    )
    assert "問題 2 件" in html
    assert in_order(
        text, "## 🔴 問題 2 件", "人にエラーが表示された", "佐藤 花子", "something\\_new", "lost\\_answer", "## 目次"
    )


def test_a_good_run_says_so():
    assert "起きてはならないことは記録されていません" in Tape().told().html()


# --- safety and size


def test_hostile_names_texts_and_files_stay_text():
    bad = '"><img src=x onerror=alert(1)><script>alert(1)</script>\u202e<!channel>'
    names = WorldNames({"U1": (bad, bad, "external")}, {"C1": Room(bad, (bad,), ("U1",))}, {"T1": bad})
    tape = Tape()
    tape.post("C1", '1"><x', *card(bad, bad), user="U1", sees=["U1"], files=[bad])
    tape.post("C1", '1"><x', *card(bad + bad, bad), user="U1", kind="updated")
    tape.press("U1", bad, channel="C1", ts='1"><x')
    tape.add("typed", user="U1", command=bad, text=bad, channel="C1")
    tape.view("open", "U1", form(bad, bad, bad))
    tape.add("file", id=bad, user="U1", channel="C1", thread_ts=None, name=bad, size=1, sha256="0")
    tape.add("shared", channel="C1", team="T1")
    tape.add("problem", what=bad, detail=bad, user=bad)
    told = build(tape.entries, names, bad)
    html = told.html()
    Drawn(html)
    assert not any(raw in html for raw in ("<script", "<img", "<!channel", "\u202e", "<x"))
    assert "<script" not in told.markdown()
    assert "\u202e" not in told.markdown()


def test_the_page_forbids_what_it_does_not_need():
    got = Drawn(Tape().told().html())
    policy = next(m["content"] for m in got.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert all("disabled" in fieldset for fieldset in got.all("fieldset"))


def test_a_large_record_stays_small():
    tape = Tape()
    names = WorldNames(
        NAMES.users, {f"C{n}": Room(f"ext-{n:02}", ("あおぞら商事",), ("UA", "UBOT")) for n in range(60)}
    )
    for n in range(60):
        tape.post(
            f"C{n}", f"{n}.1", *(block for i in range(8) for block in card(f"*{i} 組織* 0 / 9", "回答する", "見直す"))
        )
        for edit in range(20):
            blocks = [
                block
                for i in range(8)
                for block in card(f"*{i} 組織* {edit if i == edit % 8 else 0} / 9", "回答する", "見直す")
            ]
            tape.post(f"C{n}", f"{n}.1", *blocks, kind="updated")
        for turn in range(10):
            tape.press("UA", "回答する", channel=f"C{n}", ts=f"{n}.1")
            tape.view("open", "UA", form(f"V{n}-{turn}", f"点検票 {turn}"))
            tape.add("submitted", user="UA", view_id=f"V{n}-{turn}", callback_id="f", values=typed(f"{turn % 3}"))
    assert len(tape.entries) > 3000
    html = build(tape.entries, names, "大きい").html()
    assert len(html.encode()) < 4_000_000
    assert html.count('<form class="modal') == 10  # 600 were opened, 10 differ


def test_names_of_a_world():
    names = WorldNames.of(world_file.from_json(copy.deepcopy(WORLD)))
    assert names.person("UBOT").kind == "bot"
    assert {names.person(user).kind for user in names.users} >= {"external", "bot", "member"}
    assert all(room.companies for room in map(names.room, names.channels))


def test_the_style_is_part_of_the_page():
    assert f"<style>{page.style()}</style>" in Tape().told().html()
