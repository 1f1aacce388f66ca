"""Blocks drawn for people: everything shown, nothing harmful, the unknown in red."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.elements import ELEMENTS as HOLDERS
from sandbox.render import elements, html, markdown, mrkdwn
from sandbox.render.names import COLOURS, Person, WorldNames, avatar, initials
from sandbox.render.page import style
from sandbox.render.safe import visible
from tests.sandbox.drawn import Drawn

Json = dict[str, Any]
NAMES = {"U1": "佐藤 花子", "C1": "security-team", "S1": "infosec"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!channel>",
    "<javascript:alert(1)|click>",
    '<https://x.example" onclick="alert(1)|label>',
    "</textarea></select></form><iframe>",
    "`</code><svg/onload=alert(1)>`",
    "*<b onclick=x>*",
    "\u202eevil\u2066",
    "]]><!-- -->",
    "&lt;img src=x onerror=alert(1)&gt;",
]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mark(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str = "v") -> Json:
    return {"text": plain(text), "value": value, "description": plain("説明 " + text)}


def button(text: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": "press", "value": "x", **more}


def entry(kind: str, label: str = "質問", **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": "q",
        "label": plain(label),
        "element": {"type": kind, "action_id": "a", **more},
    }


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "block_id": "s", "text": mark(text), **more}


def gallery(text: str) -> list[Json]:
    """Every block and element, `text` in every place that a text can be."""
    two = [option(text, "1"), option("別", text)]
    rich = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": text, "style": {"bold": True}}]},
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": text, "text": text}]}],
            },
            {
                "type": "rich_text_quote",
                "elements": [{"type": "user", "user_id": text}, {"type": "emoji", "name": text}],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]},
        ],
    }
    menus = ("static_select", "radio_buttons", "external_select")
    many = ("multi_static_select", "checkboxes", "multi_external_select")
    who = {"users_select": "user", "conversations_select": "conversation", "channels_select": "channel"}
    typed = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "datepicker", "timepicker")
    return [
        section(text, fields=[mark(text), plain(text)], accessory=button(text, style="primary", url=text)),
        section(text, accessory={"type": "image", "image_url": text, "alt_text": text}),
        {"type": "header", "text": plain(text), "block_id": text},
        {"type": "divider"},
        {
            "type": "context",
            "elements": [mark(text), plain(text), {"type": "image", "image_url": text, "alt_text": text}],
        },
        {
            "type": "actions",
            "block_id": text,
            "elements": [
                button(text, style=text, confirm={"title": plain(text), "text": mark(text)}),
                {"type": "overflow", "action_id": text, "options": two},
            ],
        },
        *(entry(kind, text, options=two, initial_option=two[1], placeholder=plain(text)) for kind in menus),
        *(entry(kind, text, options=two, initial_options=two, placeholder=plain(text)) for kind in many),
        *(entry(kind, text, **{f"initial_{what}": text}) for kind, what in who.items()),
        *(entry(f"multi_{kind}", text, **{f"initial_{what}s": [text]}) for kind, what in who.items()),
        *(entry(kind, text, placeholder=plain(text)) for kind in typed),
        entry("plain_text_input", text, initial_value=text, multiline=True),
        entry("datetimepicker", text, initial_date_time=1797560580),
        entry("rich_text_input", text, initial_value=rich),
        entry("file_input", text, filetypes=[text]),
        {"type": "image", "title": plain(text), "image_url": text, "alt_text": text},
        rich,
        {
            "type": "markdown",
            "text": f"# {text}\n- {text}\n**{text}** [{text}](https://example.com) `{text}`\n> {text}",
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": text}], [{**rich}]]},
        {"type": "alert", "level": text, "text": mark(text)},
        {"type": text},
        section("未知の要素", accessory={"type": text}),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_html(text: str):
    values = {"q": {"a": {"value": text}}}
    errors = {"q": text, text: text}
    for type_ in ("modal", "home"):
        view = {
            "type": type_,
            "title": plain(text),
            "submit": plain(text),
            "close": plain(text),
            "blocks": gallery(text),
        }
        drawn = html.view({**view, "id": text, "callback_id": text}, values, errors, {"U1": text})
        Drawn(drawn)  # asserts that there is no tag, attribute or address that could do harm
        assert not any(raw in drawn for raw in ("<script", "<img", "<iframe", "<svg", "<!channel", "\u202e", "\u2066"))
    message = {"text": text, "blocks": [], "files": [{"name": text, "size": 3}, text]}
    Drawn(html.message(message, text, Person(text, text, "external"), {}, when=text, marks=[text]))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_markdown(text: str):
    drawn = markdown.blocks(gallery(text), NAMES)
    code = re.compile(r"(?<!\\)(`{3}|`)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)  # inside it < is only a character
    assert "<" not in code.sub("", drawn)
    assert "\u202e" not in drawn
    assert "](javascript:" not in drawn


@given(st.text())
def test_plain_text_reads_exactly_as_written(text: str):
    said = Drawn(
        html.blocks([{"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}], {})
    ).said
    assert said == visible(text)


@given(st.text(alphabet="<>&;|*_~`@#!\n:/ahtpsU1あ ^{}"))
def test_no_mrkdwn_breaks_out(text: str):
    Drawn(html.blocks([section(text), {"type": "markdown", "text": text}], NAMES))
    markdown.blocks([section(text), {"type": "markdown", "text": text}], NAMES)


def test_hidden_characters_are_spelled_out():
    assert visible("a\u202eb\u200bc\x00d\r\ne") == "a[U+202E]b[U+200B]c[U+0000]d\ne"
    assert visible("\ud800") == "[U+D800]"  # a lone surrogate could not even be written to a file
    assert visible("👨‍👩‍👧") == "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*太い* _斜め_ ~消す~ `code`", "<b>太い</b> <i>斜め</i> <s>消す</s> <code>code</code>"),
        ("語*太くない*語 a_b_c 2*3*4", "語*太くない*語 a_b_c 2*3*4"),
        ("「*太い*」", "「<b>太い</b>」"),
        ("*a _b_*", "<b>a <i>b</i></b>"),
        ("前\n&gt; 引用\n> 続き\n後", "前<blockquote>引用<br>続き</blockquote>後"),
        ("```\na < b\n*c*\n```", "<pre>a &lt; b\n*c*</pre>"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<@U1> <#C1> <!subteam^S1> <!here>", "@佐藤 花子 #security-team @infosec @here"),
        ("<@U9> <@U9|山田>", "@U9 @山田"),
        ("@channel a@here.example", "@channel a@here.example"),
        ("<!date^1797560580^{date_long} {time}|後で>", "2026年12月18日(金) 11:23"),
        ("<!date^x^{date}|後で>", "後で"),
        (":bell: :no_such_emoji:", "🔔 :no_such_emoji:"),
        ("<javascript:alert(1)|押す>", "&lt;javascript:alert(1)|押す&gt;"),
    ],
)
def test_mrkdwn_as_slack_draws_it(text: str, drawn: str):
    got = mrkdwn.to_html(text, NAMES).replace('<span class="mention">', "").replace("</span>", "")
    assert got == drawn


def test_mentions_and_links_are_marked():
    got = Drawn(mrkdwn.to_html("<@U1> @here <https://example.com/a?b=1&amp;c=2|見る> https://example.com/d。", NAMES))
    assert len(got.all("span", cls="mention")) == 2
    assert [a["href"] for a in got.all("a")] == ["https://example.com/a?b=1&c=2", "https://example.com/d"]
    assert "noopener" in got.all("a")[0]["rel"]


def test_verbatim_links_and_mentions_nothing_by_itself():
    got = Drawn(
        html.blocks([{"type": "section", "text": {**mark("@here https://example.com <@U1>"), "verbatim": True}}], NAMES)
    )
    assert got.all("a") == []
    assert len(got.all("span", cls="mention")) == 1


def test_mrkdwn_in_markdown_and_plain():
    text = "*太い* <https://example.com/a b|x> <https://example.com|[y]> 1_2 # <@U1>\n```\n*c*\n```"
    assert mrkdwn.to_markdown(text, NAMES) == (
        "**太い** &lt;https://example.com/a b\\|x&gt; [\\[y\\]](https://example.com) 1\\_2 # @佐藤 花子\n\n```\n*c*\n```\n"
    )
    assert mrkdwn.to_plain("*太い* <https://example.com|y> &lt;", NAMES) == "太い y <"


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
    assert [b["data-role"] for b in got.all("button")] == ["close", "submit"]
    alone = Drawn(html.view(modal(section("本文"), submit=None), {}, {}, {}))
    assert [b["data-role"] for b in alone.all("button")] == ["close"]


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
