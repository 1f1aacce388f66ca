"""views.open, push, update, publish. Facts: slack_platform.md §2.2 (triggers, stack of three, hash), §1 (App Home)."""

from __future__ import annotations

from sandbox import views
from sandbox.core import Sandbox
from sandbox.errors import SlackError, invalid_arguments
from sandbox.payloads import view_object
from sandbox.web_api.method import Arg, Method, optional, required
from sandbox.world import Json, View


def open_view(sandbox: Sandbox, args: Json) -> Json:
    """views.open: the trigger says for whom, and is spent even when the view is refused."""
    user = sandbox.triggers.use(args["trigger_id"])
    content = views.checked(sandbox.world, _of_type(args["view"], "modal"))
    return _answer(sandbox, views.open_modal(sandbox, user, content))


def push(sandbox: Sandbox, args: Json) -> Json:
    """views.push: on top of what the person has open."""
    user = sandbox.triggers.use(args["trigger_id"])
    open_now = views.stack(sandbox.world, user)
    if not open_now:
        raise SlackError("not_found")
    content = views.checked(sandbox.world, _of_type(args["view"], "modal"))
    return _answer(sandbox, views.push_modal(sandbox, open_now[-1], content))


def update(sandbox: Sandbox, args: Json) -> Json:
    """views.update: by view_id or external_id, at any time while it is open; `hash` refuses a stale picture."""
    view = _find(sandbox, args)
    if "hash" in args and args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    content = views.checked(sandbox.world, _of_type(args["view"], view.type), replaced=view)
    return _answer(sandbox, views.replace(sandbox, view, content))


def publish(sandbox: Sandbox, args: Json) -> Json:
    """views.publish: the Home tab. To an outsider it answers ok and shows nothing [bolt-js#1948]."""
    world = sandbox.world
    if not world.app.home_tab:
        raise SlackError("not_enabled")
    user = world.users.get(args["user_id"])
    if user is None:
        raise invalid_arguments("invalid `user_id` [json-pointer:/user_id]")
    before = views.home_of(world, user.id)
    if "hash" in args and not world.is_external(user) and args["hash"] != (before.hash if before else None):
        raise SlackError("hash_conflict")
    content = views.checked(world, _of_type(args["view"], "home"), replaced=before)
    if world.is_external(user):
        unseen = View(id=sandbox.next_id("V"), user=user.id, type="home", content=content, hash="", root_id="")
        return _answer(sandbox, unseen)
    return _answer(sandbox, views.publish(sandbox, user.id, content))


def _of_type(view: object, kind: str) -> object:
    """The view, when it is no object or of this type; a wrong type is for the limits to say otherwise."""
    if isinstance(view, dict) and view.get("type") in ("modal", "home") and view["type"] != kind:
        raise invalid_arguments(f"must be {kind} [json-pointer:/view/type]")
    return view


def _find(sandbox: Sandbox, args: Json) -> View:
    if not args.get("view_id") and not args.get("external_id"):
        raise invalid_arguments("missing required field: view_id or external_id")
    if args.get("view_id"):
        view = sandbox.world.views.get(args["view_id"])
    else:
        known = (v for v in sandbox.world.views.values() if v.open and v.external_id == args["external_id"])
        view = next(known, None)
    if view is None or not view.open:
        raise SlackError("not_found")
    return view


def _answer(sandbox: Sandbox, view: View) -> Json:
    return {"view": view_object(sandbox.world, view)}


_POINTER = {"interactivity_pointer": Arg(refused="open by an interactivity pointer")}
_TRIGGERED = {"view": required("json"), "trigger_id": required(), **_POINTER}

METHODS = {
    "views.open": Method(open_view, _TRIGGERED),
    "views.push": Method(push, _TRIGGERED),
    "views.update": Method(update, {"view": required("json"), **optional("view_id", "external_id", "hash")}),
    "views.publish": Method(publish, {"user_id": required(), "view": required("json"), **optional("hash"), **_POINTER}),
}
