"""Field by field: what the local Slack sends and answers has the keys and the types that Slack's own have.

The sources and their versions are in `shapes/`. Where the local Slack knowingly differs, `shapes/reasons.py` says why;
a difference without a reason fails, and so does a reason without a difference. A payload without any source fails too.
"""

from __future__ import annotations

import asyncio
import copy
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sandbox.events import SUBSCRIPTIONS
from tests.sandbox.shapes import seen
from tests.sandbox.shapes.compare import Shape, differences, flat, moved, shapes
from tests.sandbox.shapes.reasons import REASONS, SOURCES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "local-slack.md"
WHERE = ("message", "ephemeral", "thread message", "thread ephemeral", "modal", "home")
EVENTS = (
    *(
        "message",
        "file_share",
        "bot message",
        "bot file_share",
        "message_changed",
        "message_deleted",
        "app_mention",
        "app_home_opened",
    ),
    *("file_shared", "member_joined_channel", "member_left_channel", "channel_shared", "channel_unshared"),
    *("channel_archive", "group_archive", "channel_unarchive", "group_unarchive", "channel_id_changed"),
    *("channel_rename", "group_rename", "channel_deleted", "group_deleted"),
    *("shared_channel_invite_accepted", "shared_channel_invite_approved", "shared_channel_invite_declined"),
    *("subteam_members_changed", "user_change", "team_join"),
)
NEVER_SENT = {"subteam_updated", "app_uninstalled", "tokens_revoked"}
"""An app may subscribe to them, but nothing that happens in the local Slack makes one."""
ANSWERS = (
    *("apps.connections.open", "auth.test", "team.info"),
    *("chat.postMessage", "chat.update", "chat.delete", "chat.postEphemeral", "chat.getPermalink"),
    *("conversations.info", "conversations.info im", "conversations.list", "conversations.members"),
    *("conversations.open", "conversations.history", "conversations.replies"),
    *("files.info", "files.getUploadURLExternal", "files.completeUploadExternal"),
    *("usergroups.users.list", "users.info", "users.list", "users.lookupByEmail"),
    *("views.open", "views.push", "views.update", "views.publish"),
)
NAMES = (
    *("hello", "disconnect", "envelope events_api", "envelope interactive", "envelope slash_commands"),
    *(
        "slash_command",
        "block_suggestion",
        "block_suggestion message",
        "view_submission",
        "view_closed",
        "view",
        "uploaded_file",
    ),
    *(f"block_actions {where}" for where in WHERE),
    *("event_callback", "file in an event", *(f"event {kind}" for kind in EVENTS)),
    *ANSWERS,
)


@cache
def everything() -> seen.Seen:
    with TemporaryDirectory() as folder:
        return asyncio.run(seen.everything(Path(folder)))


@cache
def known(name: str) -> tuple[Shape, ...]:
    """The sources of one payload; `block_actions modal` is also a `block_actions`."""
    sources = [(name, "", ""), *SOURCES.get(name, ())]
    return tuple(moved(shape, cut, put) for source, cut, put in sources for shape in shapes().get(source, []))


def found(name: str) -> set[str]:
    return {one for sample in everything()[name] for one in differences(sample, known(name))}


def reasons(name: str, difference: str) -> Iterator[int]:
    """Which rows of REASONS speak of it."""
    for number, (names, what, _) in enumerate(REASONS):
        if re.fullmatch(names, name) and re.fullmatch(what, difference):
            yield number


def test_each_payload_that_an_app_gets_is_looked_at() -> None:
    assert {name for name, samples in everything().items() if samples} == set(NAMES)


def test_every_event_that_can_be_subscribed_to_is_looked_at() -> None:
    subscribed = {name.partition(".")[0] for name in SUBSCRIPTIONS}
    assert subscribed - NEVER_SENT <= set(EVENTS), "let shapes/seen.py make it, and add it to EVENTS"
    assert subscribed >= NEVER_SENT


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_has_the_keys_and_types_that_slacks_has(name: str) -> None:
    assert known(name), f"no source speaks of {name}: add one to shapes/recorded.json or shapes/from_types.js"
    unexplained = sorted(one for one in found(name) if not list(reasons(name, one)))
    sources = "\n  ".join(sorted({shape.source for shape in known(name)}))
    assert not unexplained, f"{name} differs from\n  {sources}\n(+ ours alone, - ours lacks, ~ another type)"


