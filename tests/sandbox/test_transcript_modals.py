"""Modals and Home tabs in a transcript: which screens, with what on them, how often drawn."""

from __future__ import annotations

from sandbox.render.story import Home, Modal, Note
from sandbox.render.transcript import Transcript
from tests.sandbox.drawn import Drawn
from tests.sandbox.tape import Tape, card, form, in_order, section_of, typed


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
