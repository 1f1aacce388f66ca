"""What happens between a press and its acknowledgement: no call to Slack, few statements, and each press once.

Slack waits three seconds and then shows an error. So before the acknowledgement there is no network at all, and the
statements of the most frequent presses are counted: counts, unlike times, are the same on every machine.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.answering import Answer
from bot.domain.delivery import Inbox
from bot.domain.ledger import Supplier
from bot.domain.people import Who
from handlers.slack import registry
from message_templates import ids
from message_templates.catalogs import text
from sandbox.world import Json
from tests.handlers.cast import ANNA, BY_USER, OWNER, SEC
from tests.handlers.slackside import Outcome
from tests.handlers.stage import Scene
from tests.handlers.tries import REGISTER, ROUTES, Try, different, tries_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRESSED = [route for route in ROUTES if not route.startswith("event ")]

STATEMENTS = {"choose": 6, "turn": 10, "open": 7, "attest same": 12}
"""SQL statements of one press, from the look for its key to the last INSERT; BEGIN and COMMIT not counted."""


@pytest.fixture(autouse=True)
def put_back(stage: Scene) -> Any:
    """Each test finds the stage as it was set."""
    yield
    stage.restore()


async def acts(stage: Scene, one: Try) -> Outcome:
    """The right person's press, up to its acknowledgement and no further."""
    who = BY_USER[one.right]
    return await stage.slack.send(one.make(stage, who.user, who.place), effects=False)


# -- no network ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", PRESSED)
async def test_nothing_is_asked_of_slack_before_the_acknowledgement(stage: Scene, route: str) -> None:
    for one in tries_of(route):
        done = await acts(stage, one)
        assert done.status == 200
        assert done.early == [], f"{route} asked Slack before its acknowledgement: {done.early}"
        stage.restore()


