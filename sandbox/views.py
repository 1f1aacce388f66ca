"""Views on a person's screen: checking, opening, pushing, updating.

Both halves use this: the Web API for views.*, the people for `response_action` push and update. A view is checked by
the limits before it is shown; each change is recorded as `view` with the whole content. Facts: slack_platform.md §2.2.
To keep one more thing about a view, add it to `world.View` and show it in `payloads.view_object`.
"""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from sandbox.blocks import filled
from sandbox.core import Sandbox
from sandbox.elements import carried_over
from sandbox.errors import SlackError, invalid_view
from sandbox.limits import check_view, second_opinion
from sandbox.payloads import view_object
from sandbox.world import Json, View, World

MAX_STACK = 3
MAX_BYTES = 250_000


def checked(world: World, content: Any, *, replaced: View | None = None) -> Json:
    """The view as Slack would store it; SlackError view_too_large, invalid_arguments or duplicate_external_id."""
    # Measured as the SDK sends it, non-ASCII escaped: the larger of the possible readings of "250 kB".
    if len(json.dumps(content)) > MAX_BYTES:
        raise SlackError("view_too_large")
    errors = check_view(content) or second_opinion.check_view(content)
    if errors:
        raise invalid_view(errors)
    external_id = content.get("external_id")
    others = (view for view in world.views.values() if view.open and view is not replaced)
    if external_id and any(view.external_id == external_id for view in others):
        raise SlackError("duplicate_external_id")
    stored: Json = content | {"blocks": filled(content["blocks"])}
    return stored


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
    sandbox.record.write("view", op=op, user=view.user, view=view_object(sandbox.world, view))
    return view
