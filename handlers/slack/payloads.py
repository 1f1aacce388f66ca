"""The only file that indexes Slack's dictionaries. One parser per payload type; what it returns has names.

Who acted is `user.team_id` + `user.id` for clicks and submissions, flat fields for commands, the event's own for events.
Bolt's `context.actor_team_id` is the *host's* team for clicks (bolt request/internals.py:121-160), so it is never used:
it would make a supplier's person one of ours. On Enterprise Grid `user.team_id` may be an E… id.

The press key is stable over a redelivery and differs when the person does something else: after `errors` the view and its
hash stay the same, so a submission's key holds a digest of the entered state, and a corrected form passes.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.people import Who
from bot.domain.press import Event, Press
from handlers.slack.requests import ActionPress, Closed, Command, FormValue, Submitted, Suggest

Body = Mapping[str, Any]

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u3000": " "})
_WORD = re.compile(r'<[^>]*>|"([^"]*)"|\S+')
_MARK = re.compile(r"^<(?:mailto:|tel:|https?://)?([^|>]*)(?:\|([^>]*))?>$")


def command(body: Body, at: datetime) -> Command:
    """A slash command. Its trigger id is its key: unique per invocation (slack_platform §2.2)."""
    who = Who(
        slack_user_id=body["user_id"], team_id=body.get("team_id") or "", enterprise_id=body.get("enterprise_id") or ""
    )
    trigger = body.get("trigger_id") or ""
    press = Press(
        key=f"command/{trigger}",
        kind="command",
        who=who,
        at=at,
        channel_id=body.get("channel_id") or "",
        trigger_id=trigger,
        response_url=body.get("response_url") or "",
    )
    return Command(
        press=press,
        words=words(body.get("text") or ""),
        channel_id=body.get("channel_id") or "",
        channel_name=body.get("channel_name") or "",
    )


def presser(body: Body) -> Who:
    """Who sent a command, a press or a modal; nobody where the payload cannot be read."""
    user = body.get("user")
    return _who(body) if isinstance(user, Mapping) and user.get("id") else Who(slack_user_id=body.get("user_id") or "")


def home_hash(body: Body) -> str:
    """The hash of the Home tab on which somebody pressed; '' for everything else."""
    view = body.get("view") or {}
    return str(view.get("hash") or "") if view.get("type") == "home" else ""


def words(text: str) -> tuple[str, ...]:
    """Arguments as a person meant them: smart and plain quotes group, U+3000 separates, mail and link marks are undone.

    References keep their id only: `<@U1|name>` → `@U1`, `<#C1|name>` → `#C1`, `<!subteam^S1|@x>` → `!subteam^S1`.
    """
    found = []
    for match in _WORD.finditer(text.translate(_QUOTES)):
        word = match.group(1) if match.group(1) is not None else match.group(0)
        mark = _MARK.match(word)
        found.append(html.unescape(mark.group(1) if mark else word))
    return tuple(found)


def action(body: Body, at: datetime) -> ActionPress:
    """A click or a changed element. Its key: where it was pressed, which element, when (Slack's action_ts), by whom."""
    act = body["actions"][0]
    user = _who(body)
    view = body.get("view") or {}
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    message_ts = container.get("message_ts") or (body.get("message") or {}).get("ts") or ""
    place = view.get("id") or message_ts
    trigger = body.get("trigger_id") or ""
    press = Press(
        key=f"action/{place}/{act['action_id']}/{act.get('block_id', '')}/{act['action_ts']}/{user.slack_user_id}",
        kind="action",
        who=user,
        at=at,
        channel_id=channel,
        trigger_id=trigger,
        response_url=body.get("response_url") or "",
    )
    state = (view.get("state") or body.get("state") or {}).get("values") or {}
    at_home = view.get("type") == "home"
    return ActionPress(
        press=press,
        action_id=act["action_id"],
        block_id=act.get("block_id") or "",
        chosen=_held(act),
        trigger_id=trigger,
        channel_id=channel,
        message_ts=message_ts,
        view_id="" if at_home else view.get("id") or "",
        view_hash=view.get("hash") or "",
        callback_id=view.get("callback_id") or "",
        metadata=view.get("private_metadata") or "",
        values=_values(state),
        response_url=body.get("response_url") or "",
    )


def shortcut(body: Body, at: datetime) -> ActionPress:
    """A global shortcut: a press outside of any message or view, with a trigger and nothing to answer into."""
    user, trigger = _who(body), body.get("trigger_id") or ""
    key = f"shortcut/{body['callback_id']}/{body['action_ts']}/{user.slack_user_id}"
    press = Press(key=key, kind="shortcut", who=user, at=at, trigger_id=trigger)
    return ActionPress(press=press, action_id=body["callback_id"], block_id="", chosen=None, trigger_id=trigger)


def suggestion(body: Body, at: datetime) -> Suggest:
    """What is typed into an external_select. It changes nothing, and comes with every letter."""
    user = _who(body)
    press = Press(key=f"options/{body['action_id']}/{user.slack_user_id}", kind="options", who=user, at=at)
    return Suggest(press=press, typed=str(body.get("value") or ""))


def submission(body: Body, at: datetime) -> Submitted:
    """A submitted modal. Its `team` is the submitter's own; the install is in view.app_installed_team_id (bolt-js#1614)."""
    view = body["view"]
    user = _who(body)
    values = _values((view.get("state") or {}).get("values") or {})
    digest = hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
    press = Press(
        key=f"submit/{view['id']}/{view.get('hash') or ''}/{user.slack_user_id}/{digest}",
        kind="submission",
        who=user,
        at=at,
        trigger_id=body.get("trigger_id") or "",
    )
    return Submitted(
        press=press,
        callback_id=view["callback_id"],
        view_id=view["id"],
        metadata=view.get("private_metadata") or "",
        values=values,
        inputs=tuple(b["block_id"] for b in view.get("blocks") or [] if b.get("type") == "input"),
    )


def closed(body: Body, at: datetime) -> Closed:
    """A closed modal."""
    view = body["view"]
    user = _who(body)
    values = _values((view.get("state") or {}).get("values") or {})
    press = Press(
        key=f"close/{view['id']}/{view.get('hash') or ''}/{user.slack_user_id}", kind="closed", who=user, at=at
    )
    return Closed(
        press=press,
        callback_id=view["callback_id"],
        view_id=view["id"],
        metadata=view.get("private_metadata") or "",
        values=values,
    )


def event(body: Body) -> Event:
    """An Events API event, reduced to what is used. `event_id` is globally unique and stable over redelivery."""
    inner = body["event"]
    user = inner.get("user") or inner.get("user_id") or ""
    changed = user if isinstance(user, Mapping) else {}
    channel = inner.get("channel") or inner.get("channel_id") or ""
    item = channel if isinstance(channel, Mapping) else {}
    return Event(
        key=f"event/{body['event_id']}",
        kind=inner["type"],
        who=Who(
            slack_user_id=changed.get("id") or (user if isinstance(user, str) else ""),
            team_id=inner.get("user_team") or inner.get("team") or changed.get("team_id") or "",
        ),
        channel_id=item.get("id") or inner.get("old_channel_id") or (channel if isinstance(channel, str) else ""),
        team_id=inner.get("connected_team_id") or inner.get("previously_connected_team_id") or "",
        thread_ts=inner.get("thread_ts") or "",
        ts=inner.get("ts") or "",
        group_id=inner.get("subteam_id") or (inner.get("subteam") or {}).get("id") or "",
        new_id=inner.get("new_channel_id") or "",
        inviter=inner.get("inviter") or "",
        files=tuple(f["id"] for f in inner.get("files") or [] if f.get("id")),
        tab=inner.get("tab") or "",
        view_hash=(inner.get("view") or {}).get("hash") or "",
    )


def _who(body: Body) -> Who:
    user = body["user"]
    return Who(
        slack_user_id=user["id"],
        team_id=user.get("team_id") or "",
        enterprise_id=user.get("enterprise_id") or "",
    )


def _values(state: Mapping[str, Any]) -> dict[str, FormValue]:
    return {block: _held(next(iter(inputs.values()))) for block, inputs in state.items() if inputs}


def _held(element: Mapping[str, Any]) -> FormValue:
    """What an element holds, whatever its type: option value(s), ids of files, user(s), date, text, or a button's value."""
    if "selected_option" in element:
        return element["selected_option"]["value"] if element["selected_option"] else None
    if "selected_options" in element:
        return [o["value"] for o in element["selected_options"] or []]
    if "files" in element:
        return [f["id"] for f in element["files"] or [] if f.get("id")]
    for name in ("selected_user", "selected_conversation", "selected_channel", "selected_date", "selected_time"):
        if name in element:
            return element[name] or None
    for name in ("selected_users", "selected_conversations", "selected_channels"):
        if name in element:
            return list(element[name] or [])
    held = element.get("value")
    return None if held is None else str(held)


def is_event(body: Body) -> bool:
    """Whether it came from the Events API, which repeats what is not acknowledged."""
    return body.get("type") == "event_callback"


def challenge(body: Body) -> str | None:
    """What Slack wants to read back when the address of an app is saved; None for everything else."""
    return str(body.get("challenge") or "")[:1000] if body.get("type") == "url_verification" else None


def installation(body: Body) -> frozenset[str]:
    """The ids (T…, E…) of the installation a payload is for; empty where it names none.

    Events: `authorizations[0]`, because `team_id` may be a partner's for a shared channel. Views: `app_installed_team_id`,
    because `team` is the submitter's (bolt-js#1614). Presses in messages: `team`, the host's. Commands: flat (§1.1).
    """
    if is_event(body):
        first = (body.get("authorizations") or [{}])[0]
        named = (first.get("team_id"), first.get("enterprise_id")) if first else (body.get("team_id"),)
    elif "command" in body:
        named = (body.get("team_id"), body.get("enterprise_id"))
    else:
        team, view = body.get("team") or {}, body.get("view") or {}
        installed = view.get("app_installed_team_id")
        named = (installed,) if installed else (team.get("id"), team.get("enterprise_id"))
    return frozenset(one for one in named if one)
