"""Views on a person's screen: opening, pushing, updating, and how Slack shows them to an app.

Both halves use this: the Web API for views.*, the people for `response_action` push and update. A view is checked by
the limits before it is shown; each change is recorded as `view` with the whole content. Facts: slack_platform.md §2.2.
To keep one more thing about a view, add it to `world.View` and show it in `as_json`.
"""

from __future__ import annotations

import json
import secrets
import time

from sandbox.blocks import filled
from sandbox.core import Sandbox
from sandbox.elements import carried_over, state_values
from sandbox.errors import SlackError, invalid_view
from sandbox.limits import check_view, second_opinion
from sandbox.world import Json, View, World

MAX_STACK = 3
MAX_BYTES = 250_000
_SHOWN = ("title", "submit", "close")
_KEPT = ("callback_id", "private_metadata", "external_id")
_FLAGS = ("clear_on_close", "notify_on_close")


def checked(world: World, content: object, *, replaced: View | None = None) -> Json:
    """The view as Slack would store it; SlackError view_too_large, invalid_arguments or duplicate_external_id."""
    # Measured as the SDK sends it, non-ASCII escaped: the larger of the possible readings of "250 kB".
    if len(json.dumps(content)) > MAX_BYTES:
        raise SlackError("view_too_large")
    errors = check_view(content) or second_opinion.check_view(content)
    if errors:
        raise invalid_view(errors)
    assert isinstance(content, dict)
    external_id = content.get("external_id")
    others = (view for view in world.views.values() if view.open and view is not replaced)
    if external_id and any(view.external_id == external_id for view in others):
        raise SlackError("duplicate_external_id")
    return content | {"blocks": filled(content["blocks"])}


def open_modal(sandbox: Sandbox, user: str, content: Json) -> View:
    """A new modal with a stack of its own; what the person had open is gone."""
    for view in stack(sandbox.world, user):
        view.open = False
    return _add(sandbox, user, content, "open", under=None)


def push_modal(sandbox: Sandbox, under: View, content: Json) -> View:
    """A modal on top of `under`; SlackError push_limit_reached when three are open already."""
    if len(stack(sandbox.world, under.user)) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    return _add(sandbox, under.user, content, "push", under=under)


def replace(sandbox: Sandbox, view: View, content: Json) -> View:
    """New content in an open view. What was entered stays where block_id and action_id stay; errors go."""
    view.content, view.errors, view.hash = content, {}, new_hash()
    view.external_id = content.get("external_id", "")
    view.values = carried_over(view.values, content["blocks"])
    return _show(sandbox, view, "update")


def publish(sandbox: Sandbox, user: str, content: Json) -> View:
    """The Home tab of one person, made or renewed."""
    view = home_of(sandbox.world, user)
    return replace(sandbox, view, content) if view else _add(sandbox, user, content, "open", under=None)


def stack(world: World, user: str) -> list[View]:
    """The modals a person has open, the root first, the one on top last."""
    return [view for view in world.views.values() if view.open and view.user == user and view.type == "modal"]


def home_of(world: World, user: str) -> View | None:
    return next((view for view in world.views.values() if view.user == user and view.type == "home"), None)


def new_hash() -> str:
    """Changes with every change of a view."""
    return f"{int(time.time())}.{secrets.token_hex(4)}"


def _add(sandbox: Sandbox, user: str, content: Json, op: str, under: View | None) -> View:
    view_id = sandbox.next_id("V")
    view = View(
        id=view_id,
        user=user,
        type=content["type"],
        content=content,
        hash=new_hash(),
        root_id=under.root_id if under else view_id,
        previous_id=under.id if under else "",
        external_id=content.get("external_id", ""),
    )
    sandbox.world.views[view_id] = view
    return _show(sandbox, view, op)


def _show(sandbox: Sandbox, view: View, op: str) -> View:
    sandbox.record.write("view", op=op, user=view.user, view=as_json(sandbox.world, view))
    return view


def as_json(world: World, view: View) -> Json:
    """The view object of answers and payloads, with the state the person sees. Facts: slack_platform.md §1."""
    app, content = world.app, view.content
    return {
        "id": view.id,
        "team_id": world.users[view.user].team_id,
        "type": view.type,
        "blocks": content["blocks"],
        **{key: content.get(key, "") for key in _KEPT},
        **{key: content.get(key) for key in _SHOWN},
        **{key: content.get(key, False) for key in _FLAGS},
        "state": {"values": state_values(content["blocks"], view.values)},
        "hash": view.hash,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id or None,
        "app_id": app.app_id,
        "bot_id": app.bot_id,
        "app_installed_team_id": app.team_id,
    }