async def test_a_call_before_the_acknowledgement_is_seen(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    people = stage.app.services.people
    known = people.language

    async def nosy(who: Who) -> str:
        await stage.app.web.auth_test()
        return await known(who)

    monkeypatch.setattr(people, "language", nosy)
    one = tries_of("command list")[0]
    assert (await acts(stage, one)).early == ["api auth.test"]


async def test_what_does_not_get_its_turn_is_refused_in_words_saves_nothing_and_passes_when_pressed_again(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "DEADLINE", 0.2)
    for route in ("command pause", "view vr1.round", "action vr1.hub_open"):
        one = tries_of(route)[0]
        who = BY_USER[one.right]
        body = one.make(stage, who.user, who.place)
        async with stage.app.db.begin("test.somebody_writes_for_long") as tx:
            done = await stage.slack.send(body)
            tx.abandon()
        assert text("ja")("refusal.busy") in done.words, f"{route}: {done.words}"
        assert stage.changes() == []
        monkeypatch.setattr(registry, "DEADLINE", 60.0)
        taken = await stage.slack.send(body, effects=False)
        assert text("ja")("refusal.busy") not in taken.words
        assert stage.changes() != [], f"{route} was not taken when it was pressed again"
        monkeypatch.setattr(registry, "DEADLINE", 0.2)
        stage.restore()


# -- statements ----------------------------------------------------------------------------------------------------------


async def statements(stage: Scene, body: Json) -> list[str]:
    """What the database was asked on the way to the acknowledgement."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    engines = (stage.app.db.writer.sync_engine, stage.app.db.reader.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        done = await stage.slack.send(body, effects=False)
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    assert done.status == 200
    return seen


@pytest.mark.parametrize("what", STATEMENTS)
async def test_the_most_frequent_presses_cost_this_many_statements(stage: Scene, what: str) -> None:
    bodies = {
        "choose": lambda: stage.slack.press(ANNA, stage.modals["page"], ids.Do.PAGE_CHOOSE, choose="no"),
        "turn": lambda: stage.slack.submit(ANNA, stage.modals["page"], {"question": different}),
        "open": lambda: stage.slack.press(ANNA, stage.cards["hub"], ids.Do.HUB_OPEN, nth=1),
        "attest same": lambda: stage.slack.press(OWNER, stage.cards["digest"], ids.Do.ATTEST_SAME),
    }
    ran = await statements(stage, bodies[what]())
    listed = "\n".join(" ".join(s.split())[:150] for s in ran)
    assert len(ran) == STATEMENTS[what], (
        f"a press of '{what}' ran {len(ran)} statements, not {STATEMENTS[what]}. Fewer: write the new number here. "
        f"More: each is waited for by a person, see whether one of these can go:\n{listed}"
    )
    assert stage.changes(), "a press that was refused costs less and proves nothing"


# -- the key of a press --------------------------------------------------------------------------------------------------


async def stored(stage: Scene, cls: Any, **equals: Any) -> list[Any]:
    async with stage.app.db.read() as tx:
        return await tx.find(cls, **equals)


def again(body: Json, values: dict[str, str]) -> Json:
    """The same modal submitted once more with other values: after `errors` Slack keeps the view's id and its hash."""
    state = {block: dict(inputs) for block, inputs in body["view"]["state"]["values"].items()}
    for name, value in values.items():
        state[ids.field_block(name)] = {ids.Field.VALUE: {"type": "plain_text_input", "value": value}}
    return body | {"view": body["view"] | {"state": {"values": state}}}


async def test_a_wrong_check_digit_corrected_and_submitted_again_passes(stage: Scene) -> None:
    wrong = stage.slack.submit(SEC, stage.modals["register"], REGISTER | {"corporate_number": "8999901000001"})
    refused = await stage.slack.send(wrong)
    assert refused.ack["response_action"] == "errors"
    assert refused.ack["errors"] == {ids.field_block("corporate_number"): text("ja")("refusal.bad_check_digit")}
    assert stage.changes() == []
    twice = await stage.slack.send(wrong)
    assert twice.ack == refused.ack, "the same press again gets the same answer"
    passed = await stage.slack.send(again(wrong, {"corporate_number": "7999901000001"}))
    assert passed.ack["response_action"] == "update", passed.ack
    (supplier,) = await stored(stage, Supplier, corporate_number="7999901000001")
    assert supplier.name == REGISTER["name"]


async def test_two_choices_in_one_view_are_both_kept(stage: Scene) -> None:
    page = stage.modals["page"]
    bodies = [stage.slack.press(ANNA, page, ids.Do.PAGE_CHOOSE, choose="no", nth=n) for n in (0, 1)]
    same_view = bodies[0]["view"]["id"], bodies[0]["view"]["hash"]
    bodies[1]["view"] |= dict(zip(("id", "hash"), same_view, strict=True))
    for body in bodies:
        await stage.slack.send(body, effects=False)
    chosen = [ids.question_part(body["actions"][0]["block_id"]) for body in bodies]
    for part in chosen:
        assert part
        newest = (await stored(stage, Answer, question_id=part[0], order="rev"))[-1]
        assert (newest.rev, newest.value) == (2, "no")


async def test_two_choices_of_one_question_in_one_view_are_both_kept_in_order(stage: Scene) -> None:
    page = stage.modals["page"]
    for value in ("no", "partly"):
        body = stage.slack.press(ANNA, page, ids.Do.PAGE_CHOOSE, choose=value)
        await stage.slack.send(body, effects=False)
    part = ids.question_part(body["actions"][0]["block_id"])
    assert part
    kept = await stored(stage, Answer, question_id=part[0], order="rev")
    assert [a.value for a in kept] == ["yes", "no", "partly"]


async def test_a_press_delivered_twice_counts_once(stage: Scene) -> None:
    for body in (
        stage.slack.press(ANNA, stage.modals["page"], ids.Do.PAGE_CHOOSE, choose="no"),
        stage.slack.press(OWNER, stage.cards["digest"], ids.Do.ATTEST_SAME),
        stage.slack.submit(ANNA, stage.modals["submit"], {"name": "安藤 花", "role": "部長"}),
        stage.slack.command(SEC, "pause", "C0LOBBY"),
    ):
        one = await stage.slack.send(body)
        once, kept = stage.changes(), len(await stored(stage, Inbox))
        assert once
        two = await stage.slack.send(body)
        assert stage.changes() == once, "the second delivery wrote something"
        assert len(await stored(stage, Inbox)) == kept
        assert two.ack == one.ack, "the second delivery is answered as the first"
        stage.restore()


async def test_the_same_choice_again_is_another_press_but_no_new_revision(stage: Scene) -> None:
    for _ in range(2):
        body = stage.slack.press(ANNA, stage.modals["page"], ids.Do.PAGE_CHOOSE, choose="no")
        await stage.slack.send(body)
    part = ids.question_part(body["actions"][0]["block_id"])
    assert part
    assert [a.rev for a in await stored(stage, Answer, question_id=part[0], order="rev")] == [1, 2]


async def test_bad_input_stands_under_its_field_and_saves_nothing(stage: Scene) -> None:
    """30,000 pasted characters reach us from no screen, but from a client that does not count."""
    for field, value in (("name", "あ" * 30_000), ("business", "x\x00y"), ("name", "")):
        body = again(stage.slack.submit(SEC, stage.modals["register"], REGISTER), {field: value})
        done = await stage.slack.send(body)
        assert list(done.ack["errors"]) == [ids.field_block(field)], done.ack
        assert stage.changes() == []
    late = stage.slack.submit(SEC, stage.modals["register"], REGISTER | {"ends_on": "2026-11-30"})
    done = await stage.slack.send(late)
    assert done.ack["errors"] == {ids.field_block("ends_on"): text("ja")("refusal.end_before_start")}
    assert stage.changes() == []


async def test_marks_and_formulas_are_kept_as_what_they_are(stage: Scene) -> None:
    typed = REGISTER | {"name": "<!channel> & 商店", "business": '=HYPERLINK("http://example.invalid")'}
    done = await stage.slack.send(stage.slack.submit(SEC, stage.modals["register"], typed))
    assert done.ack["response_action"] == "update"
    assert "mrkdwn" not in str([block for block in done.ack["view"]["blocks"] if "<!channel>" in str(block)])
    (supplier,) = await stored(stage, Supplier, name="<!channel> & 商店")
    assert supplier.state.value == "active"
