"""How Japanese sentences are set: one kind of colon in all catalogs, so that two cards side by side look alike."""

from __future__ import annotations

import re

from message_templates.catalogs import CATALOGS

JA = CATALOGS["ja"]
CODE = re.compile(r"`[^`]*`|https?://\S+|\{host\}:\{port\}")
TIGHT = re.compile(r"[぀-ヿ㐀-鿿々)}）」』】]:(?=\S)")


def wrong(sentence: str) -> str:
    """What is wrong with a sentence's colons; '' where nothing is. Code, addresses and places for them are left alone."""
    said = CODE.sub("", sentence)
    if "：" in said:
        return "a full-width colon"
    return "a colon without a space behind it" if TIGHT.search(said) else ""


def test_a_colon_is_half_width_with_a_space_behind_it() -> None:
    found = {key: f"{why}: {JA[key]}" for key in JA if (why := wrong(JA[key]))}
    assert found == {}, (
        "in Japanese sentences write the half-width colon and one space, as the other catalogs do: "
        "「回答期限: {due}」, not 「回答期限：{due}」 or 「回答期限:{due}」"
    )


def test_the_check_sees_both_mistakes_and_leaves_code_alone() -> None:
    assert wrong("回答期限：{due}") == "a full-width colon"
    assert wrong("回答期限:{due}") == wrong("{name}:{value}") == "a colon without a space behind it"
    for right in ("回答期限: {due}", "対象:\n{lines}", "{host}:{port} で待ち受け", "手順書: `a:b`", ":warning: 注意"):
        assert wrong(right) == ""
