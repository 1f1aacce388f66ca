"""Judges: what waits, the form with the risky answers first, all answers to read, and the recorded judgement.

Looking changes nothing and needs no network, so the form is drawn before the acknowledgement and opened after it.
"""

from __future__ import annotations

from bot.domain.judging import Verdict
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show, whisper
from handlers.slack.requests import ActionPress, Command, FormValue, Request, Submitted
from message_templates import ids, judge
from message_templates.catalogs import Text, text
from message_templates.judge_answers import answers_modal


async def on_judge(services: Services, request: Command) -> Reply:
    """`judge [supplier]`: the form where one review is meant, else what waits."""
    words = " ".join(request.words[1:])
    waiting = await services.judging.waiting(request.press, words)
    t = await _words(services, request)
    if words and waiting.total == 1:
        dossier = await services.judging.open(request.press, waiting.reviews[0].review_id)
        return Reply(effects=(OpenView(request.press.trigger_id, judge.judge_modal(t, dossier)),))
    return whisper(judge.waiting_text(t, waiting), judge.waiting_list(t, waiting))


async def on_open(services: Services, request: ActionPress) -> Reply:
    """判断する: on a message, in the list, or in the note that work of the same review is left."""
    (review_id,) = ids.unpack(_chosen(request), 1)
    dossier = await services.judging.open(request.press, review_id)
    view = judge.judge_modal(await _words(services, request), dossier)
    if request.view_id:
        return Reply(effects=(UpdateView(request.view_id, view),))
    return Reply(effects=(OpenView(request.trigger_id, view),))


async def on_read(services: Services, request: ActionPress) -> Reply:
    """All answers, page by page, on top of the form: what was typed there stays."""
    review_id, page = ids.unpack(_chosen(request), 2)
    dossier = await services.judging.open(request.press, review_id)
    view = answers_modal(await _words(services, request), dossier, ids.number(page))
    if request.callback_id == ids.View.JUDGE:
        return Reply(effects=(OpenView(request.trigger_id, view, push=True),))
    return Reply(effects=(UpdateView(request.view_id, view),))


async def on_submit(services: Services, request: Submitted) -> Reply:
    """The recorded judgement."""
    review_id, shown = ids.unpack(request.metadata, 2)
    judged = await services.judging.submit(request.press, review_id, shown, verdicts(request.values))
    return show(judge.judged_modal(await _words(services, request), judged))


def verdicts(values: dict[str, FormValue]) -> list[Verdict]:
    """What stands in the form, per piece of work."""
    found: dict[str, dict[str, str]] = {}
    for block, value in values.items():
        name, _, item_id = ids.field_name(block).partition(".")
        if item_id and name in {"value", "reason", "until", "letter"}:
            found.setdefault(item_id, {})[name] = value if isinstance(value, str) else ""
    return [Verdict(item_id=key, **({"value": "", "reason": ""} | parts)) for key, parts in found.items()]


async def _words(services: Services, request: Request) -> Text:
    return text(await services.people.language(request.who))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.JUDGE_OPEN, on_open),
    Route("action", ids.Do.JUDGE_READ, on_read),
    Route("view", ids.View.JUDGE, on_submit),
)
SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("judge", on_judge),)
