"""The ledger's forms and messages: any data renders as something Slack takes, people's text letter for letter."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.base import Root
from bot.domain.bulk import BulkDone, BulkForm, Left
from bot.domain.departments import PEOPLE, DepartmentEntry, DepartmentForm, DepartmentSaved
from bot.domain.fields import FIELDS
from bot.domain.importing import Complaint, ImportReport, RowVerdict, Verdict
from bot.domain.ledger import Endpoint, EndpointState, Engagement, EngagementState, Supplier
from bot.domain.ledger import SupplierState as State
from bot.domain.listing import Filter, Flag, ListPage, Look, SavedLine, Sort
from bot.domain.reading import (
    PAGE,
    Candidate,
    Candidates,
    ChangeLine,
    EndpointLine,
    Help,
    LedgerRow,
    Progress,
    SupplierRecord,
)
from bot.domain.refusal import Code
from bot.domain.registering import Choice, Registered, RegisterForm
from bot.domain.rounds import OPEN_REVIEW, JudgementValue, ReviewState
from bot.domain.words import Words
from bot.services.team import Unfit
from message_templates import ids
from message_templates.catalogs import LANGUAGES, Text
from message_templates.department import NEW, department_saved_view, department_view
from message_templates.help import help_blocks
from message_templates.import_report import report_lines
from message_templates.ledger import candidates_blocks, record_blocks
from message_templates.list_bulk import bulk_done_view, bulk_view
from message_templates.list_filter import filter_view, save_view
from message_templates.listing import count_line, list_view, picked, said_in_words
from message_templates.register import COMPANY, FACTS, WORK, register_view, registered_view
from sandbox.limits import check_message, check_view, second_opinion
from tests.ledger_rows import ledger_row

HOSTILE = "<!channel> <@U0ADMIN> *太字* `x` <https://evil.invalid|社内> &lt;!here&gt; \u202eexe\u2066"
TEXTS = ["みかづき運輸", HOSTILE, "あ" * 3000, "&" * 2990, "👨‍👩‍👧" * 1000, "", "\n\n"]
TODAY = date(2026, 11, 25)
FIRST = Look()
NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Text:
    return Text(request.param)


def must_be_a_view(view: dict[str, Any]) -> None:
    assert check_view(view) == []
    assert second_opinion.check_view(view) == []


def must_be_a_message(blocks: list[dict[str, Any]]) -> None:
    assert check_message(blocks) == []
    assert second_opinion.check_message(blocks) == []


def mrkdwn(found: Any) -> str:
    """Everything that Slack would interpret."""
    if isinstance(found, dict):
        inside = "".join(mrkdwn(part) for part in found.values())
        return found["text"] + inside if found.get("type") == "mrkdwn" else inside
    return "".join(mrkdwn(part) for part in found) if isinstance(found, list) else ""


def shown(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)


# -- forms ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("many", [1, 100, 101, 350])
def test_the_register_form(t: Text, name: str, many: int) -> None:
    choices = tuple(Choice(id=f"{n:032}", name=f"{name}{n}") for n in range(many))
    view = register_view(t, RegisterForm(departments=choices, today=TODAY))
    must_be_a_view(view)
    inputs = [b["block_id"] for b in view["blocks"]]
    assert inputs == [ids.field_block(field) for field in ("company", *COMPANY, *WORK, *FACTS)]
    assert all(f"{n:032}" in shown(view) for n in range(many))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("twins", [0, 5])
@pytest.mark.parametrize("added", [True, False])
def test_registered(t: Text, name: str, twins: int, added: bool) -> None:
    found = tuple(Candidate(name=name, corporate_number="7999901000001" if n else None) for n in range(twins))
    done = Registered(supplier=name, business=name, department=name, owner=name, added=added, twins=found)
    view = registered_view(t, done)
    must_be_a_view(view)
    assert "/vendor-review link" in shown(view)
    assert ("7-9999-0100-0001" in shown(view)) == bool(twins)
    assert ("/vendor-review merge" in shown(view)) == bool(twins)
    proposed = done.model_copy(update={"proposed": True})
    assert "/vendor-review merge" not in shown(registered_view(t, proposed)), "only the team merges"


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("department_id", ["", "0" * 32])
def test_the_department_form(t: Text, name: str, department_id: str) -> None:
    entry = DepartmentEntry(name=name, primary="U1", deputies=("U2",)) if department_id else DepartmentEntry(name=name)
    view = department_view(t, DepartmentForm(department_id=department_id, version=3, entry=entry))
    must_be_a_view(view)
    assert view["private_metadata"] == ids.pack(department_id or NEW, 3)
    assert [b["block_id"] for b in view["blocks"]] == [ids.field_block(field) for field in ("name", *PEOPLE)]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("created", [True, False])
def test_a_department_saved(t: Text, name: str, created: bool) -> None:
    must_be_a_view(department_saved_view(t, DepartmentSaved(name=name, created=created, primary=name, escalation=name)))


# -- a page --------------------------------------------------------------------------------------------------------------


def row(text: str = "みかづき運輸", n: int = 0, **changed: Any) -> LedgerRow:
    values = {"supplier": text, "corporate_number": None, "department": text[:60], "business": text, "owner": text}
    return ledger_row(**(values | {"id": f"e{n}", "starts_on": TODAY, "personal_data": True} | changed))


def page(rows: int, text: str = "みかづき運輸", number: int = 1, look: Look = FIRST, **changed: Any) -> ListPage:
    made = tuple(row(text, n, **changed) for n in range(rows))
    total = 54 if rows else 0
    saved = (SavedLine(id="f1", name=text[:40] or "-", shared=True),)
    return ListPage(
        list_id="l", look=look, rows=made, total=total, matched=total, page=number, pages=4, today=TODAY, saved=saved
    )


def page_blocks(t: Text, made: ListPage) -> list[dict[str, Any]]:
    view = list_view(t, made)
    must_be_a_view(view)
    blocks: list[dict[str, Any]] = view["blocks"]
    return blocks


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("rows", [0, 1, PAGE])
def test_a_page_of_anything(t: Text, text: str, rows: int) -> None:
    blocks = page_blocks(t, page(rows, text, number=2))
    assert "太字" not in mrkdwn(blocks)
    assert "\u202e" not in shown(blocks)


def test_every_state_has_words(t: Text) -> None:
    for state in EngagementState:
        for endpoint in (None, *EndpointState):
            for judgement in (None, *JudgementValue):
                made = page(1, state=state, endpoint=endpoint, judgement=judgement, judged_on=TODAY, paused=True)
                assert page_blocks(t, made)


@pytest.mark.parametrize(
    ("ends_on", "ja", "en"),
    [
        (None, "期限の定めなし", "No end date"),
        (date(2026, 11, 24), "⚠ 終了日 2026年11月24日(火)(1日超過)", "⚠ Ended Tue, 24 Nov 2026 (1 day ago)"),
        (date(2026, 11, 25), "⏳ 終了日 2026年11月25日(水)(あと0日)", "⏳ Ends Wed, 25 Nov 2026 (0 days left)"),
        (date(2027, 1, 24), "⏳ 終了日 2027年1月24日(日)(あと60日)", "⏳ Ends Sun, 24 Jan 2027 (60 days left)"),
        (date(2027, 1, 25), " ｜ 終了日 2027年1月25日(月) ｜ ", "  |  Ends Mon, 25 Jan 2027  |  "),
    ],
)
def test_how_near_the_end_is(t: Text, ends_on: date | None, ja: str, en: str) -> None:
    assert (ja if t.language == "ja" else en) in shown(page_blocks(t, page(1, ends_on=ends_on)))


def test_days_since_the_last_judgement(t: Text) -> None:
    made = page(1, judgement=JudgementValue.WATCH, judged_on=date(2026, 8, 17))
    wanted = "前回 経過観察(100日経過)" if t.language == "ja" else "Last: Keep watching (100 days ago)"
    assert wanted in shown(page_blocks(t, made))


def test_a_row_without_an_owner_is_marked(t: Text) -> None:
    assert ("⚠ 担当者なし" if t.language == "ja" else "⚠ no owner") in shown(page_blocks(t, page(1, owner="")))


def buttons(blocks: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (e["action_id"], e["value"]) for b in blocks if b["type"] == "actions" for e in b["elements"] if "value" in e
    ]


def test_the_count_and_the_buttons(t: Text) -> None:
    first, middle, last = page(PAGE), page(PAGE, number=2), page(9, number=4)
    assert count_line(t, first) == ("54件中54件　(1/4ページ)" if t.language == "ja" else "54 of 54  (page 1 of 4)")
    back, forward, every = (
        f"{ids.Do.LIST_TURN}.back",
        f"{ids.Do.LIST_TURN}.next",
        (f"{ids.Do.LIST_CHOOSE}.all", "1.all"),
    )
    assert buttons(page_blocks(t, first)) == [(forward, "1.2"), every]
    assert buttons(page_blocks(t, middle)) == [(back, "1.1"), (forward, "1.3"), every]
    assert buttons(page_blocks(t, last)) == [(back, "1.3"), every]


def test_ticks_and_everything(t: Text) -> None:
    some = page(PAGE, look=Look(chosen=("e1", "elsewhere"), fresh=3))
    ticks = {b["block_id"]: b["accessory"] for b in page_blocks(t, some) if "accessory" in b}
    assert {one["action_id"] for one in ticks.values()} == {ids.Do.LIST_TICK}
    ticked = [key for key, one in ticks.items() if "initial_options" in one]
    assert ticked == ["vr1.f.pick.3.e1"]
    assert picked({"vr1.f.pick.3.e1": ["yes"], "vr1.f.pick.3.e2": [], "vr1.f.words": "x"}) == {"e1": True, "e2": False}
    assert ("2件を選択中" if t.language == "ja" else "2 chosen") in count_line(t, some)
    everything = page_blocks(t, page(PAGE, look=Look(everything=True)))
    assert not [b for b in everything if "accessory" in b]
    assert not [b for b in page_blocks(t, some) + everything if b["type"] == "input"]  # they would all say "optional"
    assert (f"{ids.Do.LIST_CHOOSE}.none", "1.none") in buttons(everything)


@pytest.mark.parametrize("text", TEXTS)
def test_the_filter_in_words_and_its_forms(t: Text, text: str) -> None:
    wanted = Filter(
        words=text[:150],
        departments=("d0",),
        tiers=("high", "gone"),
        personal_data=True,
        states=tuple(EngagementState),
        judgements=("ok", "never"),
        flags=tuple(Flag),
        tag=text[:30],
        ends_within=30,
        unjudged_for=100,
        sort=Sort.TIER,
    )
    many = tuple((f"d{n}", text[:60] or "-") for n in range(120))
    made = page(1, text, look=Look(filter=wanted)).model_copy(
        update={"departments": many, "tiers": {"high": Words(ja="高", en="High")}, "tier_of": {"e0": "high"}}
    )
    assert "太字" not in mrkdwn(page_blocks(t, made))
    must_be_a_view(filter_view(t, made, "V1"))
    must_be_a_view(save_view(t, made, "V1"))
    must_be_a_view(bulk_view(t, BulkForm(list_id="l", chosen=12), "V1"))
    done = BulkDone(list_id="l", chosen=12, done=3, left=tuple((left, 3) for left in Left))
    must_be_a_view(bulk_done_view(t, done))


def test_words_behind_the_command_that_name_a_condition() -> None:
    found = said_in_words(["担当者なし", "個人データあり", "No-Owner", "東京", "みかづき"])
    assert found == Filter(words="東京 みかづき", flags=(Flag.NO_OWNER,), personal_data=True)


# -- one record ----------------------------------------------------------------------------------------------------------


def record(text: str = "みかづき運輸", many: int = 1, **changed: Any) -> SupplierRecord:
    supplier = Supplier(id="s", name=text or "-", name_key="k", corporate_number="7999901000001", created_at=NOW)
    change = ChangeLine(subject="supplier", field="name", before=text, after=text, actor=text, at=NOW, on=TODAY)
    values: dict[str, Any] = {
        "supplier": supplier,
        "rows": tuple(row(text, n) for n in range(many)),
        "deputies": {"e0": (text,) * 20},
        "endpoints": tuple(EndpointLine(channel_id=f"C{n}", state=EndpointState.VERIFIED) for n in range(many)),
        "reviews": tuple(
            Progress(state=ReviewState.ANSWERING, due_on=TODAY, answered=n, asked=25) for n in range(many)
        ),
        "changes": (change,) * 10,
        "today": TODAY,
    }
    return SupplierRecord(**(values | changed))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("many", [0, 1, 40])
def test_a_record_of_anything(t: Text, text: str, many: int) -> None:
    blocks = record_blocks(t, record(text, many))
    must_be_a_message(blocks)
    assert "太字" not in mrkdwn(blocks)
    assert "\u202e" not in shown(blocks)


def test_a_long_record_says_how_much_is_not_shown(t: Text) -> None:
    assert ("ほか28件" if t.language == "ja" else "and 28 more") in shown(record_blocks(t, record(many=40)))


def test_progress(t: Text) -> None:
    progress = Progress(state=ReviewState.ANSWERING, due_on=TODAY, answered=12, asked=24)
    assert "▓▓▓▓▓░░░░░ 12/24" in shown(record_blocks(t, record(reviews=(progress,))))
    for state in OPEN_REVIEW:
        must_be_a_message(record_blocks(t, record(reviews=(progress.model_copy(update={"state": state}),))))


@pytest.mark.parametrize("cls", [Supplier, Engagement, Endpoint])
def test_a_change_of_every_field_has_words(t: Text, cls: type[Root]) -> None:
    """A new field in these values needs its word here: `ledger.field.<name>`."""
    enums: dict[str, list[Any]] = {
        **{f.name: list(f.values) for f in FIELDS if f.of == cls.__name__.lower() and f.words},
        "state": list({Supplier: State, Engagement: EngagementState, Endpoint: EndpointState}[cls]),
    }
    for field in set(cls.model_fields) - {"id", "version"}:
        for value in (
            enums.get(field)
            or ([{}, {"f1": "x"}] if field == "free" else [])
            or [None, "", True, 3, "text", ["T1", "T2"], [], "x" * 5000]
        ):
            after = value.value if hasattr(value, "value") else value
            change = ChangeLine(
                subject=cls.__name__.lower(), field=field, before=None, after=after, actor="a", at=NOW, on=TODAY
            )
            must_be_a_message(record_blocks(t, record(changes=(change,))))


def test_a_new_record_is_one_line(t: Text) -> None:
    change = ChangeLine(subject="engagement", field="created", after={"a": 1}, actor="佐藤", at=NOW, on=TODAY)
    wanted = "佐藤　委託業務を登録" if t.language == "ja" else "佐藤  registered the engagement"
    assert wanted in shown(record_blocks(t, record(changes=(change,))))


def test_a_change_says_which_of_several_it_is_of(t: Text) -> None:
    change = ChangeLine(
        subject="engagement", about="配送業務", field="tags", after=["年1回"], actor="佐藤", at=NOW, on=TODAY
    )
    wanted = "委託業務「配送業務」のタグ" if t.language == "ja" else "engagement “配送業務”, Tags"
    assert wanted in shown(record_blocks(t, record(changes=(change,))))


@pytest.mark.parametrize("text", TEXTS)
def test_candidates(t: Text, text: str) -> None:
    found = tuple(Candidate(id=f"s{n}", name=text, corporate_number="7999901000001") for n in range(10))
    blocks = candidates_blocks(t, Candidates(words=text, found=found, total=40))
    must_be_a_message(blocks)
    assert ("ほか30件" if t.language == "ja" else "30 more") in shown(blocks)
    opened = [b["accessory"] for b in blocks if "accessory" in b]
    assert [(b["action_id"], b["value"]) for b in opened] == [
        (ids.Do.RECORD_OPEN, f"1.s{n}.company.-.-") for n in range(10)
    ]


# -- help, import, words -------------------------------------------------------------------------------------------------


OURS = ("security", "department", "register", "list", "show", "pause", "resume", "help")


@pytest.mark.parametrize("team_chosen", [True, False])
def test_help(t: Text, team_chosen: bool) -> None:
    blocks = help_blocks(t, Help(full=True, team_chosen=team_chosen), OURS * 3)
    must_be_a_message(blocks)
    assert all(f"/vendor-review {name}" in shown(blocks) for name in OURS)
    brief = help_blocks(t, Help(full=False, team_chosen=team_chosen), OURS)
    must_be_a_message(brief)
    assert len(brief) == 3
    assert "/vendor-review register" not in shown(brief)


def test_an_import_report_names_line_column_and_what_to_do(t: Text) -> None:
    complaints = (
        Complaint(line=3, column="法人番号", code=Code.BAD_CHECK_DIGIT),
        Complaint(line=4, column="名称", code=Code.TOO_LONG, params={"limit": 200}),
        Complaint(line=5, code=Code.CELL_COUNT),
        Complaint(line=6, column="部門", code=Code.UNKNOWN_DEPARTMENT, params={"name": "営業\u202e部"}),
    )
    rows = (
        RowVerdict(line=2, verdict=Verdict.CREATED, name="み", twin="ミ"),
        RowVerdict(line=3, verdict=Verdict.REFUSED),
    )
    report = ImportReport(dry_run=False, rows=rows, complaints=complaints, unknown_departments=("営業部",))
    lines = report_lines(t, report)
    assert len(lines) == 7
    assert "\u202e" not in "".join(lines)
    assert lines[1].startswith("3行目 法人番号: " if t.language == "ja" else "line 3, 法人番号: ")
    for dry_run in (True, False):
        good = ImportReport(dry_run=dry_run, rows=rows[:1], suppliers=1, engagements=2)
        assert len(report_lines(t, good)) == 2


def test_every_withdrawal_and_every_code_has_a_sentence(t: Text) -> None:
    assert all(t(f"team.{unfit}") for unfit in Unfit)
    params = {
        "limit": 1,
        "most": 1,
        "name": "x",
        "days": 1,
        "count": 1,
        "list": "x",
        "value": "x",
        "line": 1,
        "chosen": 1,
        "question": "x",
        "why": "x",
    }
    for code in Code:
        assert t(f"refusal.{code}", **params)
