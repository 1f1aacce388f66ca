"""The modals of a round under hostile and endless input, and previews in which nothing can be pressed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bot.domain.digests import CARDS
from bot.domain.round_views import Letter, Preview, Recipient, RoundForm
from bot.domain.scoping import Dates, Reason
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.digest import digest_blocks
from message_templates.inert import inert
from message_templates.round import preview_modal, round_modal
from sandbox.limits import check_view
from tests.templates.test_digest import LANGUAGES, TEXTS, view

DATES = Dates(attest_by=date(2026, 12, 2), due_on=date(2026, 12, 23))


def form(departments: int, words: str = "部門") -> RoundForm:
    return RoundForm(
        language="ja",
        checklists=(("basic", "基本点検"), ("personal_data", words or "点検票")),
        departments=tuple((f"{n:032}", f"{words}{n}") for n in range(departments)),
        dates=DATES,
    )


def preview(words: str, letter: Letter | None, **more: Any) -> Preview:
    facts = {
        "language": "ja",
        "round_id": "0" * 32,
        "title": words,
        "checklist": words,
        "attest_by": DATES.attest_by,
        "due_on": DATES.due_on,
        "answer_days": 3,
        "computed": True,
        "inside": 10000,
        "ownerless": 5,
        "outside": tuple((reason.value, 1000) for reason in Reason),
        "owners": 3000,
        "suppliers": 4000,
        "unreachable": 2,
        "page": 1,
        "pages": 7000,
        "letter": letter,
        "changed": True,
    }
    return Preview.model_validate({**facts, **more})


def owners_letter(words: str, language: Any = "ja") -> Letter:
    blocks = digest_blocks(Text(language), view(words, CARDS, lines=0, waiting=40))
    return Letter(recipient=Recipient(kind="owner", id="p", name=words), language=language, blocks=blocks)


def suppliers_letter(words: str, channels: int) -> Letter:
    blocks = [
        kit.header(words or "-"),
        kit.section(kit.plain(words)),
        kit.actions([kit.button("回答する", "x", "1.a")]),
    ]
    where = tuple(f"C{n:09}" for n in range(channels))
    return Letter(
        recipient=Recipient(kind="supplier", id="s", name=words), language="ja", blocks=blocks, channels=where
    )


def actions(blocks: list[dict[str, Any]]) -> list[str]:
    """Whatever acts when it is pressed."""
    found = []
    for block in blocks:
        elements = [*block.get("elements", []), block.get("accessory") or {}, block.get("element") or {}]
        found += [e["action_id"] for e in elements if "action_id" in e]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("departments", [0, 1, 100, 101, 1250])
def test_the_form_is_always_taken(language: str, departments: int) -> None:
    view_ = round_modal(Text(language), form(departments))
    assert check_view(view_) == []
    offered = json.dumps(view_).count(f'"value": "{"0" * 20}')
    assert offered == departments  # none is left out, however many there are


@pytest.mark.parametrize("words", TEXTS.values(), ids=TEXTS)
def test_names_of_departments_may_be_anything(words: str) -> None:
    for count in (3, 101):
        assert check_view(round_modal(Text("ja"), form(count, words))) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", TEXTS.values(), ids=TEXTS)
def test_the_preview_is_always_taken(language: str, words: str) -> None:
    t = Text(language)
    for letter in (owners_letter(words), suppliers_letter(words, 0), suppliers_letter(words, 20), None):
        for page, pages in ((0, 1), (0, 2), (1, 2), (1, 3)):
            assert check_view(preview_modal(t, preview(words, letter, page=page, pages=pages))) == []


def test_only_the_previews_own_buttons_can_be_pressed() -> None:
    modal = preview_modal(Text("ja"), preview("商店", owners_letter("商店")))
    assert actions(modal["blocks"]) == [ids.Do.ROUND_PREVIOUS, ids.Do.ROUND_NEXT, ids.Do.ROUND_CANCEL]


@pytest.mark.parametrize(
    ("page", "pages", "expected"), [(0, 1, []), (0, 2, ["NEXT"]), (1, 2, ["PREVIOUS"]), (1, 3, ["PREVIOUS", "NEXT"])]
)
def test_the_neighbours_are_a_press_away(page: int, pages: int, expected: list[str]) -> None:
    modal = preview_modal(Text("ja"), preview("商店", suppliers_letter("商店", 1), page=page, pages=pages))
    names = [ids.Do(found).name.removeprefix("ROUND_") for found in actions(modal["blocks"])]
    assert names == [*expected, "CANCEL", "SCOPE_LEAVE", "QUESTIONS_WHY"]


def test_the_letter_stands_word_for_word_and_its_buttons_are_named() -> None:
    letter = owners_letter("株式会社みほんデータ", "en")
    modal = preview_modal(Text("ja"), preview("商店", letter))
    whole = json.dumps(modal["blocks"], ensure_ascii=False)
    for block in letter.blocks:
        if block["type"] in ("header", "section"):
            assert json.dumps(block["text"], ensure_ascii=False) in whole
    assert "Buttons: [No change] [Something changed]" in whole  # in the recipient's language


def test_what_deserves_a_thought_is_said() -> None:
    whole = json.dumps(preview_modal(Text("ja"), preview("商店", None)), ensure_ascii=False)
    for part in (
        "点検中の委託先 1000件",
        "担当者のいない委託業務が5件",
        "10営業日に満たない",
        "官報",
        "もう一度ご確認",
    ):
        assert part in whole
    calm = preview("商店", None, outside=(), ownerless=0, unreachable=0, answer_days=10, computed=False, changed=False)
    quiet = json.dumps(preview_modal(Text("ja"), calm), ensure_ascii=False)
    for part in ("対象外", "担当者のいない", "満たない", "官報", "もう一度ご確認"):
        assert part not in quiet


def test_an_accessory_that_acts_becomes_a_line_and_a_picture_stays() -> None:
    picture = {"type": "image", "image_url": "https://example.invalid/x.png", "alt_text": "x"}
    blocks = [
        kit.section(kit.plain("a"), kit.button("押す", "x", "1.a"), block_id="b"),
        kit.section(kit.plain("b"), picture),
        kit.divider(),
    ]
    still = inert(Text("ja"), blocks)
    assert actions(still) == []
    assert [b["type"] for b in still] == ["section", "context", "section", "divider"]
    assert "押す" in json.dumps(still, ensure_ascii=False)
    assert still[2]["accessory"] == picture
    assert not [b for b in still if "block_id" in b]
