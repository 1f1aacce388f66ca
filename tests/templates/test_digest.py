"""The digest and its modals under hostile, endless and empty input, in both languages: Slack takes them all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.digests import CARDS, DigestCard, DigestLine, DigestView, Orphan, Work
from bot.domain.rounds import AttestationKind
from message_templates import kit
from message_templates.attest import changed_modal, ended_modal, not_mine_modal
from message_templates.catalogs import Text
from message_templates.digest import (
    added_blocks,
    added_text,
    digest_blocks,
    digest_text,
    missing_blocks,
    missing_text,
)
from sandbox.limits import check_message, check_view

KEY = "0" * 32
FAMILY = "👨‍👩‍👧‍👦"
TEXTS = {
    "plain": "株式会社みほんデータ",
    "mention": "<!channel> <@U1> <https://example.invalid|here> @here *太字* _x_ `y`",
    "ampersands": "&" * 2990,
    "kana": "あ" * 3000,
    "family": FAMILY * 1000,
    "lines": "一行目\n\n\n二行目\r\n" * 50,
    "marks": "fdp.\u202egnp\u2066.exe\x00\x07",
    "empty": "",
    "formula": '=HYPERLINK("https://example.invalid")',
}
LANGUAGES = ["ja", "en"]


def work(words: str, **more: Any) -> Work:
    facts = {"supplier": words, "business": words, "starts_on": date(2025, 4, 1), "ends_on": date(2027, 3, 31)}
    return Work.model_validate({**facts, "personal_data": True, **more})


def view(words: str, cards: int = CARDS, lines: int = 10, **more: Any) -> DigestView:
    made = {
        "title": words,
        "attest_by": date(2026, 12, 2),
        "cards": [DigestCard(attestation_id=KEY, work=work(words), lapsed=n % 2 == 0) for n in range(cards)],
        "waiting": cards,
        "lines": [
            DigestLine(
                supplier=words,
                business=words,
                kind=list(AttestationKind)[n % 4],
                by=words,
                on=datetime(2026, 11, 25, tzinfo=UTC).date(),
                to=words if n % 4 == 3 else "",
            )
            for n in range(lines)
        ],
        "done": lines,
    }
    return DigestView.model_validate({**made, **more})


def said(blocks: list[dict[str, Any]]) -> str:
    return json.dumps(blocks, ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", TEXTS.values(), ids=TEXTS)
def test_a_full_digest_is_always_taken(language: str, words: str) -> None:
    t = Text(language)
    for one in (
        view(words),
        view(words, waiting=400, done=400),
        view(words, cards=0),
        view(words, cards=0, lines=0),
        view(words, over=True),
    ):
        assert check_message(digest_blocks(t, one)) == []
        assert 0 < len(digest_text(t, one)) <= kit.FALLBACK


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", TEXTS.values(), ids=TEXTS)
def test_modals_and_notices_are_always_taken(language: str, words: str) -> None:
    t = Text(language)
    for modal in (changed_modal, ended_modal, not_mine_modal):
        assert check_view(modal(t, KEY, work(words))) == []
    assert check_message(added_blocks(t, work(words))) == []
    orphans = [
        Orphan(supplier=words, business=words, department=words, instead="p" if n % 2 else "") for n in range(10)
    ]
    for names in ({}, {"p": words}):
        assert check_message(missing_blocks(t, words, orphans, 4000, names)) == []
    assert added_text(t)
    assert "4" in missing_text(t, 4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_wrote_is_never_markup(language: str) -> None:
    hostile = TEXTS["mention"]
    for block in digest_blocks(Text(language), view(hostile)):
        for name in ("text", "elements"):
            parts = block.get(name) or []
            for part in parts if isinstance(parts, list) else [parts]:
                if part.get("type") == "mrkdwn":
                    assert "channel" not in part["text"]


def test_a_message_never_grows_past_what_slack_shows() -> None:
    """Slack counts about 13,000 characters of text a message, whatever the number of blocks."""
    for words in TEXTS.values():
        blocks = digest_blocks(Text("ja"), view(words, waiting=400, done=400))
        texts = [b["text"]["text"] for b in blocks if "text" in b]
        assert sum(map(len, texts)) < 9000


def test_names_are_cut_between_visible_characters() -> None:
    blocks = digest_blocks(Text("ja"), view(TEXTS["family"], cards=1, lines=0))
    name = blocks[-2]["text"]["text"].split("\n")[0].rpartition("】 ")[2]
    assert name.endswith("…")
    assert name.removesuffix("…") == FAMILY * (len(name) // len(FAMILY))


def test_the_whole_business_is_read_in_the_modal() -> None:
    business = "長い業務の説明" * 70  # 490 characters: as long as the register takes
    assert business not in said(digest_blocks(Text("ja"), view(business)))
    assert business in said(changed_modal(Text("ja"), KEY, work("商店", business=business))["blocks"])


def test_each_card_names_the_work_and_carries_four_buttons() -> None:
    blocks = digest_blocks(Text("ja"), view("商店", cards=1, lines=0))
    whole = said(blocks)
    assert "契約期間: 2025年4月1日(火) 〜 2027年3月31日(水) ／ 個人データ: あり" in whole
    (row,) = [b for b in blocks if b["type"] == "actions"]
    assert [e["text"]["text"] for e in row["elements"]] == ["変更なし", "変更あり", "終了", "担当ではない"]
    assert {e["value"] for e in row["elements"]} == {f"1.{KEY}"}


def test_an_endless_contract_and_a_lapsed_card_say_so() -> None:
    card = DigestCard(attestation_id=KEY, work=work("商店", ends_on=None, personal_data=False), lapsed=True)
    whole = said(digest_blocks(Text("ja"), view("商店", cards=0, waiting=1).model_copy(update={"cards": (card,)})))
    assert "期限の定めなし" in whole
    assert "まだお答えいただけます" in whole


def test_the_words_are_courteous() -> None:
    """content_ja.md §9: nothing threatening, and suppliers are not called 業者 or 下請."""
    for language in LANGUAGES:
        whole = said(digest_blocks(Text(language), view("商店", waiting=99, done=99)))
        assert not [bad for bad in ("至急", "違反", "業者", "下請", "ください。さもないと") if bad in whole]
