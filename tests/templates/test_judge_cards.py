"""Cards of chasing, judging and resolving: within Slack's limits and harmless, whatever people wrote, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.chasing import OwnerEscalation, OwnerReminder, Silence, SupplierReminder, Unanswering, Work
from bot.domain.checklist import Question, Risk
from bot.domain.delivery import NoticeKind, NoticeState
from bot.domain.judging import (
    Dossier,
    Handed,
    Judged,
    OpenItem,
    Outcome,
    OutcomeLine,
    WaitingReview,
    WaitingReviews,
)
from bot.domain.reminders import Step
from bot.domain.resolving import StuckNotice, StuckNotices
from bot.domain.rounds import JudgementValue, ReviewState
from bot.domain.seen_answers import Counts, SeenAnswer
from message_templates import ids, judge, outcomes, reminders, resolving
from message_templates.catalogs import CATALOGS, Text
from message_templates.judge_answers import answer_pages, answers_modal
from sandbox.limits import check_message, check_view
from storage.checklist_files import load_all

HOSTILE = (
    '<!channel> <@U1> <https://evil.example|click> &amp; *b* _i_ `c` @here \u202egnp.exe\x07 {title} =HYPERLINK("x")'
)
ENDLESS = "長い文章👨‍👩‍👧" * 800
TEXTS = {"usual": "みかづき運輸株式会社", "hostile": HOSTILE, "endless": ENDLESS, "empty": ""}
LANGUAGES = ("ja", "en")
DAY = date(2026, 12, 18)
NOW = datetime(2026, 12, 18, 1, tzinfo=UTC)
QUESTIONS = [q for checklist in load_all().values() for q in checklist.questions]
MAX_BYTES = 250_000


def work(text: str, n: int) -> tuple[Work, ...]:
    return tuple(Work(supplier=text, business=text) for _ in range(n))


def answers(text: str, questions: list[Question], value: Any = None) -> tuple[SeenAnswer, ...]:
    def of(q: Question) -> Any:
        if value is not None:
            return value
        return (q.possible[0] if q.possible else text) if text else None

    return tuple(SeenAnswer(question=q, about=text, value=of(q), comment=text) for q in questions)


def dossier(text: str, n: int = 3, items: int = 1, *, risky: bool = True) -> Dossier:
    asked = (QUESTIONS * 5)[:n]
    seen = answers(text, asked)
    if risky:
        seen = tuple(a.model_copy(update={"risk": Risk(code="no", critical=True)}) for a in seen)
    return Dossier(
        review_id="r" * 32,
        supplier=text,
        title=text,
        due_on=DAY,
        state=ReviewState.SUBMITTED,
        reason="no_answer",
        answers=seen,
        counts=Counts(yes=n, no=2, unanswered=1),
        handed=tuple(Handed(name=text, role=text, on=DAY, late=n) for _ in range(min(n, 9))),
        missing=2,
        files=(text,) * n,
        items=tuple(
            OpenItem(item_id=f"{i:032}", business=text, department=text[:60], owner=text) for i in range(items)
        ),
        seen="s" * 16,
    )


def outcome(text: str, n: int, *, answered: bool = True) -> Outcome:
    lines = tuple(
        OutcomeLine(business=text, value=value, reason=text[:2000], until=DAY, letter=text[:1000])
        for value in list(JudgementValue) * n
    )
    return Outcome(supplier=text, title=text, lines=lines[: n * 4], answered=answered)


def stuck(text: str, n: int) -> StuckNotices:
    kinds = list(NoticeKind)
    listed = tuple(
        StuckNotice(
            notice_id=f"{i:032}",
            kind=kinds[i % len(kinds)],
            place="channel:C0SUP1" if i % 2 else "person:p1",
            state=NoticeState.UNRESOLVED if i % 3 else NoticeState.FAILED,
            reason=text[:80],
            tried_at=NOW,
            text=text,
            supplier=text,
            person=text,
        )
        for i in range(n)
    )
    return StuckNotices(listed=listed, unresolved=n, failed=n)


def owner(text: str, step: Step, n: int) -> OwnerReminder:
    return OwnerReminder(title=text, step=step, due_on=DAY, work=work(text, n))


def supplier(text: str, step: Step) -> SupplierReminder:
    return SupplierReminder(supplier=text, title=text, step=step, due_on=DAY, today=DAY)


def silence(text: str, n: int, *, reached: bool) -> Silence:
    return Silence(review_id="r" * 32, supplier=text, title=text, due_on=DAY, businesses=(text,) * n, reached=reached)


Card = Callable[[Text, str, int], list[dict[str, Any]]]
STEPS = [s for s in Step if s is not Step.ESCALATION]
MESSAGES: dict[str, Card] = {
    **{f"owner {s}": lambda t, x, n, s=s: reminders.owner_reminder(t, owner(x, s, n)) for s in STEPS},
    **{f"supplier {s}": lambda t, x, n, s=s: reminders.supplier_reminder(t, supplier(x, s)) for s in STEPS},
    "owner escalation": lambda t, x, n: reminders.owner_escalation(
        t,
        OwnerEscalation(title=x, due_on=DAY, owners=tuple(Unanswering(name=x, work=work(x, n)) for _ in range(n or 1))),
    ),
    "silence to owner": lambda t, x, n: reminders.silence_to_owner(t, silence(x, n or 1, reached=True)),
    "silence to security": lambda t, x, n: reminders.silence_to_security(t, silence(x, n or 1, reached=False)),
    "submitted": lambda t, x, n: judge.submitted(t, dossier(x, n, items=n)),
    "waiting": lambda t, x, n: judge.waiting_list(
        t,
        WaitingReviews(
            reviews=tuple(
                WaitingReview(review_id="r", supplier=x, title=x, due_on=DAY, reason="not_reached", items=n)
                for _ in range(min(n, 20))
            ),
            total=n,
        ),
    ),
    "outcome to owner": lambda t, x, n: outcomes.owner(t, outcome(x, n)),
    "outcome to supplier": lambda t, x, n: outcomes.supplier(t, outcome(x, n)),
    "outcome to a silent supplier": lambda t, x, n: outcomes.supplier(t, outcome(x, n, answered=False)),
    "stuck": lambda t, x, n: resolving.stuck_list(t, stuck(x, min(n, 15))),
}
VIEWS: dict[str, Callable[[Text, str, int], dict[str, Any]]] = {
    "judge": lambda t, x, n: judge.judge_modal(t, dossier(x, n, items=n or 1)),
    "judge without risks": lambda t, x, n: judge.judge_modal(t, dossier(x, n, items=n or 1, risky=False)),
    "answers": lambda t, x, n: answers_modal(t, dossier(x, n), 0),
    "last answers": lambda t, x, n: answers_modal(t, dossier(x, n), 10_000),
    "judged": lambda t, x, n: judge.judged_modal(t, Judged(review_id="r", supplier=x, judged=n, remaining=n)),
    "where": lambda t, x, n: resolving.where_modal(t, "n" * 32),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("count", [0, 1, 120])
@pytest.mark.parametrize("name", MESSAGES)
def test_messages_stay_within_the_limits(name: str, count: int, text: str, language: str) -> None:
    blocks = MESSAGES[name](Text(language), TEXTS[text], count)
    assert check_message(blocks) == []
    _harmless(blocks)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("count", [0, 1, 120])
@pytest.mark.parametrize("name", VIEWS)
def test_modals_stay_within_the_limits(name: str, count: int, text: str, language: str) -> None:
    view = VIEWS[name](Text(language), TEXTS[text], count)
    assert check_view(view) == []
    assert len(json.dumps(view)) < MAX_BYTES  # as the SDK sends it: six bytes a Japanese character
    _harmless(view["blocks"])


def _harmless(blocks: list[dict[str, Any]]) -> None:
    """People's text stands in plain text only, without control characters and direction marks."""
    for text in _texts(blocks):
        assert text["type"] == "plain_text", text
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text["text"])


