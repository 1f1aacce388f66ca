"""The limits as a whole: what passes, that nothing unknown hides anywhere, and the second opinion.

`ZOO` has every block and element once, as full as it may be. A new block goes in there, and both tests below hold it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.blocks import filled
from sandbox.errors import SlackError
from sandbox.limits import check_message, check_view, second_opinion
from sandbox.limits.blocks import BLOCKS, SURFACES
from sandbox.limits.elements import ELEMENTS
from sandbox.rings import rings
from tests.sandbox.blockkit import Json, actions, button, confirm, entry, mrkdwn, option, options, plain, section
from tests.sandbox.conftest import Slack

IMAGE = {"type": "image", "image_url": "https://e.example/i.png", "alt_text": "i"}
GROUPS = [{"label": plain(), "options": options(2)}]
INLINE = [
    {"type": "text", "text": "x", "style": {"bold": True}},
    {"type": "link", "url": "https://e.example", "text": "t"},
    {"type": "emoji", "name": "wave"},
    {"type": "user", "user_id": "U1"},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "broadcast", "range": "here"},
]
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": INLINE},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [{"type": "rich_text_section", "elements": INLINE}],
        },
        {"type": "rich_text_quote", "elements": INLINE},
        {"type": "rich_text_preformatted", "elements": INLINE[:1], "border": 1},
    ],
}
MENUS = [
    {"type": "static_select", "options": options(2), "initial_option": option(1), "placeholder": plain()},
    {"type": "static_select", "option_groups": GROUPS, "initial_option": option(1)},
    {"type": "external_select", "min_query_length": 0},
    {"type": "users_select", "initial_user": "U1"},
    {"type": "conversations_select", "filter": {"include": ["im"], "exclude_bot_users": True}},
    {"type": "channels_select", "initial_channel": "C1"},
    {"type": "multi_static_select", "options": options(2), "initial_options": options(1), "max_selected_items": 1},
    {"type": "multi_external_select"},
    {"type": "multi_users_select", "initial_users": ["U1"]},
    {"type": "multi_conversations_select", "default_to_current_conversation": True},
    {"type": "multi_channels_select"},
    {
        "type": "radio_buttons",
        "options": [option(1, description=mrkdwn("*d*")), option(2)],
        "initial_option": option(2),
    },
    {"type": "checkboxes", "options": options(3), "initial_options": options(2), "confirm": confirm()},
    {"type": "datepicker", "initial_date": "2026-11-25"},
    {"type": "timepicker", "initial_time": "09:00"},
    {"type": "datetimepicker", "initial_date_time": 1_764_032_400},
]
INPUTS = [
    {"type": "plain_text_input", "multiline": True, "min_length": 1, "max_length": 3000, "initial_value": "x"},
    {"type": "email_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
    {"type": "url_text_input", "placeholder": plain()},
    {"type": "number_input", "is_decimal_allowed": True, "min_value": "-1", "initial_value": "0.5", "max_value": "10"},
    {"type": "rich_text_input", "initial_value": RICH, "min_lines": 1, "max_lines": 5},
]
FILES = {"type": "file_input", "filetypes": ["pdf", "xlsx"], "max_files": 10}
PRESSED = [
    button(9, value="v", style="danger", confirm=confirm(style="danger"), url="https://e.example/"),
    {"type": "overflow", "action_id": "o", "options": [option(1, url="https://e.example/"), option(2)]},
]
CARD = {
    "type": "card",
    "title": plain(),
    "hero_image": IMAGE,
    "slack_icon": {"type": "icon", "name": "bot"},
    "actions": PRESSED[:1],
}
RAW = {"type": "raw_text", "text": "x"}
SERIES = [{"name": "s", "data": [{"label": "a", "value": 1.5}, {"label": "b", "value": -2}]}]
LINES = {"type": "line", "series": SERIES, "axis_config": {"categories": ["a", "b"], "x_label": "x"}}
VOTE = {"text": plain(), "value": "v"}

ANYWHERE = [
    section(fields=[plain(), mrkdwn()], accessory=PRESSED[0], block_id="own"),
    section(accessory=IMAGE),
    {"type": "header", "text": plain()},
    {"type": "divider"},
    IMAGE | {"title": plain()},
    {"type": "context", "elements": [mrkdwn(), plain(), IMAGE]},
    actions(*PRESSED),
    RICH,
    CARD,
    {
        "type": "video",
        "alt_text": "v",
        "title": plain(),
        "thumbnail_url": "https://e.example/i",
        "video_url": "https://e.example/v",
    },
    *(actions({**menu, "action_id": f"m{n}"}) for n, menu in enumerate(MENUS)),
    *(entry({**element, "action_id": f"i{n}"}, optional=True) for n, element in enumerate([*MENUS, *INPUTS])),
]
NOT_IN_MODALS = [
    {
        "type": "table",
        "rows": [[RAW, {"type": "rich_text", "elements": RICH["elements"][:1]}]],
        "column_settings": [{"align": "left"}],
    },
    {"type": "data_table", "caption": "c", "rows": [[RAW], [{"type": "raw_number", "value": 1, "text": "1"}]]},
    {"type": "data_visualization", "title": "t", "chart": LINES},
    {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]}},
    {"type": "carousel", "elements": [CARD]},
    {"type": "container", "title": plain(), "child_blocks": [{"type": "divider"}, section()], "is_collapsible": True},
]
MESSAGES_ONLY = [
    {"type": "markdown", "text": "# x"},
    {"type": "plan", "title": "p", "tasks": [{"task_id": "1", "title": "t", "status": "pending", "details": RICH}]},
    {
        "type": "task_card",
        "task_id": "1",
        "title": "t",
        "status": "complete",
        "sources": [{"type": "url", "url": "https://e.example", "text": "s"}],
    },
    {
        "type": "context_actions",
        "elements": [
            {"type": "icon_button", "icon": "trash", "text": plain(), "action_id": "t"},
            {"type": "feedback_buttons", "positive_button": VOTE, "negative_button": VOTE},
        ],
    },
]
ZOO = {
    "message": [*ANYWHERE, *NOT_IN_MODALS, *MESSAGES_ONLY],
    "home": [*ANYWHERE, *NOT_IN_MODALS],
    "modal": [*ANYWHERE, {"type": "alert", "text": mrkdwn(), "level": "warning"}, entry({**FILES})],
}
ALL = [(surface, block) for surface, blocks in ZOO.items() for block in blocks]


def check(surface: str, blocks: list[Json]) -> list[str]:
    if surface == "message":
        return check_message(blocks) or second_opinion.check_message(blocks)
    view = {"type": surface, "blocks": blocks}
    view |= {"title": plain(), "submit": plain()} if surface == "modal" else {}
    return check_view(view) or second_opinion.check_view(view)


@pytest.mark.parametrize("surface", ZOO)
def test_the_whole_zoo_passes_both_opinions(surface):
    wrong = {json.dumps(block): errors for block in ZOO[surface] if (errors := check(surface, [block]))}
    assert wrong == {}
    assert check(surface, ZOO[surface][:50]) == []


def test_the_zoo_is_complete():
    assert {block["type"] for _, block in ALL} == set(BLOCKS) == set(SURFACES)
    text = json.dumps(ALL)
    assert {kind for kind in ELEMENTS if f'"type": "{kind}"' not in text} == set()


@pytest.mark.parametrize("surface", ZOO)
def test_blocks_of_other_surfaces_are_refused(surface):
    for _, block in ALL:
        refused = surface not in SURFACES[block["type"]]
        files = block.get("element", {}).get("type") == "file_input" and surface != "modal"
        assert bool(check(surface, [block])) == (refused or files), block


def objects(value: Any) -> Iterator[Json]:
    """Every object inside, the outermost first."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from objects(child)
    elif isinstance(value, list):
        for child in value:
            yield from objects(child)


