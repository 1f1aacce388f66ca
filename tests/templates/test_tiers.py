"""Tiers and scope with ordinary, hostile, endless and empty words: within the limits of Slack, nothing interpreted."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.ledger import DataKind
from bot.domain.scope_views import PAGE, ScopeForm, ScopeLine, ScopePage
from bot.domain.scoping import IN, OUT, PROPOSED, Choice
from bot.domain.tier_views import TierForm, TierLine, TierSet, TierSheet, names_of
from bot.domain.tiers import TierFacts, decide
from bot.services.tiers import LISTED
from message_templates.catalogs import Text
from message_templates.scope import scope_form, scope_modal
from message_templates.tier import reasons, set_sentence, tier_modal, tiers_modal
from sandbox.limits import check_view
from storage.policy_file import shipped
from tests.domain.tier_values import TODAY, decision
from tests.templates.test_digest import LANGUAGES, TEXTS

NAMES = names_of(shipped())
KEY = "0" * 32
EVERYTHING = {"personal_data": True, "data_kinds": tuple(DataKind), "data_count": 10**10}


def line(words: str, **more: Any) -> TierLine:
    made = decision(**EVERYTHING).model_copy(
        update={"override": "low", "override_reason": words[:1000] or "理由", "override_until": TODAY, **more}
    )
    return TierLine(supplier=words, business=words, engagement_id=KEY, decision=made, by=words)


def sheet(words: str, **more: Any) -> TierSheet:
    facts = {"language": "ja", "names": NAMES, "lines": (line(words),) * LISTED, "today": TODAY, "more": 9}
    return TierSheet(**{**facts, **more})


@pytest.mark.parametrize("words", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_modal_is_within_the_limits_and_shows_words_as_they_are(words: str, language: str) -> None:
    t = Text(language)
    form = TierForm(language="ja", names=NAMES, line=line(words), back=True, until=TODAY)
    scoped = ScopeForm(
        language="ja", round_id=KEY, kind="leave", subject_id=KEY, supplier=words, works=((KEY, words or "業務"),)
    )
    views = [
        tiers_modal(t, sheet(words)),
        tiers_modal(t, sheet(words, todo=True, outdated=frozenset({KEY}))),
        tiers_modal(t, sheet(words, lines=(), more=0)),
        tiers_modal(t, sheet(words, lines=(), more=0, todo=True)),
        tiers_modal(t, sheet(words, lines=(line(words, overtaken=True, override_until=TODAY - timedelta(days=1)),))),
        tier_modal(t, form),
        scope_modal(t, page(words)),
        scope_modal(t, page(words, lines=(), total=0, page=0, pages=1)),
        scope_form(t, scoped),
        scope_form(t, scoped.model_copy(update={"works": tuple((f"{n:032}", words or "業務") for n in range(100))})),
        scope_form(
            t,
            ScopeForm(language="ja", round_id=KEY, kind="turn", subject_id=KEY, supplier=words, line=scope_line(words)),
        ),
    ]
    for view in views:
        assert check_view(view) == []
        assert '"mrkdwn"' not in json.dumps(view)  # names and reasons stand in plain text only
    assert set_sentence(t, TierSet(language="ja", names=NAMES, business=words, tier="low", until=date(2026, 12, 1)))


def scope_line(words: str, **more: Any) -> ScopeLine:
    choice = Choice(verdict=IN, note=words[:1000] or "理由", by=KEY, was=(OUT, "nda"))
    facts = {"engagement_id": KEY, "supplier": words, "business": words, "inside": True, "reason": "nda"}
    return ScopeLine(**{**facts, "choice": choice, "by": words, **more})


def page(words: str, **more: Any) -> ScopePage:
    facts = {
        "language": "ja",
        "round_id": KEY,
        "lines": (scope_line(words),) * PAGE,
        "total": 100,
        "page": 1,
        "pages": 10,
    }
    return ScopePage(**{**facts, **more})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_and_an_unanswered_one_says_so(language: str) -> None:
    t = Text(language)
    for facts in (
        {},
        EVERYTHING,
        {"personal_data": True},
        dict.fromkeys(("secret_data", "work_stops", "system_access"), False),
    ):
        found = decide(TierFacts(**facts), shipped())
        said = reasons(t, decision(**facts))
        assert len(said.split(t("tier.comma"))) == len(found.reasons)
    assert ("未回答" in reasons(t, decision())) or ("nobody has said" in reasons(t, decision()))
    assert all(t(f"round.reason.{reason.value}") for reason in PROPOSED)


def test_the_tier_by_the_rules_is_no_choice() -> None:
    made = TierForm(language="ja", names=NAMES, line=line("業務"), back=False, until=TODAY)
    menu = next(b["element"] for b in tier_modal(Text("ja"), made)["blocks"] if b["type"] == "input")
    assert [o["value"] for o in menu["options"]] == ["middle", "low"]
