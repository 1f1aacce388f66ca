"""Transcripts of small hand-made records: what is told, where, in which order, and what becomes of trouble."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.render.names import WorldNames
from sandbox.render.story import Note, Post
from sandbox.render.transcript import build
from tests.sandbox.drawn import Drawn
from tests.sandbox.tape import START, Tape, card, in_order, section_of

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