@settings(max_examples=400, deadline=None)
@given(
    data=st.data(),
    case=st.sampled_from(ALL),
    key=st.text(min_size=1, max_size=12),
    value=st.sampled_from([0, "", "x", None, True, [], {}]),
)
def test_a_key_added_anywhere_is_refused(data, case, key, value):
    """README: an unknown field is an error, wherever it hides."""
    surface, block = case[0], copy.deepcopy(case[1])
    place = data.draw(st.sampled_from(list(objects(block))))
    known = {"block_id", "action_id", *(k for _, b in ALL for o in objects(b) for k in o)}
    place["zz" + key if key in known else key] = value
    assert check(surface, [block])


@settings(max_examples=300, deadline=None)
@given(data=st.data(), case=st.sampled_from(ALL))
def test_a_type_made_wrong_is_refused(data, case):
    """No value may become a number that is none, and none may be null."""
    surface, block = case[0], copy.deepcopy(case[1])
    place = data.draw(st.sampled_from(list(objects(block))))
    key = data.draw(st.sampled_from(sorted(place)))
    place[key] = data.draw(st.sampled_from([None, {"no": 1}, [["no"]]]))
    assert check(surface, [block])


def test_the_second_opinion_refuses_what_ours_accepts(slack: Slack):
    """slackblocks wants an action_id on a rich_text_input, our tables do not; both have to agree."""
    element = {"type": "rich_text_input"}
    blocks = [{"type": "input", "label": plain(), "element": element}]
    assert check_message(blocks) == []
    with pytest.raises(SlackError, match="invalid_blocks"):
        slack.post(blocks=blocks)
    assert "second opinion (slackblocks)" in slack.entries("problem")[0]["detail"]


def test_characters_are_counted_not_bytes():
    assert check_message([{"type": "header", "text": plain("委" * 150)}]) == []
    assert check_message([{"type": "header", "text": plain("委" * 151)}])


def test_slack_fills_in_what_is_missing():
    sent = [section(accessory=button()), actions({"type": "datepicker"}), RICH]
    stored = filled(sent)
    assert all(block["block_id"] for block in stored)
    assert len({block["block_id"] for block in stored}) == 3
    assert stored[1]["elements"][0]["action_id"]
    assert stored[0]["text"] == mrkdwn() | {"verbatim": False}
    assert stored[0]["accessory"]["text"]["emoji"] is True
    assert "action_id" not in json.dumps(stored[2])
    assert "block_id" not in sent[0]


@pytest.mark.parametrize(
    ("text", "blocks", "found"),
    [
        ("<!channel> and <@U1|sato>", [], ["<!channel>", "<@U1>"]),
        ("&lt;!channel&gt; @here", [], []),
        ("", [section(text=mrkdwn("&lt;!here&gt; @here"))], ["<!here>"]),
        ("", [section(text=mrkdwn("@here") | {"verbatim": True})], []),
        ("", [section(text=plain("<!channel> @here"))], []),
        ("", [RICH], ["<@U1>", "<!subteam^S1>", "<!here>"]),
        ("<!subteam^S1|@security>", [], ["<!subteam^S1>"]),
        ("", [{"type": "markdown", "text": "ask @channel"}], ["<!channel>"]),
        ("write to a@here.example", [], []),
    ],
)
def test_rings(text, blocks, found):
    """slack_platform §6: what is parsed as a mention, and what is not."""
    assert rings(text, blocks) == found


def test_a_bare_mention_in_text_rings_with_link_names():
    assert rings("@here", [], link_names=True) == ["<!here>"]
