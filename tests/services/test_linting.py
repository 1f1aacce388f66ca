"""Linting from a service's side: any checklist that the schema accepts is linted without a fault, errors stop publishing."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.checklist_parts import Choice, Condition, EvidenceRequest, Kind, Source
from bot.domain.checklist_schema import Checklist, Question, Section
from bot.domain.lint.values import Limits
from bot.domain.words import HeadingWords, LabelWords, SentenceWords, Words
from bot.services.linting import lint, stops_publishing
from message_templates.catalogs import text
from message_templates.lint import finding_text

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PIECES = (
    *("貴社", "、", "を", "定め", "し", "ていますか。", "か", "定期的に", "EDR", "「", "」", "(", ")", "場合"),
    *("どのように", "\t"),
    *("①②", "ます", "が、", "ください。", "添付して", "サーバールーム", "違約金", "の", "𠮷", "１２", "・", "…"),
    *("<b>", "{found}", "%s"),
    *("and", "also", "are", "you", "how", "?", ";", ".", ",", "promptly", "Slack", "ISO 27001", "must", "(1)", "(2)", "\n"),
)  # fmt: skip
pieces = st.lists(st.one_of(st.sampled_from(PIECES), st.text(min_size=1, max_size=4)), min_size=1, max_size=12)
sentence = pieces.map(lambda found: ("x" + "".join(found))[:290])


@st.composite
def questions(draw, number: int) -> Question:
    kind = draw(st.sampled_from(list(Kind)))
    choices = ()
    if kind in (Kind.ONE_OF, Kind.MANY_OF):
        keys = ("first", "none", "dont_know")[: draw(st.integers(2, 3))]
        choices = tuple(Choice(key=key, text=LabelWords(ja=key, en=key)) for key in keys)
    asked = draw(st.booleans())
    evidence = EvidenceRequest()
    if draw(st.booleans()):
        told = Words(ja=draw(sentence), en=draw(sentence))
        evidence = EvidenceRequest(
            need=draw(st.sampled_from(["optional", "required"])), kinds=("record",), if_confidential=told
        )
    return Question(
        key=f"question_{number}",
        text=SentenceWords(ja=draw(sentence), en=draw(sentence)),
        help=Words(ja=draw(sentence), en=draw(sentence)),
        kind=kind,
        choices=choices,
        required=draw(st.booleans()),
        evidence=evidence,
        references=draw(
            st.lists(
                st.from_regex(
                    r"(iso27001:2022 [4-9]\.[0-9]{1,2}|scs [1-7]-[0-9]-[0-9]|csf2 GV\.SC-[0-9]{2})", fullmatch=True
                )
            )
        ),
        ask_if=(Condition(fact="personal_data", is_one_of=("yes",)),) if asked else (),
    )


@st.composite
def checklists(draw) -> Checklist:
    numbers = range(draw(st.integers(1, 4)))
    page = Section(
        key="page",
        title=HeadingWords(ja="点検", en="Check"),
        why=Words(ja=draw(sentence), en=draw(sentence)),
        questions=tuple(draw(questions(number)) for number in numbers),
    )
    return _checklist(page, draw(st.dates(date(2, 1, 1), date(9998, 12, 31))))


def _checklist(page: Section, reviewed_on: date = date(2026, 11, 20)) -> Checklist:
    words = Words(ja="点検です。", en="A check.")
    return Checklist(
        key="example",
        version="1",
        title=LabelWords(ja="点検", en="Check"),
        purpose=words,
        source=Source(title=words, version="1", licence="-", modified=False),
        reviewed_on=reviewed_on,
        owner="-",
        minutes=5,
        sections=(page,),
    )


@given(checklists(), st.integers(0, 3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_schema_accepts_is_linted_and_told_of(checklist: Checklist, most: int) -> None:
    other = checklist.model_copy(update={"key": "other"})
    for finding in lint(checklist, [other], NOW, limits=Limits(most, most, most), facts={"personal_data": "no"}):
        for language in ("ja", "en"):
            assert finding_text(text(language), finding)


def _one(ja: str, en: str, **more) -> Checklist:
    question = Question(
        key="one",
        text=SentenceWords(ja=ja, en=en),
        help=Words(ja="あれば「はい」です。", en="Yes if there is one."),
        **{"kind": Kind.YES_NO, **more},
    )
    words = Words(ja="事故を防ぐためです。", en="To prevent accidents.")
    return _checklist(Section(key="page", title=HeadingWords(ja="点検", en="Check"), why=words, questions=(question,)))


def test_an_error_stops_publishing_a_warning_does_not() -> None:
    named = lint(_one("連絡にSlackを使っていますか。", "Do you use Slack to reach us?"), [], NOW)
    assert [finding.rule.id for finding in named] == ["product_or_certification"] * 2
    assert stops_publishing(named)
    vague = lint(_one("定期的に点検していますか。", "Do you check it regularly?"), [], NOW)
    assert [finding.rule.id for finding in vague] == ["vague_quantity"] * 2
    assert not stops_publishing(vague)


def test_one_act_on_two_objects_is_one_question_two_acts_are_two() -> None:
    one = _one("教育と訓練を年1回実施していますか。", "Do you hold training and drills once a year?")
    two = _one("規程を定め、訓練を年1回実施していますか。", "Do you have rules and hold a drill once a year?")
    assert lint(one, [], NOW) == []
    assert {finding.rule.id for finding in lint(two, [], NOW)} == {"two_questions"}


def test_what_an_earlier_question_explains_is_known() -> None:
    assert {f.rule.id for f in lint(_one("EDRを使っていますか。", "Do you use EDR?"), [], NOW)} == {"jargon"}
    assert lint(_one("EDRを使っていますか。", "Do you use EDR?"), [], NOW, glossary=["EDR"]) == []


def test_the_same_key_elsewhere_has_to_ask_the_same() -> None:
    mine = _one("鍵を数えていますか。", "Do you count keys?")
    theirs = _one("窓を数えていますか。", "Do you count windows?").model_copy(update={"key": "other"})
    assert "duplicate_key" in {finding.rule.id for finding in lint(mine, [theirs], NOW)}
    assert lint(mine, [mine.model_copy(update={"key": "other"})], NOW) == []
