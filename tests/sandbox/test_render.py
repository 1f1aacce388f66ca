"""Blocks drawn for people: everything is shown, the unknown in red."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.elements import ELEMENTS as HOLDERS
from sandbox.render import elements, html, markdown
from sandbox.render.names import COLOURS, Person, WorldNames, avatar, initials
from sandbox.render.page import style
from tests.sandbox.drawn import Drawn
from tests.sandbox.gallery import NAMES, Json, button, entry, gallery, mark, option, plain, section

# --- every block and element


def test_all_that_holds_a_value_is_drawn_twice():
    assert set(HOLDERS) <= set(elements.DRAWN)
    assert set(elements.DRAWN) <= set(markdown.ELEMENTS)
    assert set(html.BLOCKS) == set(markdown.BLOCKS)


def test_gallery_shows_every_text_and_nothing_in_red_but_the_unknown():
    blocks = gallery("ここにある")
    covered = {b["type"] for b in blocks} | {b["element"]["type"] for b in blocks if "element" in b}
    assert set(html.BLOCKS) | set(HOLDERS) <= covered
    got = Drawn(html.blocks(blocks, NAMES))
    assert len(got.all("div", cls="undrawn")) == 2
    assert got.said.count("描画できないブロック: ここにある") == 1
    assert got.said.count("描画できない要素: ここにある") == 1


@pytest.mark.parametrize("block", gallery("ここにある")[:-2], ids=lambda block: block.get("element", block)["type"])
def test_each_block_is_drawn_in_both_forms(block: Json):
    drawn, text = html.blocks([block], NAMES), markdown.plain([block], NAMES)
    assert Drawn(drawn).all("div", cls="undrawn") == []
    assert block["type"] == "divider" or ("ここにある" in drawn and "ここにある" in text)


def test_unknown_is_red_in_all_forms():
    cell = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "cube"}]]}
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "hologram"}]}, {"type": "maze"}],
    }
    blocks = [{"type": "globe"}, {"type": "actions", "elements": [{"type": "lever"}]}, cell, rich, {}]
    blocks.append({"type": "context", "elements": [{"type": "fog"}]})
    got = Drawn(html.blocks(blocks, {}))
    assert len(got.all("div", cls="undrawn")) == 7
    for unknown in ("globe", "lever", "cube", "hologram", "maze", "fog"):
        assert unknown in got.said
        assert unknown in markdown.blocks(blocks, {})
        assert unknown in markdown.plain(blocks)
    assert "描画できない画面" in html.view({"type": "sheet", "blocks": []}, {}, {}, {})


def test_controls_carry_their_ids_and_styles():
    row = {
        "type": "actions",
        "block_id": "row",
        "elements": [button("承認", style="primary"), button("却下", style="danger")],
    }
    got = Drawn(html.blocks([row, entry("radio_buttons", options=[option("はい", "y")])], {}))
    first, second = got.all("button", data_block_id="row", data_action_id="press")
    assert (first["class"], second["class"]) == ("btn primary", "btn danger")
    assert len(got.all("div", data_block_id="q", data_action_id="a", role="radiogroup")) == 1
    assert got.all("input", type="radio", value="y", name="q/a") != []


def test_link_button_and_unsafe_link_button():
    drawn = html.blocks(
        [
            {
                "type": "actions",
                "elements": [button("開く", url="https://example.com"), button("悪い", url="javascript:x")],
            }
        ],
        {},
    )
    got = Drawn(drawn)
    assert [a["href"] for a in got.all("a")] == ["https://example.com"]
    assert len(got.all("button")) == 1


def test_confirmation_is_told():
    ask = {"title": plain("本当に？"), "text": mark("*戻せません*"), "confirm": plain("はい"), "deny": plain("いいえ")}
    block = section("x", accessory=button("終了", confirm=ask))
    assert Drawn(html.blocks([block], {})).all("button")[0]["title"] == "本当に？\n戻せません"
    assert "（確認: 本当に？ / 戻せません / はい / いいえ）" in markdown.plain([block])


def test_pictures_are_never_fetched():
    got = Drawn(html.blocks([{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "図"}], {}))
    assert got.said == "🖼 図"
    assert [a["href"] for a in got.all("a")] == ["https://example.com/a.png"]


def test_a_message_without_blocks_shows_its_text_and_one_with_blocks_does_not():
    assert "予備" in html.body({"text": "予備", "blocks": []}, {})
    assert "予備" not in html.body({"text": "予備", "blocks": [section("本文")]}, {})
    assert (
        "📎 a.pdf" in Drawn(html.body({"text": "", "files": [{"id": "F1", "name": "a.pdf", "size": 482133}]}, {})).said
    )
    assert [html.file_size(n) for n in (12, 482133, 5_000_000)] == ["12 B", "471 KB", "4.8 MB"]


# --- modals


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "id": "V1",
        "callback_id": "form",
        "title": plain("点検票"),
        "submit": plain("次へ"),
        "blocks": list(blocks),
        **more,
    }


def test_modal_window():
    got = Drawn(html.view(modal(section("本文")), {}, {}, {}))
    assert len(got.all("form", cls="modal", data_view_id="V1", data_callback_id="form")) == 1
    assert got.said == "点検票✕本文キャンセル次へ"
    assert [b["data-role"] for b in got.all("button")] == ["clear", "close", "submit"]
    alone = Drawn(html.view(modal(section("本文"), submit=None), {}, {}, {}))
    assert [b["data-role"] for b in alone.all("button")] == ["clear", "close"]


def test_values_win_over_initial_ones_even_when_emptied():
    block = entry("plain_text_input", initial_value="はじめ")
    assert Drawn(html.view(modal(block), {}, {}, {})).all("input", value="はじめ") != []
    assert Drawn(html.view(modal(block), {"q": {"a": {"value": "あと"}}}, {}, {})).all("input", value="あと") != []
    emptied = html.view(modal(block), {"q": {"a": {"value": None}}}, {}, {})
    assert "はじめ" not in emptied
    assert "はじめ" not in markdown.view(modal(block), {"q": {"a": {"value": None}}}, {}, {})


@pytest.mark.parametrize(
    ("element", "state", "shown"),
    [
        (
            {"type": "radio_buttons", "options": [option("はい", "y"), option("いいえ", "n")]},
            {"selected_option": option("いいえ", "n")},
            "(●) いいえ",
        ),
        (
            {"type": "checkboxes", "options": [option("甲", "1"), option("乙", "2")]},
            {"selected_options": [option("乙", "2")]},
            "☑ 乙",
        ),
        (
            {"type": "static_select", "option_groups": [{"label": plain("組"), "options": [option("甲", "1")]}]},
            {"selected_option": option("甲", "1")},
            "【甲 ▾】",
        ),
        ({"type": "external_select"}, {"selected_option": option("株式会社みどり", "9")}, "【株式会社みどり ▾】"),
        (
            {"type": "multi_static_select", "options": [option("甲", "1")]},
            {"selected_options": [option("甲", "1")]},
            "【甲 ▾】",
        ),
        ({"type": "users_select"}, {"selected_user": "U1"}, "【佐藤 花子 ▾】"),
        ({"type": "multi_users_select"}, {"selected_users": ["U1", "U9"]}, "【佐藤 花子、U9 ▾】"),
        ({"type": "conversations_select"}, {"selected_conversation": "C1"}, "【security-team ▾】"),
        ({"type": "datepicker"}, {"selected_date": "2027-01-22"}, "【2027-01-22】"),
        ({"type": "datetimepicker"}, {"selected_date_time": 1797560580}, "【2026-12-18 11:23】"),
        ({"type": "number_input"}, {"value": "0"}, "【0】"),
        ({"type": "file_input"}, {"files": [{"id": "F1", "name": "証跡.pdf"}]}, "📎 証跡.pdf"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) and "type" in value else "",
)
def test_what_was_entered_is_shown(element: Json, state: Json, shown: str):
    block = {"type": "input", "block_id": "q", "label": plain("質問"), "element": {"action_id": "a", **element}}
    values = {"q": {"a": state}}
    assert shown in markdown.plain([block], NAMES, values)
    drawn = html.blocks([block], NAMES, values)
    for word in shown.strip("【】▾(●)☑📎 ").split(" ▾")[0].split("、"):
        assert word in drawn or state.get("selected_date_time")
    if "options" in element or "option_groups" in element:
        got = Drawn(drawn)
        chosen = [t for t in got.tags if "checked" in t[1] or ("selected" in t[1])]
        assert len(chosen) == 1


def test_errors_stand_under_their_inputs_and_stray_ones_on_top():
    view = modal(entry("plain_text_input", "会社名"), section("間"), {**entry("datepicker", "期限"), "block_id": "due"})
    got = Drawn(html.view(view, {}, {"q": "必須です", "gone": "行き場なし"}, {}))
    assert got.said.index("行き場なし") < got.said.index("会社名") < got.said.index("必須です") < got.said.index("間")
    assert len(got.all("div", cls="wrong")) == 1
    text = markdown.view(view, {}, {"q": "必須です", "gone": "行き場なし"}, {})
    assert "⚠ 必須です" in text
    assert "⚠ gone: 行き場なし" in text


def test_plain_has_no_marks_and_all_words():
    blocks = [
        {"type": "header", "text": plain("見出し")},
        section("*太い* <@U1>", accessory=button("押す")),
        {"type": "divider"},
    ]
    assert markdown.plain(blocks, NAMES) == "見出し\n太い @佐藤 花子\n［押す］"


# --- people and style


def test_avatars_keep_their_colour():
    person = Person("佐藤 花子")
    assert avatar("U1", person) == avatar("U1", Person("佐藤 花子"))
    assert [initials(name) for name in ("佐藤 花子", "Aoi Tanaka", "", "\u202ex")] == ["佐", "AT", "?", "["]
    assert all(f".c{n} {{" in style() for n in range(COLOURS))


def test_badges_tell_outsiders_apart():
    names = WorldNames(
        {
            "U1": ("佐藤", "あおぞら商事", "member"),
            "U2": ("港", "みなと", "external"),
            "U3": ("風間", "", "single_guest"),
        }
    )
    assert [names.shown(user) for user in ("U1", "U2", "U3", "U9")] == ["佐藤", "港（みなと）", "風間（ゲスト）", "U9"]


def test_style_loads_nothing():
    assert not any(word in style() for word in ("url(", "@import", "@font-face", "http:", "https:", "</"))
