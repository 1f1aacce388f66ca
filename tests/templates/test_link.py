"""The link form, its end, and the endpoint notices: any data renders as something Slack takes, letter for letter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.channel_check import Difference
from bot.domain.ledger import EndpointState
from bot.domain.linking import Candidate, Candidates, Company, Here, Linked, LinkView, Reader, Warn
from bot.domain.people import PersonKind
from message_templates import endpoint_notice, ids, link
from message_templates.catalogs import LANGUAGES, Text
from message_templates.moving import here_form
from sandbox.limits import check_message, check_view, second_opinion

HOSTILE = "<!channel> <@U0ADMIN> *太字* <https://evil.invalid|社内> &lt;!here&gt; \u202eexe\u2066"
FAMILY = "👨‍👩‍👧" * 1000
TEXTS = ["みかづき運輸", HOSTILE, "あ" * 3000, "&" * 2990, FAMILY, "", "\n\n"]


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Text:
    return Text(request.param)


def form(name: str = "みかづき運輸", *, many: int = 1, **more: Any) -> LinkView:
    shown = tuple(
        Candidate(id=f"{n:032}", name=name, key="k", corporate_number="7999901000001") for n in range(min(many, 100))
    )
    return LinkView(
        **{
            "look_id": "0" * 32,
            "channel": name,
            "companies": tuple(Company(id=f"T{n}", name=name) for n in range(many)),
            "pending": (Company(id="?", name=""), Company(id="T9999", name=name))[:many],
            "readers": tuple(
                Reader(name=name, kind=kind, team_id=f"T{n % 3}" if kind is PersonKind.EXTERNAL else "")
                for kind in (PersonKind.EXTERNAL, PersonKind.GUEST, PersonKind.EMPLOYEE)
                for n in range(many)
            ),
            "warnings": (Warn.SEVERAL_COMPANIES, Warn.PENDING, Warn.PUBLIC, Warn.NOBODY_OUTSIDE),
            "candidates": Candidates(shown=shown, total=many, narrowed=False),
            **more,
        }
    )


def sound_view(view: dict[str, Any]) -> None:
    assert check_view(view) == []
    assert second_opinion.check_view(view) == []


def texts(blocks: Any) -> str:
    return json.dumps(blocks, ensure_ascii=False)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("many", [0, 1, 45, 300])
def test_any_form_is_taken(t: Text, name: str, many: int) -> None:
    sound_view(link.link_form(t, form(name, many=many)))


@pytest.mark.parametrize("name", TEXTS)
def test_any_end_is_taken(t: Text, name: str) -> None:
    for again in (False, True):
        sound_view(link.linked_view(t, Linked(supplier=name, channel=name, companies=1, guests=0, again=again)))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("why", list(Difference))
def test_any_notice_is_taken(t: Text, name: str, why: Difference) -> None:
    for companies, people in (((name,) * 40, ()), ((), (name,) * 40), ((), ())):
        what = endpoint_notice.Suspended(
            supplier=name, channel_id="C0SUP1", why=why.value, companies=companies, people=people
        )
        blocks = endpoint_notice.suspended(t, what)
        assert check_message(blocks) == []
        assert second_opinion.check_message(blocks) == []
        assert 0 < len(endpoint_notice.suspended_text(t, what)) <= 3000
    blocks = endpoint_notice.no_endpoint(t, name)
    assert check_message(blocks) == []
    assert second_opinion.check_message(blocks) == []


def test_hostile_names_are_shown_letter_for_letter_and_ring_nobody(t: Text) -> None:
    what = endpoint_notice.Suspended(
        supplier=HOSTILE, channel_id="C0SUP1", why=Difference.COMPANY_NEW.value, companies=(HOSTILE,)
    )
    visible = HOSTILE.replace("\u202e", "").replace("\u2066", "")
    for blocks in (
        link.link_form(t, form(HOSTILE))["blocks"],
        endpoint_notice.suspended(t, what),
        endpoint_notice.no_endpoint(t, HOSTILE),
    ):
        for text in _text_objects(blocks):
            if text["type"] == "mrkdwn":
                assert "evil" not in text["text"]
                assert "太字" not in text["text"]
        assert any(visible in text["text"] for text in _text_objects(blocks) if text["type"] == "plain_text")
    assert "<!channel>" not in endpoint_notice.suspended_text(t, what)


def _text_objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for each in node for found in _text_objects(each)]
    if not isinstance(node, dict):
        return []
    here = [node] if node.get("type") in ("plain_text", "mrkdwn") else []
    return here + [found for value in node.values() for found in _text_objects(value)]


def test_the_notice_points_into_the_channel(t: Text) -> None:
    what = endpoint_notice.Suspended(supplier="x", channel_id="C0SUP1", why=Difference.GONE.value)
    assert "<#C0SUP1>" in texts(endpoint_notice.suspended(t, what))
    assert "/vendor-review link" in texts(endpoint_notice.suspended(t, what))


def test_an_unfit_channel_cannot_be_confirmed(t: Text) -> None:
    view = link.link_form(t, form(companies=(), readers=(), pending=(), warnings=(Warn.UNFIT,)))
    assert "submit" not in view
    assert "private_metadata" not in view
    assert t("link.warn.unfit") in texts(view)


def test_without_a_supplier_there_is_nothing_to_confirm(t: Text) -> None:
    view = link.link_form(t, form(candidates=Candidates()))
    assert "submit" not in view
    assert "register" in texts(view)


def test_each_reader_stands_under_their_company(t: Text) -> None:
    readers = (
        Reader(name="安藤", kind=PersonKind.EXTERNAL, team_id="T1"),
        Reader(name="来栖", kind=PersonKind.EXTERNAL, team_id="T2"),
        Reader(name="客野", kind=PersonKind.GUEST),
        Reader(name="佐藤", kind=PersonKind.EMPLOYEE),
    )
    companies = (
        Company(id="T1", name="みかづき"),
        Company(id="T2", name="ほしぞら"),
        Company(id="T3", name="くろしお"),
    )
    invited = (Company(id="T4", name="あかつき"),)
    view = link.link_form(t, form(companies=companies, pending=invited, readers=readers, warnings=()))
    sections = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"][1:]
    expected = [
        ("みかづき", "安藤"),
        ("ほしぞら", "来栖"),
        ("くろしお", ""),
        ("あかつき", ""),
        ("", "客野"),
        ("", "佐藤"),
    ]
    for section, parts in zip(sections, expected, strict=True):
        assert all(part in section for part in parts)


def test_a_company_that_calls_itself_like_another_is_seen(t: Text) -> None:
    companies = (Company(id="T0MIKA", name="みかづき運輸"), Company(id="T0FAKE", name="みかづき運輸"))
    shown = texts(link.link_form(t, form(companies=companies, readers=()))["blocks"])
    assert "T0MIKA" in shown
    assert "T0FAKE" in shown


def test_the_menu_marks_what_is_linked_and_tells_twins_apart(t: Text) -> None:
    shown = (
        Candidate(id="a", name="みかづき運輸", key="k", here=True, linked=True, corporate_number="7999901000001"),
        Candidate(id="b", name="みかづき運輸", key="k", linked=True, corporate_number="8999901000002"),
        Candidate(id="c", name="あ" * 100, key="k"),
    )
    view = link.link_form(t, form(candidates=Candidates(shown=shown, total=3)))
    element = next(b["element"] for b in view["blocks"] if b["type"] == "input")
    below = [option.get("description", {}).get("text") for option in element["options"]]
    assert [option["text"]["text"] for option in element["options"]][:2] == ["みかづき運輸", "みかづき運輸"]
    assert below[0] == t("link.number", number="7999901000001") + t("link.between") + t("link.here")
    assert below[1] == t("link.number", number="8999901000002") + t("link.between") + t("link.linked")
    assert below[2] is None
    assert element["initial_option"]["value"] == "a"
    assert next(b["block_id"] for b in view["blocks"] if b["type"] == "input") == ids.field_block("supplier")


def test_a_channel_of_a_supplier_that_takes_no_part_is_not_offered_to_others(t: Text) -> None:
    here = Here(endpoint_id="e", supplier="みかづき運輸", state=EndpointState.VERIFIED)
    view = here_form(t, form(here=here))
    assert not [b for b in view["blocks"] if b["type"] == "input"]
    assert "submit" not in view
    own = (Candidate(id="a", name="みかづき運輸", key="k", here=True),)
    again = here_form(t, form(here=here, candidates=Candidates(shown=own, total=1)))
    assert [len(b["element"]["options"]) for b in again["blocks"] if b["type"] == "input"] == [1]
    assert t("moving.here", supplier="みかづき運輸", state=t("ledger.state.endpoint.verified")) in texts(again)
    assert {b["action_id"] for row in again["blocks"] for b in row.get("elements", []) if "action_id" in b} == {
        ids.Do.ENDPOINT_MOVE,
        ids.Do.ENDPOINT_SEVER,
    }


def test_a_long_list_says_how_to_narrow_it(t: Text) -> None:
    shown = tuple(Candidate(id=str(n), name=f"会社{n}", key="k") for n in range(100))
    many = link.link_form(t, form(candidates=Candidates(shown=shown, total=250)))
    assert "250" in texts(many)
    assert "/vendor-review link" in texts(many)
    few = link.link_form(t, form(candidates=Candidates(shown=shown[:3], total=3)))
    assert "/vendor-review link" not in texts(few)


def test_both_languages_say_the_same_things() -> None:
    ja, en = (__import__(f"message_templates.catalogs.{lang}.link", fromlist=["TEXT"]).TEXT for lang in LANGUAGES)
    assert ja.keys() == en.keys()
    for warn in Warn:
        assert f"link.warn.{warn.value}" in ja
    for difference in Difference:
        assert f"endpoint.why.{difference.value}" in ja
