"""The register form and the proposals' cards: Slack takes them whatever the input, and what is put in gets other ids."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.ledger import Engagement, EngagementState, Supplier
from bot.domain.proposing import Decided, Proposal, Proposals
from bot.domain.registering import Choice, Company, Note, Registered, RegisterForm, Suggested
from message_templates import ids, proposal
from message_templates.catalogs import LANGUAGES, Text
from message_templates.register import Drawn, company_options, register_view, registered_view
from sandbox.limits import check_message, check_view
from tests.register_imitation import MIKAZUKI, NEW

DAY = date(2026, 11, 25)
LONG = "株式会社" + "家👨‍👩‍👧‍👦" * 300
HOSTILE = ["<!channel> <@U0AIKO>", '=HYPERLINK("https://evil.invalid","x")', "\u202eまえうしろ", "&lt;!here&gt;", LONG]
FORM = RegisterForm(departments=(Choice(id="d1", name="物流部"),), today=DAY, asks=True)


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Text:
    return Text(request.param)


def company(name: str = "株式会社みかづき運輸", **more: Any) -> Company:
    facts = {"number": MIKAZUKI, "reading": name, "address": name[:300], "seen_on": DAY, "name": name[:200]}
    return Company(**facts | more)


def blocks_of(view: dict[str, Any]) -> list[str]:
    return [b.get("block_id", "") for b in view["blocks"]]


FORMS = {
    "empty": FORM,
    "proposing": FORM.model_copy(update={"proposing": True, "asks": False}),
    "many departments": FORM.model_copy(
        update={"departments": tuple(Choice(id=f"d{n}", name=f"部{n}") for n in range(250))}
    ),
    "ours": FORM.model_copy(update={"company": company(supplier_id="s1")}),
    "several": FORM.model_copy(update={"found": tuple(company(number=f"{n:013d}") for n in range(130)), "count": 2000}),
    **{f"note {note.value}": FORM.model_copy(update={"note": note, "seconds": 600}) for note in Note},
    **{
        f"hostile {n}": FORM.model_copy(
            update={"company": company(text, closed_on=DAY, cause="11", successor=NEW, successor_name=text[:200])}
        )
        for n, text in enumerate(HOSTILE)
    },
}


@pytest.mark.parametrize("name", FORMS)
def test_slack_takes_every_form_and_interprets_nothing(t: Text, name: str) -> None:
    for drawn in (None, Drawn(fresh="abc123", fills={"name": "", "company": "x"}, held={"name": "みかづき"})):
        view = register_view(t, FORMS[name], drawn)
        assert check_view(view) == []
        assert '"mrkdwn"' not in json.dumps(view)


def test_only_what_is_put_in_gets_other_ids(t: Text) -> None:
    first = register_view(t, FORM)
    held = Drawn(
        fresh="new1",
        fills={ids.field_name(b): "" for b in blocks_of(first) if ids.field_name(b)},
        held={"name": "みか"},
    )
    searching = register_view(t, FORM.model_copy(update={"note": Note.SEARCHING}), held)
    assert set(filter(ids.field_name, blocks_of(searching))) == set(filter(ids.field_name, blocks_of(first)))
    found = register_view(t, FORM.model_copy(update={"company": company()}), held)
    new = set(filter(ids.field_name, blocks_of(found))) - set(blocks_of(first))
    assert new == {ids.field_block("name.new1"), ids.field_block("corporate_number.new1")}
    assert len(set(blocks_of(found))) >= len([b for b in blocks_of(found) if b])


def test_the_agencys_notice_stands_exactly_where_its_data_is_shown(t: Text) -> None:
    notice = t("register.notice")
    assert "国税庁によって保証されたものではない。" in notice
    for name, form in FORMS.items():
        shown = bool(form.found) or bool(form.company and form.company.seen_on)
        assert (notice in str(register_view(t, form))) == shown, name


@pytest.mark.parametrize("text", HOSTILE)
def test_options_are_what_slack_takes(t: Text, text: str) -> None:
    found = Suggested(
        ours=tuple(company(text, supplier_id=f"s{n}") for n in range(20)),
        others=tuple(company(text, number=f"{n:013d}") for n in range(30)),
    )
    answer = company_options(t, found)
    menu = {"type": "static_select", "action_id": "a", "option_groups": answer["option_groups"]}
    assert check_message([{"type": "actions", "elements": [menu]}]) == []
    assert company_options(t, Suggested()) == {"options": []}


def test_what_is_said_at_the_end(t: Text) -> None:
    for proposed in (True, False):
        done = Registered(
            supplier=LONG[:200], business="x" * 500, department="物流部", owner="", added=False, proposed=proposed,
            closed_on=DAY, successor=NEW,
        )  # fmt: skip
        assert check_view(registered_view(t, done)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_the_proposals_cards(t: Text, text: str) -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    supplier = Supplier(id="s", name=text[:200], name_key="k", created_at=now, corporate_number=MIKAZUKI, closed_on=DAY)
    engagement = Engagement(
        id="e" * 32, supplier_id="s", department_id="d", business=text[:500], starts_on=DAY, created_at=now
    )
    news = {"subcontracts": True}
    what = Proposal(engagement=engagement, supplier=supplier, department=text[:60], proposer=text[:100], news=news)
    many = Proposals(
        listed=tuple(
            what.model_copy(update={"engagement": engagement.model_copy(update={"id": f"e{n}"})}) for n in range(15)
        ),
        total=60,
    )
    messages = (
        proposal.proposed(t, what),
        proposal.proposal_list(t, many),
        proposal.proposal_list(t, Proposals(listed=(), total=0)),
        proposal.outcome(t, what, ""),
        proposal.outcome(t, what, text[:1000]),
    )
    for blocks in messages:
        assert check_message(blocks) == []
        assert '"mrkdwn"' not in json.dumps(blocks)
    assert check_view(proposal.refuse_modal(t, what)) == []
    done = Decided(supplier=text[:200], business=text[:500], state=EngagementState.ACTIVE)
    assert len(proposal.decided_text(t, done)) < 2900
