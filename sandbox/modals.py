"""Submitting and closing a modal, and what the app's answer to a submission does to it.

Facts: slack_platform.md §2.2: the ack says errors, update, push, clear, or nothing (close); errors are keyed by the
block_id of an input; after `errors` view and hash stay the same. To add a response_action, add a row to `ANSWERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox import payloads, sight, views
from sandbox.cannot import CannotDo
from sandbox.elements import ELEMENTS, places, state_values
from sandbox.entering import complaints
from sandbox.errors import SlackError
from sandbox.live import ActResult, Live, bad_ack, interact
from sandbox.world import Json, User, View


@dataclass
class SubmitResult(ActResult):
    """`errors` stand under the inputs; `closed` when that view is gone; `modal` is what is on top now."""

    errors: dict[str, str] = field(default_factory=dict)
    closed: bool = False
    modal: Json | None = None


async def submit(live: Live, user: User, view_id: str | None = None) -> SubmitResult:
    """Presses the submit button of the modal on top."""
    view = _on_top(live, user, view_id)
    state = state_values(view.content["blocks"], view.values)
    _refuse_incomplete(view, state)
    live.sandbox.record.write(
        "submitted", user=user.id, view_id=view.id, callback_id=view.content.get("callback_id", ""), values=state
    )
    view.errors = {}
    doing = f"submit of {view.content.get('callback_id') or view.id}"
    payload = payloads.view_submission(live.sandbox, user, view, trigger_id=live.triggers.issue(user.id))
    result = await interact(live, "interactive", payload, user=user, doing=doing, answerable=True)
    if result.acked:
        result = _apply(live, user, view, result, doing)
    return SubmitResult(
        result.acked,
        result.error_shown,
        result.ms,
        errors=dict(view.errors),
        closed=not view.open,
        modal=sight.modal(live, user),
    )


async def close(live: Live, user: User, *, everything: bool = False) -> ActResult:
    """Cancel closes the modal on top; `everything` is the ×, which closes the whole stack."""
    view = _on_top(live, user, None)
    stack = views.stack(live.sandbox.world, user.id)
    everything = everything or bool(view.content.get("clear_on_close"))
    for gone in stack if everything else [view]:
        gone.open = False
        live.sandbox.record.write(
            "closed",
            user=user.id,
            view_id=gone.id,
            callback_id=gone.content.get("callback_id", ""),
            values=state_values(gone.content["blocks"], gone.values),
        )
    told = stack[0] if everything else view
    if not told.content.get("notify_on_close"):
        return ActResult(True)
    payload = payloads.view_closed(live.sandbox, user, told, is_cleared=everything)
    doing = f"closing of {told.content.get('callback_id') or told.id}"
    return await interact(live, "interactive", payload, user=user, doing=doing, answerable=False)


def _on_top(live: Live, user: User, view_id: str | None) -> View:
    view = sight.view_of(live, user, view_id) if view_id else sight.top_modal(live, user)
    if view is None or view.type != "modal":
        raise CannotDo(f"{user.name} has no modal open")
    return view


def _refuse_incomplete(view: View, state: Json) -> None:
    if not view.content.get("submit"):
        raise CannotDo("this modal has no submit button")
    inputs = [place for place in places(view.content["blocks"]) if place.is_input and place.type in ELEMENTS]
    wrong = [text for place in inputs for text in complaints(place, state[place.block_id][place.action_id])]
    if wrong:
        raise CannotDo("; ".join(wrong))


def _apply(live: Live, user: User, view: View, result: ActResult, doing: str) -> ActResult:
    """Lets the ack's payload act on the view; a faulty one is shown to the person as an error."""
    answer = result.payload
    apply, fields = ANSWERS.get(answer.get("response_action"), (None, frozenset()))
    try:
        if apply is None or answer.keys() - fields - {"response_action"}:
            raise ValueError(f"not an answer to a submission: {answer}")
        apply(live, view, answer)
    except ValueError as error:
        return bad_ack(live, user, doing, str(error), result.ms)
    except SlackError as error:
        return bad_ack(live, user, doing, f"{error.name} {'; '.join(error.messages)}", result.ms)
    return result


def _show_errors(live: Live, view: View, answer: Json) -> None:
    errors = answer.get("errors")
    inputs = {place.block_id for place in places(view.content["blocks"]) if place.is_input}
    if (
        not isinstance(errors, dict)
        or not errors
        or not all(isinstance(text, str) and text for text in errors.values())
    ):
        raise ValueError(f"errors must name at least one block and say something: {errors}")
    strange = sorted(errors.keys() - inputs)
    if strange:
        raise ValueError(f"errors for {', '.join(strange)}, which are no input blocks of the view")
    view.errors = dict(errors)
    _record(live, "errors", view, errors=errors)


def _update(live: Live, view: View, answer: Json) -> None:
    views.replace(live.sandbox, view, _modal(live, answer.get("view"), replaced=view))


def _push(live: Live, view: View, answer: Json) -> None:
    views.push_modal(live.sandbox, view, _modal(live, answer.get("view")))


def _modal(live: Live, content: Any, replaced: View | None = None) -> Json:
    checked = views.checked(live.sandbox.world, content, replaced=replaced)
    if checked["type"] != "modal":
        raise ValueError("a submission is answered with a modal")
    return checked


def _clear(live: Live, view: View, answer: Json) -> None:
    del answer
    for each in views.stack(live.sandbox.world, view.user):
        each.open = False
    _record(live, "clear", view)


def _close(live: Live, view: View, answer: Json) -> None:
    del answer
    view.open = False
    _record(live, "close", view)


def _record(live: Live, op: str, view: View, **fields: Any) -> None:
    shown = payloads.view_object(live.sandbox.world, view)
    live.sandbox.record.write("view", op=op, user=view.user, view=shown, **fields)


Answer = Callable[[Live, View, Json], None]
ANSWERS: dict[str | None, tuple[Answer, frozenset[str]]] = {
    None: (_close, frozenset()),
    "errors": (_show_errors, frozenset({"errors"})),
    "update": (_update, frozenset({"view"})),
    "push": (_push, frozenset({"view"})),
    "clear": (_clear, frozenset()),
}
"""response_action -> what it does, and the fields it takes."""
