"""Confirming a merging: what goes over, what is chosen, where work is asked about. Slack takes it, whatever it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.ledger import Profession
from bot.domain.merge_facts import Differing, Taken
from bot.domain.merging import AskedAt, MergePreview, Side
from message_templates.catalogs import Text
from message_templates.merging import preview_view
from sandbox.limits import check_view

HOSTILE = ("<!channel>", "あ" * 3000, "*x* `y` &lt;", "\u202e逆", "=HYPERLINK(1)")


def side(name: str) -> Side:
    return Side(id=name, name=name, corporate_number=None, engagements=1, endpoints=1, open_reviews=0)


def preview(text: str = "倉庫の管理", ways: int = 1) -> MergePreview:
    same, moved = AskedAt(business=text, before="C1", after="C1"), AskedAt(business=text, before="C2", after="C1")
    more = (AskedAt(business=text, before=f"C9{n}", after="C1") for n in range(ways))
    none = AskedAt(business=text, before="", after="")
    return MergePreview(
        kept=side("kept"),
        gone=side("gone"),
        counts={"engagement": 1},
        left=0,
        number_moves=True,
        taken=(
            Taken(field="subcontracts", before=None, after=True),
            Taken(field="profession", before="none", after="lawyer"),
            Taken(field="address", before="", after=text),
            Taken(field="paused", before=False, after=True),
            Taken(field="state", before="active", after="blocked"),
            Taken(field="closed_on", before=None, after="2026-03-31"),
        ),
        differing=(
            Differing(field="language", kept="ja", gone="en"),
            Differing(field="group_company", kept=True, gone=False, suggested="gone"),
            Differing(field="profession", kept=Profession.LAWYER, gone=Profession.NOTARY),
            Differing(field="address", kept=text + "1", gone=text + "2"),
        ),
        ways=(moved, same, none, *more),
    )


def words(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


def test_it_says_what_goes_over_with_the_reason() -> None:
    shown = words(preview_view(Text("ja"), preview()))
    assert "再委託の有無: あり(残す記録が空欄のため、統合される記録から引き継ぎます)" in shown
    assert "弁護士" in shown
    assert "送信停止(どちらかが送信停止中のため" in shown
    assert "取引停止(どちらかが取引停止のため" in shown
    assert "英語(統合される記録)" in shown
    assert "<#C2> から <#C1> に変わります: 倉庫の管理" in shown
    assert "<#C1>(変わりません): 倉庫の管理" in shown


def test_the_choice_begins_with_what_is_suggested() -> None:
    view = preview_view(Text("ja"), preview())
    begins = {
        b["block_id"].rpartition(".")[2]: b["element"]["initial_option"]["value"]
        for b in view["blocks"]
        if b["type"] == "input"
    }
    assert begins == {"language": "kept", "group_company": "gone", "profession": "kept", "address": "kept"}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("text", HOSTILE)
def test_slack_takes_it_whatever_it_holds(language: str, text: str) -> None:
    view = preview_view(Text(language), preview(text, ways=40))
    assert check_view(view) == []
    assert "<!channel>" not in "".join(b["text"]["text"] for b in view["blocks"] if b.get("text", {}).get("verbatim"))
