"""What a handler answers: the ack, and what is done after it. Refusals and crashes become words here, in one place.

Effects are plain descriptions; `effects.py` carries them out after the acknowledgement has left.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.people import Who
from bot.domain.press import Press
from bot.domain.refusal import Refusal, Refusals
from bot.services.homes import Picture
from handlers.slack.requests import ActionPress, Command, Request, Submitted, Suggest
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.notes import note_view, wait_view

log = logging.getLogger(__name__)

Json = dict[str, Any]


@dataclass(frozen=True)
class OpenView:
    """views.open with the press's trigger (3 s, once); `push` puts it on top of the modal that is open.

    `then` is given the id of the view that was opened, and what it answers is carried out in turn. `otherwise` is done
    where the view could not be opened; `told` fills it in.
    """

    trigger_id: str
    view: Json
    push: bool = False
    then: Callable[[str], Awaitable[Reply]] | None = None
    otherwise: Later | None = None


@dataclass(frozen=True)
class UpdateView:
    """views.update of a modal that is open. With `hash`, a stale one is left alone (somebody was faster).

    `wins`: whether this one counts although the view has moved on; then it is shown all the same, so that of several
    updates that race, also from several processes, the last press wins (K02). `then` is given the new hash.
    """

    view_id: str
    view: Json
    hash: str = ""
    wins: Callable[[], Awaitable[bool]] | None = None
    then: Callable[[str], Awaitable[Reply]] | None = None


@dataclass(frozen=True)
class Whisper:
    """An ephemeral message to the person of a press, through its response_url."""

    response_url: str
    text: str
    blocks: list[Json]
    replace: bool = False


@dataclass(frozen=True)
class Later:
    """Slow work after the ack (it may ask Slack); what it returns is carried out in turn."""

    work: Callable[[], Awaitable[Reply]]


@dataclass(frozen=True)
class PublishHome:
    """views.publish of one person's Home tab (`home_picture.py`).

    `make` draws it (None: nothing to do), `again` draws it once more after others were faster, `kept` notes its new hash.
    """

    who: Who
    make: Callable[[], Awaitable[Picture | None]]
    again: Callable[[], Awaitable[Picture | None]]
    kept: Callable[[Picture, str], Awaitable[None]]


Effect = OpenView | UpdateView | Whisper | Later | PublishHome


@dataclass(frozen=True)
class Reply:
    """The answer to a press: `ack` is the acknowledgement's payload (None: empty)."""

    ack: Json | None = None
    effects: tuple[Effect, ...] = ()


def told(reply: Reply, request: Request, language: Callable[[], Awaitable[str]]) -> Reply:
    """The same reply, where every view that cannot be opened is at least spoken of to the person who pressed.

    `language` is asked only then. Where a press has no response_url (it was in a modal), there is no way to say it.
    """
    url = request.press.response_url or getattr(request, "response_url", "")
    if not url:
        return reply

    async def say() -> Reply:
        sentence = Text(await language())("note.not_opened")
        return Reply(effects=(Whisper(url, sentence, [kit.section(kit.plain(sentence))]),))

    def with_words(effect: Effect) -> Effect:
        return replace(effect, otherwise=effect.otherwise or Later(say)) if isinstance(effect, OpenView) else effect

    return replace(reply, effects=tuple(map(with_words, reply.effects)))


def show(view: Json) -> Reply:
    """Answer a submission with the next view in place of this one."""
    return Reply(ack={"response_action": "update", "view": view})


def whisper(text: str, blocks: list[Json]) -> Reply:
    """Answer a command with a message that only this person sees; it travels in the ack."""
    return Reply(ack={"response_type": "ephemeral", "text": kit.fallback(text), "blocks": blocks[: kit.MESSAGE_BLOCKS]})


def waiting(press: Press, t: Text, work: Callable[[], Awaitable[Json]]) -> Reply:
    """Open a 'please wait' modal at once, and put the view that `work` makes (it may ask Slack) in its place.

    A refusal or a breakdown in `work` takes its place too: no modal is ever left waiting (K02).
    """

    async def then(view_id: str) -> Reply:
        return Reply(effects=(UpdateView(view_id, await looked(t, work)),))

    return Reply(effects=(OpenView(press.trigger_id, wait_view(t), then=then),))


def waiting_in(view_id: str, t: Text, work: Callable[[], Awaitable[Json]]) -> Reply:
    """The same in a modal that is open already: 'please wait' takes its place, and then what `work` makes."""

    async def then() -> Reply:
        return Reply(effects=(UpdateView(view_id, await looked(t, work)),))

    return Reply(effects=(UpdateView(view_id, wait_view(t)), Later(then)))


async def looked(t: Text, work: Callable[[], Awaitable[Json]]) -> Json:
    """The view that slow work makes, or the one that says why there is none."""
    try:
        return await work()
    except Refusal as refused:
        return note_view(t, refusal_text(t, refused))
    except Refusals as refused:
        return note_view(t, refusal_text(t, refused.refusals[0]))
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("a view could not be made, reference %s", reference)
        return note_view(t, t("note.crash", reference=reference))


def refusal_text(t: Text, refusal: Refusal) -> str:
    """The sentence of a refusal."""
    return t(f"refusal.{refusal.code.value}", **refusal.params)


def refuse(request: Request, refusals: list[Refusal], t: Text) -> Reply:
    """Tell that person alone why not: under the field, in a modal on top, or as an ephemeral answer."""
    sentence = refusal_text(t, refusals[0])
    if isinstance(request, Suggest):
        return Reply(ack={"options": []})  # there is no place for words; the form itself says no when it is sent
    if isinstance(request, Submitted):
        return _refuse_form(request, refusals, t)
    if isinstance(request, Command):
        return whisper(sentence, [kit.section(kit.plain(sentence))])
    if isinstance(request, ActionPress):
        view = note_view(t, sentence)
        return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))
    return Reply()


def _refuse_form(request: Submitted, refusals: list[Refusal], t: Text) -> Reply:
    """Errors stand under the input they belong to; one without a field lies on top of the form, which keeps its entries."""
    errors = {}
    for refusal in refusals:
        block = _input_of(request, refusal.field) if refusal.field else ""
        if not block:
            return Reply(ack={"response_action": "push", "view": note_view(t, refusal_text(t, refusal))})
        errors[block] = kit.cut(refusal_text(t, refusal), kit.LABEL)
    return Reply(ack={"response_action": "errors", "errors": errors})


def _input_of(request: Submitted, field: str) -> str:
    """The block of a field's input ('' for none), also where a fill stands behind its name."""
    block = ids.field_block(field)
    if block in request.inputs:
        return block
    if field in request.inputs:
        return field
    return next((i for i in request.inputs if ids.field_name(i).partition(".")[0] == field), "")


def crash(request: Request, t: Text, reference: str) -> Reply:
    """Something of ours broke: say so with a reference that also stands in the log, and that nothing was lost unseen."""
    sentence = t("note.crash", reference=reference)
    if isinstance(request, Suggest):
        return Reply(ack={"options": []})
    if isinstance(request, Submitted):
        if request.inputs:
            return Reply(ack={"response_action": "errors", "errors": {request.inputs[0]: sentence}})
        return show(note_view(t, sentence))
    if isinstance(request, Command):
        return whisper(sentence, [kit.section(kit.plain(sentence))])
    if isinstance(request, ActionPress):
        return Reply(effects=(OpenView(request.trigger_id, note_view(t, sentence), push=bool(request.view_id)),))
    return Reply()
