"""Payloads of Slack's shape, as the socket delivers them: every key of a recorded one, with invented values."""

from __future__ import annotations

import itertools
from typing import Any

from benchmarks.stage import HOME, OWNER, Place
from bot.domain.checklist import Kind
from bot.domain.hubs import PageView, QuestionView
from bot.domain.people import Who
from message_templates import ids
from message_templates.catalogs import text
from message_templates.page import page_modal

Json = dict[str, Any]

_NUMBER = itertools.count(1)


def choice(place: Place, page: PageView, question: QuestionView, value: str) -> Json:
    """A changed choice in the form (block_actions in a modal)."""
    view = _view(page, {})
    block = ids.question_block(question.id, question.rev, "v")
    action = {
        "type": "radio_buttons",
        "action_id": ids.Do.PAGE_CHOOSE,
        "block_id": block,
        "selected_option": _option(view, block, value),
        "action_ts": _ts(),
    }
    return _head("block_actions", place.who) | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }


def turn(place: Place, page: PageView, comment: str) -> Json:
    """The submit button of a page: every choice as it was made, and a comment typed under the first question."""
    return _head("view_submission", place.who) | {
        "view": _view(page, {page.questions[0].id: comment}),
        "response_urls": [],
    }


def hub_open(place: Place) -> Json:
    """The button of the first page on the hub."""
    value = ids.pack(place.review_id, place.endpoint_id, 0)
    return _message_press(place.who, f"{ids.Do.HUB_OPEN}.0", value)


def attest_same(place: Place) -> Json:
    """'Nothing has changed' on the owner's digest."""
    return _message_press(Who(slack_user_id=OWNER, team_id=HOME), ids.Do.ATTEST_SAME, ids.pack(place.attestation_id))


def _message_press(who: Who, action_id: str, value: str) -> Json:
    ts = _ts()
    action = {
        "type": "button",
        "action_id": action_id,
        "block_id": "b1",
        "text": {"type": "plain_text", "text": "-"},
        "value": value,
        "action_ts": _ts(),
    }
    return _head("block_actions", who) | {
        "container": {"type": "message", "message_ts": ts, "channel_id": "C0BENCH", "is_ephemeral": False},
        "channel": {"id": "C0BENCH", "name": "privategroup"},
        "message": {"type": "message", "bot_id": "B0BENCH", "user": "U0BOT", "text": "-", "ts": ts, "blocks": []},
        "state": {"values": {}},
        "response_url": "https://example.invalid/respond",
        "actions": [action],
    }


def _head(kind: str, who: Who) -> Json:
    return {
        "type": kind,
        "team": {"id": HOME, "domain": "aoba"},
        "user": {"id": who.slack_user_id, "username": "u", "name": "u", "team_id": who.team_id},
        "api_app_id": "A0BENCH",
        "token": "bench",
        "trigger_id": f"{next(_NUMBER)}.1.bench",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _view(page: PageView, comments: dict[str, str]) -> Json:
    """The modal as Slack sends it back: what the product opened, with ids and the state of its inputs."""
    content = page_modal(text(page.language), page)
    return content | {
        "id": f"V{page.token}",
        "team_id": HOME,
        "hash": _ts(),
        "state": {"values": _state(content, page, comments)},
        "clear_on_close": False,
        "previous_view_id": None,
        "root_view_id": f"V{page.token}",
        "app_id": "A0BENCH",
        "external_id": "",
        "app_installed_team_id": HOME,
        "bot_id": "B0BENCH",
    }


def _state(content: Json, page: PageView, comments: dict[str, str]) -> Json:
    values: Json = {}
    for one in page.questions:
        block = ids.question_block(one.id, one.rev, "v")
        if one.question.kind in {Kind.YES_NO, Kind.ONE_OF}:
            chosen = _option(content, block, "yes") if comments and one.question.kind is Kind.YES_NO else None
            values[block] = {ids.Do.PAGE_CHOOSE: {"type": "radio_buttons", "selected_option": chosen}}
        comment = {"type": "plain_text_input", "value": comments.get(one.id)}
        values[ids.question_block(one.id, one.rev, "c")] = {ids.Field.COMMENT: comment}
    return values


def _option(content: Json, block_id: str, value: str) -> Json:
    (block,) = (b for b in content["blocks"] if b.get("block_id") == block_id)
    (option,) = (o for o in block["element"]["options"] if o["value"] == value)
    return dict(option)


def _ts() -> str:
    return f"1764032400.{next(_NUMBER):06}"
