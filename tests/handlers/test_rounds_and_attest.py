"""The command, the modals and the buttons of rounds and attestation, from Slack's payload to the reply."""

from __future__ import annotations

import itertools
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.domain.people import PersonKind
from bot.domain.rounds import Attestation, AttestationAnswer, AttestationKind, Review, Round, RoundState
from bot.services import Services, sending
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.desk import Desk
from bot.services.library import Library
from bot.services.people import People
from bot.services.rounds import Rounds
from handlers.slack import attest, rounds
from handlers.slack.registry import Route, answer, merge
from handlers.slack.replies import OpenView, Reply, UpdateView
from message_templates import ids
from sandbox.limits import check_view
from storage.db import Database
from tests.kit import PaperDirectory, StillClock
from tests.ledger_scene import Books, checklists, hub_stub, small_books
from tests.services.test_rounds import everything

ROUTES = merge(rounds.ROUTES, attest.ROUTES, (Route("command", "/vendor-review", rounds.SUBCOMMANDS[0].handle),))
NUMBER = itertools.count(1)
HOME = {"id": "T0HOME", "domain": "aoba"}


@pytest.fixture(autouse=True)
def stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reviews stay where they are; what lets them go on is the answering story's."""

    async def nothing(_tx: Any, _review: Review, *_times: Any) -> None:
        return None

    monkeypatch.setattr(sending, "advance", nothing)


class Door:
    """Payloads in, replies out."""

    def __init__(self, db: Database, clock: StillClock) -> None:
        desk = Desk(db, clock, "")
        made = SimpleNamespace(
            desk=desk,
            people=People(db, clock, PaperDirectory()),
            rounds=Rounds(desk, company_calendar(), Library(checklists()), hub_stub),
            attesting=Attesting(desk, company_calendar()),
        )
        self.services = cast("Services", made)

    async def _in(self, kind: str, key: str, body: dict[str, Any]) -> Reply:
        reply = await answer(self.services, ROUTES[kind, key], body)
        assert reply is not None
        for view in shown(reply):
            assert check_view(view) == []
        return reply

    async def command(self, user: str) -> Reply:
        body = {
            "command": "/vendor-review",
            "text": "round",
            "user_id": user,
            "team_id": "T0HOME",
            "channel_id": "C0ANY",
            "channel_name": "general",
            "trigger_id": f"{next(NUMBER)}.trigger",
            "response_url": "https://example.invalid/respond",
        }
        return await self._in("command", "/vendor-review", body)

    async def submit(self, user: str, view: dict[str, Any], values: dict[str, Any]) -> Reply:
        body = {
            "type": "view_submission",
            "team": HOME,
            "user": {"id": user, "team_id": "T0HOME"},
            "trigger_id": f"{next(NUMBER)}.trigger",
            "view": {
                **view,
                "id": f"V{next(NUMBER)}",
                "hash": "1.abc",
                "app_installed_team_id": "T0HOME",
                "state": {"values": {ids.field_block(n): {"vr1.value": held} for n, held in values.items()}},
            },
        }
        return await self._in("view", view["callback_id"], body)

    async def press(self, user: str, do: str, value: str, view: dict[str, Any] | None = None) -> Reply:
        act = {"type": "button", "action_id": do, "block_id": "b", "value": value, "action_ts": f"{next(NUMBER)}.1"}
        body: dict[str, Any] = {
            "type": "block_actions",
            "team": HOME,
            "user": {"id": user, "team_id": "T0HOME"},
            "trigger_id": f"{next(NUMBER)}.trigger",
            "actions": [act],
        }
        if view:
            body["view"] = {**view, "id": "V0ROOT", "hash": "1.abc"}
            body["container"] = {"type": "view", "view_id": "V0ROOT"}
        else:
            body["channel"] = {"id": "D0OWNER"}
            body["container"] = {"type": "message", "message_ts": "1.1", "channel_id": "D0OWNER"}
        return await self._in("action", do, body)


def shown(reply: Reply) -> list[dict[str, Any]]:
    """The views in a reply."""
    views = [e.view for e in reply.effects if isinstance(e, OpenView | UpdateView)]
    return views + ([reply.ack["view"]] if reply.ack and "view" in reply.ack else [])


def view_of(reply: Reply) -> dict[str, Any]:
    (view,) = shown(reply)
    return view