def test_no_reason_is_left_over() -> None:
    used = {number for name in NAMES for one in found(name) for number in reasons(name, one)}
    assert [REASONS[number][2] for number in range(len(REASONS)) if number not in used] == []


def test_every_shape_names_its_source_and_holds_no_value() -> None:
    kinds = {"string", "number", "boolean", "null", "array", "object", "any"}
    for each in (shape for many in shapes().values() for shape in many):
        assert re.match(
            r"@slack/[a-z-]+@\d|slackapi/[a-z-]+ [0-9a-f]{40} |(docs\.slack\.dev|api\.slack\.com) ", each.source
        )
        assert set().union(*each.paths.values()) <= kinds


def table() -> str:
    """The reasons as docs/local-slack.md shows them."""
    shown = [[re.sub(r"\\(.)", r"\1", cell).replace("|", " / ") for cell in row] for row in REASONS]
    head = "| payload | difference | why |\n|--|--|--|\n"
    return head + "".join(f"| {name} | `{difference}` | {why} |\n" for name, difference, why in shown)


def test_the_document_shows_the_same_reasons() -> None:
    assert table() in DOCUMENT.read_text(encoding="utf-8"), f"docs/local-slack.md must show:\n{table()}"


# -- these tests can fail ------------------------------------------------------------------------------------------------


def _set(payload: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for key in parents:
        payload = payload[key]
    if value is ...:
        del payload[last]
    else:
        payload[last] = value


@pytest.mark.parametrize(
    ("name", "path", "value", "difference"),
    [
        ("view_submission", "view.app_installed_team_id", ..., "- view.app_installed_team_id"),
        ("view_submission", "user.real_name", "x", "+ user.real_name"),
        ("block_actions message", "container.message_ts", 17.5, "~ container.message_ts: number, not string"),
        ("block_actions modal", "team", [], "~ team: array, not null|object"),
        ("slash_command", "is_enterprise_install", False, "~ is_enterprise_install: boolean, not string"),
        ("slash_command", "response_url", ..., "- response_url"),
        ("event member_joined_channel", "team", ..., "- team"),
        ("event file_shared", "file.name", "x", "+ file.name"),
        ("conversations.info", "channel.is_guest", True, "+ channel.is_guest"),
        ("conversations.info", "channel.is_private", ..., "- channel.is_private"),
        ("users.info", "user.profile.mail", "x", "+ user.profile.mail"),
        ("users.info", "user.tz_offset", "9", "~ user.tz_offset: string, not number"),
        ("hello", "connection_info.app_id", ..., "- connection_info.app_id"),
    ],
)
def test_a_key_or_a_type_that_is_wrong_is_noticed(name: str, path: str, value: Any, difference: str) -> None:
    payload = copy.deepcopy(everything()[name][0])
    before = differences(payload, known(name))
    _set(payload, path, value)
    assert [one for one in differences(payload, known(name)) if one not in before] == [difference]


@pytest.mark.parametrize("make", [lambda _: {}, lambda payload: payload | {"x_unheard_of": 1}], ids=["empty", "more"])
@pytest.mark.parametrize("name", NAMES)
def test_every_payload_is_really_compared(name: str, make: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """An empty one and one with a key more differ from each source that says what is always there."""
    sample = everything()[name][0]
    changed = differences(make(sample), known(name))
    if make(sample):
        assert "+ x_unheard_of" in changed
    else:
        at_the_top = {path for shape in known(name) if not shape.within for path in shape.always if "." not in path}
        assert {one for one in changed if one.startswith("- ")} or not at_the_top
    assert dict(flat(sample))
