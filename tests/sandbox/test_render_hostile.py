"""Hostile text stays text in every drawing, and mrkdwn is drawn as Slack draws it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.render import html, markdown, mrkdwn
from sandbox.render.names import Person
from sandbox.render.safe import visible
from tests.sandbox.drawn import Drawn
from tests.sandbox.gallery import NAMES, gallery, mark, plain, section

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