def said(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


TEXT = {"type": "plain_text_input"}
WISH = {
    "title": TEXT | {"value": "2026年度 委託先点検"},
    "checklists": {"type": "multi_static_select", "selected_options": [{"value": "basic"}]},
    "attest_by": {"type": "datepicker", "selected_date": "2026-12-02"},
    "due_on": {"type": "datepicker", "selected_date": "2026-12-18"},
    "departments": {"type": "multi_static_select", "selected_options": []},
}


@pytest.fixture
async def books(db: Database) -> Books:
    made = await small_books(db)
    await made.write()
    return made


@pytest.fixture
def door(db: Database, clock: StillClock, books: Books) -> Door:
    return Door(db, clock)


async def drafted(door: Door) -> dict[str, Any]:
    """The preview's modal."""
    form = view_of(await door.command("U0SEC"))
    return view_of(await door.submit("U0SEC", form, WISH))


def button(view: dict[str, Any], do: ids.Do) -> str:
    """The value of one of a view's buttons."""
    elements = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
    return str(next(e["value"] for e in elements if e["action_id"] == do))


# -- rounds --------------------------------------------------------------------------------------------------------------


async def test_from_the_command_to_an_open_round(door: Door, db: Database) -> None:
    first = await drafted(door)
    assert first["callback_id"] == ids.View.ROUND_PREVIEW
    assert "送付先 1/5" in said(first)
    reply = await door.press("U0SEC", ids.Do.ROUND_NEXT, button(first, ids.Do.ROUND_NEXT), first)
    (effect,) = reply.effects
    assert isinstance(effect, UpdateView)
    assert (effect.view_id, effect.hash) == ("V0ROOT", "1.abc")
    assert "送付先 2/5" in said(effect.view)
    back = await door.press("U0SEC", ids.Do.ROUND_PREVIOUS, button(effect.view, ids.Do.ROUND_PREVIOUS), effect.view)
    assert said(view_of(back)) == said(first)
    done = await door.submit("U0SEC", effect.view, {})
    assert done.ack
    assert done.ack["response_action"] == "update"
    assert "開始しました" in said(done.ack["view"])
    (round_,) = await everything(db, Round)
    assert round_.state is RoundState.OPEN


async def test_a_wrong_date_stands_under_its_input_and_the_corrected_form_passes(door: Door, db: Database) -> None:
    form = view_of(await door.command("U0SEC"))
    soon = WISH | {"due_on": {"type": "datepicker", "selected_date": "2026-11-30"}}
    reply = await door.submit("U0SEC", form, soon)
    assert reply.ack
    assert reply.ack["response_action"] == "errors"
    assert "10営業日以上" in reply.ack["errors"][ids.field_block("due_on")]
    assert "送付先 1/5" in said(view_of(await door.submit("U0SEC", form, WISH)))
    assert len(await everything(db, Round)) == 1


async def test_cancelled_nothing_leaves(door: Door, db: Database) -> None:
    preview = await drafted(door)
    reply = await door.press("U0SEC", ids.Do.ROUND_CANCEL, button(preview, ids.Do.ROUND_CANCEL), preview)
    assert "取り消しました" in said(view_of(reply))
    late = await door.submit("U0SEC", preview, {})
    assert "すでに開始または取り消されています" in said(view_of(late))
    (round_,) = await everything(db, Round)
    assert round_.state is RoundState.CANCELLED


async def test_what_changed_meanwhile_is_shown_again_before_it_leaves(door: Door, db: Database, books: Books) -> None:
    preview = await drafted(door)
    await books.person("U0OWNER", active=False)
    again = view_of(await door.submit("U0SEC", preview, {}))
    assert again["callback_id"] == ids.View.ROUND_PREVIEW
    assert "台帳の内容が変わりました" in said(again)
    assert "開始しました" in said(view_of(await door.submit("U0SEC", again, {})))


async def test_others_are_refused_in_words(door: Door, db: Database) -> None:
    preview = await drafted(door)
    reply = await door.command("U0OWNER")
    assert reply.ack
    assert "担当の方だけ" in reply.ack["text"]
    for found in (
        await door.submit("U0OWNER", preview, {}),
        await door.press("U0OWNER", ids.Do.ROUND_CANCEL, button(preview, ids.Do.ROUND_CANCEL), preview),
        await door.press("U0OWNER", ids.Do.ROUND_NEXT, button(preview, ids.Do.ROUND_NEXT), preview),
    ):
        assert "担当の方だけ" in said(view_of(found))
    (round_,) = await everything(db, Round)
    assert round_.state is RoundState.PREVIEWED


@pytest.mark.parametrize("value", ["", "nonsense", "2.a", "1", "1.a.b.c"])
async def test_a_button_we_never_made_is_answered_kindly(door: Door, value: str) -> None:
    for do in (ids.Do.ROUND_NEXT, ids.Do.ROUND_CANCEL, ids.Do.ATTEST_SAME, ids.Do.ATTEST_CHANGED):
        assert "問題が起きました" not in said(view_of(await door.press("U0SEC", do, value, {"callback_id": "x"})))


# -- attestation ---------------------------------------------------------------------------------------------------------


async def opened(door: Door, db: Database, books: Books) -> str:
    """An open round; the packed id of the payroll's attestation."""
    await door.submit("U0SEC", await drafted(door), {})
    (found,) = await everything(db, Attestation, owner_id=books.people["U0OWNER"].id)
    return ids.pack(found.id)


async def answers(db: Database) -> list[tuple[AttestationKind, dict[str, Any]]]:
    return [(a.kind, a.detail) for a in await everything(db, AttestationAnswer)]


async def test_one_press_is_enough(door: Door, db: Database, books: Books) -> None:
    value = await opened(door, db, books)
    assert await door.press("U0OWNER", ids.Do.ATTEST_SAME, value) == Reply()
    assert await answers(db) == [(AttestationKind.UNCHANGED, {})]
    again = await door.press("U0OWNER", ids.Do.ATTEST_SAME, value)
    assert "すでに回答済みです" in said(view_of(again))


async def test_what_changed_is_asked_in_a_modal(door: Door, db: Database, books: Books) -> None:
    value = await opened(door, db, books)
    modal = view_of(await door.press("U0OWNER", ids.Do.ATTEST_CHANGED, value))
    assert modal["callback_id"] == ids.View.ATTEST_CHANGED
    assert "給与計算の代行" in said(modal)
    held = {
        "what": {"type": "checkboxes", "selected_options": []},
        "personal_data": {"type": "radio_buttons", "selected_option": {"value": "yes"}},
        "ends_on": {"type": "datepicker", "selected_date": None},
        "note": TEXT | {"value": None},
    }
    nothing = await door.submit("U0OWNER", modal, held)
    assert nothing.ack
    assert "変わったことをお選びください" in nothing.ack["errors"][ids.field_block("what")]
    chosen = {"type": "checkboxes", "selected_options": [{"value": "access"}, {"value": "data"}]}
    assert await door.submit("U0OWNER", modal, held | {"what": chosen}) == Reply()
    assert await answers(db) == [
        (AttestationKind.CHANGED, {"what": ["data", "access"], "personal_data": True}),
    ]


async def test_when_it_ended_is_asked_in_a_modal(door: Door, db: Database, books: Books) -> None:
    value = await opened(door, db, books)
    modal = view_of(await door.press("U0OWNER", ids.Do.ATTEST_ENDED, value))
    empty = await door.submit("U0OWNER", modal, {"ends_on": {"type": "datepicker", "selected_date": None}})
    assert empty.ack
    assert list(empty.ack["errors"]) == [ids.field_block("ends_on")]
    ended = {"type": "datepicker", "selected_date": "2026-11-30"}
    future = await door.submit("U0OWNER", modal, {"ends_on": ended})
    assert future.ack
    assert "「変更あり」" in future.ack["errors"][ids.field_block("ends_on")]
    assert await door.submit("U0OWNER", modal, {"ends_on": ended | {"selected_date": "2026-11-20"}}) == Reply()
    assert await answers(db) == [(AttestationKind.ENDED, {"ends_on": "2026-11-20"})]


async def test_whose_it_is_is_asked_in_a_modal(door: Door, db: Database, books: Books) -> None:
    value = await opened(door, db, books)
    modal = view_of(await door.press("U0OWNER", ids.Do.ATTEST_NOT_MINE, value))
    person = {"type": "users_select", "selected_user": "U0GUEST"}
    guest = await door.submit("U0OWNER", modal, {"person": person})
    assert guest.ack
    assert "自社の社員" in guest.ack["errors"][ids.field_block("person")]
    assert await door.submit("U0OWNER", modal, {"person": person | {"selected_user": "U0BOSS"}}) == Reply()
    assert await answers(db) == [(AttestationKind.NOT_MINE, {"to": books.people["U0BOSS"].id})]


@pytest.mark.parametrize("user", ["U0OTHER", "U0SEC", "U0GUEST", "U0OUT", "U0GONE"])
async def test_wrong_people_are_refused_in_words(door: Door, db: Database, books: Books, user: str) -> None:
    value = await opened(door, db, books)
    modal = view_of(await door.press("U0OWNER", ids.Do.ATTEST_ENDED, value))
    for do in (ids.Do.ATTEST_SAME, ids.Do.ATTEST_CHANGED, ids.Do.ATTEST_ENDED, ids.Do.ATTEST_NOT_MINE):
        view = view_of(await door.press(user, do, value))
        assert not said(view).count("給与計算")
    ended = {"type": "datepicker", "selected_date": "2026-11-20"}
    assert not said(view_of(await door.submit(user, modal, {"ends_on": ended}))).count("給与計算")
    assert await answers(db) == []
    assert books.people["U0GUEST"].kind is PersonKind.GUEST
