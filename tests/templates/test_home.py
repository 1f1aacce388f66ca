"""The Home tab and the guide's forms: any data renders as something Slack takes, and says what it has to say."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bot.domain.first_run import Choices, Facts, Step, guide
from bot.domain.homes import Group, HomeView, MyCards, Numbers, OpenRound, Rehearsing, SharedChannel
from bot.domain.permissions import Role
from message_templates import ids, kit
from message_templates.catalogs import LANGUAGES, Text
from message_templates.home import home_tab
from message_templates.starting import channels_modal, list_modal, team_modal
from sandbox.elements import places
from sandbox.limits import check_view, second_opinion

HOSTILE = "<!channel> <@U0ADMIN> *太字* <https://evil.invalid|社内> &lt;!here&gt; \u202eexe\u2066"
TEXTS = ["2026年度 委託先点検", HOSTILE, "あ" * 3000, "👨‍👩‍👧" * 1000, ""]
TEAM = frozenset({Role.EMPLOYEE, Role.SECURITY})
DAY = date(2026, 12, 18)
ALL = Facts(members=2, departments=1, suppliers=3, endpoints=1, rehearsed=True, rounds=1)


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Text:
    return Text(request.param)


def view(**more: Any) -> HomeView:
    return HomeView.model_validate({"language": "ja", "insider": True, "team_id": "T0HOME", **more})


def drawn(t: Text, **more: Any) -> dict[str, Any]:
    tab = home_tab(t, view(**more))
    sound(tab)
    return tab


def sound(tab: dict[str, Any]) -> None:
    assert check_view(tab) == []
    assert second_opinion.check_view(tab) == []
    assert len(tab["blocks"]) <= kit.VIEW_BLOCKS


def said(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)


def marked(found: Any) -> list[str]:
    """The texts in which Slack would interpret something."""
    if isinstance(found, list):
        return [text for one in found for text in marked(one)]
    if not isinstance(found, dict):
        return []
    own = [found["text"]] if found.get("type") == "mrkdwn" else []
    return [*own, *(text for part in found.values() for text in marked(part))]


def buttons(tab: dict[str, Any]) -> list[str]:
    return [place.action_id for place in places(tab["blocks"]) if place.type == "button"]


def a_round(title: str = "2026年度", reviews: int = 4) -> OpenRound:
    return OpenRound(title=title, due_on=DAY, reviews=reviews, handed_in=1, ended=min(2, reviews))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("many", [0, 1, 60])
def test_any_tab_is_taken(t: Text, text: str, many: int) -> None:
    tab = drawn(
        t,
        guide=guide(ALL, Choices(), TEAM),
        closable=True,
        numbers=Numbers(
            rounds=tuple(a_round(text) for _ in range(min(many, 5))), more_rounds=many, waiting=many, suspended=many
        ),
        cards=tuple(MyCards(title=text, attest_by=DAY, count=many, channel="D0") for _ in range(many)),
        rehearsal=Rehearsing(part="owner"),
        begin="U0ADMIN",
    )
    assert not [one for one in marked(tab) if "<!" in one or "<https://evil" in one or "<@U0ADMIN> *" in one]


@pytest.mark.parametrize("facts", [Facts(), Facts(members=1), ALL])
def test_a_guide_has_six_steps_and_one_button_that_stands_out(t: Text, facts: Facts) -> None:
    found = guide(facts, Choices(), TEAM)
    tab = drawn(t, guide=found, closable=True)
    for number, step in enumerate(Step, 1):
        assert f"*{number}. {t(f'home.step.{step.value}')}*" in said(tab)
        assert t(f"home.why.{step.value}") in said(tab)
    primary = [p for p in places(tab["blocks"]) if p.element.get("style") == "primary"]
    assert len(primary) == (0 if found.next is None else 1)


def test_what_cannot_be_done_yet_has_no_button_and_says_what_comes_first(t: Text) -> None:
    tab = drawn(t, guide=guide(Facts(members=1), Choices(), TEAM))
    assert ids.Do.HOME_REGISTER not in buttons(tab)
    assert t("home.first", step=t("home.step.departments")) in said(tab)


def test_who_may_not_do_a_step_reads_who_may(t: Text) -> None:
    admin = frozenset({Role.EMPLOYEE, Role.FIRST_ADMIN})
    tab = drawn(t, guide=guide(Facts(), Choices(), admin))
    assert buttons(tab) == [ids.Do.HOME_TEAM]
    assert said(tab).count(t("home.not_yours")) == len(Step) - 1


def test_later_stands_beside_what_can_wait_and_goes_when_it_was_said(t: Text) -> None:
    facts = Facts(members=1, departments=1, suppliers=1)
    assert buttons(drawn(t, guide=guide(facts, Choices(), TEAM))).count(ids.Do.HOME_SKIP) == 2
    skipped = guide(facts, Choices(skipped=(Step.LINK, Step.REHEARSAL)), TEAM)
    tab = drawn(t, guide=skipped)
    assert ids.Do.HOME_SKIP not in buttons(tab)
    assert {ids.Do.HOME_CHANNELS, ids.Do.HOME_REHEARSE} <= set(buttons(tab))
    assert said(tab).count(t("home.state.skipped")) == 2


@pytest.mark.parametrize("part", ["owner", "supplier", "security"])
def test_a_rehearsal_says_whose_part_is_played_and_how_it_ends(t: Text, part: str) -> None:
    rehearsal = Rehearsing.model_validate({"part": part})
    tab = drawn(t, guide=guide(Facts(members=1), Choices(), TEAM), rehearsal=rehearsal)
    assert t(f"home.rehearsal_{part}") in said(tab)
    assert ids.Do.HOME_END in buttons(tab)
    assert ids.Do.HOME_REHEARSE not in buttons(tab)


@pytest.mark.parametrize("judged", [True, False])
def test_a_rehearsal_with_nothing_left_says_how_it_ended_and_only_its_way_out_stands_out(t: Text, judged: bool) -> None:
    found = guide(ALL.model_copy(update={"rehearsed": False, "rounds": 1}), Choices(), TEAM)
    rehearsal = Rehearsing(part="security", over=True, judged=judged)
    tab = drawn(t, guide=found, rehearsal=rehearsal)
    sentences = {True: t("home.rehearsal_over"), False: t("home.rehearsal_stopped")}
    assert sentences[judged] in said(tab)
    assert sentences[not judged] not in said(tab)
    assert [p.action_id for p in places(tab["blocks"]) if p.element.get("style") == "primary"] == [ids.Do.HOME_END]


def test_a_step_that_is_being_rehearsed_is_not_called_untouched(t: Text) -> None:
    found = guide(ALL.model_copy(update={"rehearsed": False}), Choices(), TEAM)
    tab = drawn(t, guide=found, rehearsal=Rehearsing(part="owner"))
    assert t("home.running") in said(tab)
    assert t("home.state.left") not in said(tab)
    done = drawn(t, guide=guide(ALL, Choices(), TEAM), rehearsal=Rehearsing(part="owner"))
    assert not [line for line in marked(done) if t("home.step.rehearsal") in line and t("home.running") in line]


def test_the_team_reads_its_numbers(t: Text) -> None:
    numbers = Numbers(rounds=(a_round(),), waiting=3, unresolved=1, failed=2, suspended=4, paused=True)
    tab = drawn(t, numbers=numbers, closable=True)
    for key, count in (("waiting", 3), ("stuck", 3), ("suspended", 4)):
        assert t(f"home.{key}", count=count) in marked(tab)
    assert t("home.paused") in said(tab)
    assert "▓▓▓▓▓░░░░░" in said(tab)
    assert {ids.Do.HOME_JUDGE, ids.Do.HOME_STUCK, ids.Do.HOME_LIST, ids.Do.HOME_ROUND} <= set(buttons(tab))
    assert ids.Do.HOME_GUIDE in buttons(tab)


def test_what_waits_beside_the_rounds_is_counted_and_a_press_away(t: Text) -> None:
    tab = drawn(t, numbers=Numbers(proposals=2, strangers=5))
    assert {t("proposal.home", count=2), t("strangers.home", count=5)} <= set(marked(tab))
    assert {ids.Do.HOME_PROPOSALS, ids.Do.HOME_STRANGERS, ids.Do.LEDGER_EXPORT} <= set(buttons(tab))
    empty = buttons(drawn(t, numbers=Numbers()))
    assert ids.Do.HOME_PROPOSALS not in empty
    assert ids.Do.HOME_STRANGERS not in empty


def test_an_empty_plate_says_so(t: Text) -> None:
    assert t("home.no_round") in said(drawn(t, numbers=Numbers(), closable=True))


def test_an_owner_reads_what_waits_and_where(t: Text) -> None:
    card = MyCards(title="2026年度", attest_by=DAY, count=2, channel="D0CARD")
    tab = drawn(t, cards=(card,))
    assert t("home.card", title="2026年度", count=2, due=t.date(DAY)) in said(tab)
    assert "team=T0HOME&amp;channel=D0CARD" in said(tab)
    assert buttons(tab) == [ids.Do.HOME_REGISTER]  # what everybody may: propose a supplier
    assert "app_redirect" not in said(drawn(t, cards=(card.model_copy(update={"channel": ""}),)))


def test_everybody_else_reads_one_friendly_sentence(t: Text) -> None:
    assert t("home.hello") in said(drawn(t))
    outside = home_tab(t, HomeView(language="ja", insider=False))
    sound(outside)
    assert len(outside["blocks"]) == 1
    assert t("home.outside") in said(outside)


def test_where_nobody_has_begun_it_says_who_may_and_how(t: Text) -> None:
    assert "<@U0ADMIN>" in said(drawn(t, begin="U0ADMIN"))
    nobody = said(drawn(t, begin=""))
    assert "FIRST_ADMIN" in nobody
    assert "docs/install.md" in nobody


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("many", [0, 1, 150])
def test_the_guides_forms_are_taken(t: Text, text: str, many: int) -> None:
    groups = [Group(id=f"S{n}", name=text) for n in range(many)]
    team = team_modal(t, groups)
    sound(team)
    assert (t("start.no_groups") in said(team)) is (not many)
    assert (t("start.many_groups", count=100) in said(team)) is (many > 100)
    channels = channels_modal(t, [SharedChannel(id=f"C{n}", name=text) for n in range(many)])
    sound(channels)
    assert len([b for b in buttons(channels) if b.startswith(ids.Do.HOME_LINK)]) == min(many, 30)
    assert (t("start.channels_none") in said(channels)) is (not many)
    sound(list_modal(t, "ledger.title", [kit.section(kit.plain(text))]))