def _texts(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [t for one in node for t in _texts(one)]
    if not isinstance(node, dict):
        return []
    if node.get("type") in {"plain_text", "mrkdwn"}:
        return [node]
    return [t for one in node.values() for t in _texts(one)]


# -- all answers can be read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 50, 3000])
def test_every_answer_and_every_comment_is_readable_in_full(size: int) -> None:
    comments = [f"#{n}# " + "あ" * size + f" ##{n}##" for n in range(80)]
    seen = tuple(
        SeenAnswer(question=q, about="", value="yes", comment=c) for q, c in zip(QUESTIONS * 5, comments, strict=False)
    )
    pages = answer_pages(Text("ja"), seen)
    whole = "".join(block["text"]["text"] for page in pages for block in page)
    assert all(f"#{n}#" in whole and f"##{n}##" in whole for n in range(80))
    assert whole.count("あ" * size) >= 80 if size < 2000 else len(whole) > 80 * size


def test_pages_lead_to_each_other() -> None:
    t, many = Text("en"), dossier("x" * 900, 100)
    first, second = answers_modal(t, many, 0), answers_modal(t, many, 1)
    assert [e["value"] for e in first["blocks"][-1]["elements"]] == [ids.pack("r" * 32, 1)]
    assert [e["value"] for e in second["blocks"][-1]["elements"]] == [ids.pack("r" * 32, 0), ids.pack("r" * 32, 2)]


def test_what_does_not_fit_into_the_form_is_counted() -> None:
    view = str(judge.judge_modal(Text("ja"), dossier("x", 60)))
    assert "ほか40問にも確認したい回答があります" in view


# -- words -----------------------------------------------------------------------------------------------------------------

TO_SUPPLIERS = [key for key in CATALOGS["ja"] if key.startswith(("chase.supplier_", "outcome.supplier"))]
FORBIDDEN = {
    "ja": (
        "至急",
        "違反",
        "罰",
        "打ち切",
        "停止",
        "価格",
        "減額",
        "下請",
        "業者",
        "させて頂",
        "下さい",
        "不合格",
        "契約不可",
    ),
    "en": ("urgent", "immediately", "violation", "penalty", "terminate", "price", "fail"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TO_SUPPLIERS)
def test_what_suppliers_read_threatens_nobody_and_talks_of_no_price(key: str, language: str) -> None:
    assert not [word for word in FORBIDDEN[language] if word in CATALOGS[language][key].lower()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogs_have_the_same_keys_and_places(language: str) -> None:
    mine = ("chase.", "judge.", "outcome.", "resolve.", "help.judge", "help.unresolved")
    for key in (k for k in CATALOGS["ja"] if k.startswith(mine)):
        places = {lang: set(re.findall(r"{(\w+)}", CATALOGS[lang][key])) for lang in LANGUAGES}
        assert places["en"] <= places["ja"] | {"count"}, key
        assert places["ja"] <= places["en"] | {"count"}, key


def test_what_is_to_be_mended_comes_with_the_offer_to_talk_about_its_cost() -> None:
    for value in JudgementValue:
        card = Outcome(supplier="s", title="t", lines=(OutcomeLine(business="b", value=value),))
        text = str(outcomes.supplier(Text("ja"), card))
        assert ("費用等のご負担" in text) is (value in {JudgementValue.IMPROVE, JudgementValue.NO_CONTRACT})
        assert value.value not in text


def test_a_reason_in_an_outcome_never_reaches_a_suppliers_card() -> None:
    """Even if somebody put one there."""
    card = Outcome(
        supplier="s", title="t", lines=(OutcomeLine(business="b", value=JudgementValue.IMPROVE, reason="SECRET"),)
    )
    assert "SECRET" not in str(outcomes.supplier(Text("ja"), card)) + outcomes.supplier_text(Text("ja"), card)
