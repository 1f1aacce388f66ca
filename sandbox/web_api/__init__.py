"""The Web API: one call in, one answer out; every call is recorded, and every refusal that is the app's fault is a problem.

`call` checks token, method, arguments and scopes, in the order in which Slack's errors hide each other, then runs the
method. There is one file per family, each with a METHODS table. To add a method: a function in the family's file and a
row in its METHODS; then a refused request in `tests/sandbox/`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.core import Sandbox
from sandbox.errors import SlackError
from sandbox.scopes import require_any
from sandbox.web_api import auth, chat, conversations, files, history, invitations, usergroups, users, views
from sandbox.web_api.method import Method, read
from sandbox.world import Json

FAMILIES = (auth, chat, conversations, invitations, history, users, views, files, usergroups)
METHODS: dict[str, Method] = {name: method for family in FAMILIES for name, method in family.METHODS.items()}

_TOKEN = re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+")


def call(sandbox: Sandbox, method: str, token: str, args: Json) -> Json:
    """The answer with `ok: true`. SlackError for a refusal; `SlackError.body()` is what the server answers with then."""
    try:
        answer = _answer(sandbox, method, token, args)
    except SlackError as error:
        _record(sandbox, method, args, error)
        raise
    _record(sandbox, method, args, None)
    return {"ok": True, **answer}


def refuse(sandbox: Sandbox, method: str, error: SlackError) -> Json:
    """The answer to a call whose body could not be read, recorded as any refused call."""
    _record(sandbox, method, {}, error)
    return error.body()


def _answer(sandbox: Sandbox, method: str, token: str, args: Json) -> Json:
    found = METHODS.get(method)
    if found is None:
        raise SlackError("unknown_method", req_method=method)
    _check_token(sandbox, token, found)
    require_any(sandbox.world.app, found.scopes)
    given = {name: value for name, value in args.items() if name != "token"}
    # A deep copy, so that nothing of the caller's lives on in the world.
    return found.fn(sandbox, read(found, json.loads(json.dumps(given))))


def _check_token(sandbox: Sandbox, token: str, method: Method) -> None:
    app = sandbox.world.app
    if not token:
        raise SlackError("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise SlackError("invalid_auth")
    if token == app.bot_token and sandbox.token_state:
        raise SlackError(sandbox.token_state)
    if token != (app.app_token if method.token == "app" else app.bot_token):  # noqa: S105 - a type of token
        raise SlackError("not_allowed_token_type")


def _record(sandbox: Sandbox, method: str, args: Json, error: SlackError | None) -> None:
    refused = {"error": error.name} if error else {}
    sandbox.record.write("api", method=method, args=masked(args), ok=error is None, **refused)
    if error and error.is_app_fault:
        what = "refused_block" if error.is_block_fault else "refused_call"
        sandbox.record.problem(what, "; ".join([f"{method}: {error.name}", *error.messages]))


def masked(value: Any) -> Any:
    """The same JSON with every token in it, wherever it stands, made unreadable."""
    if isinstance(value, str):
        return _TOKEN.sub(lambda found: f"{found[0].split('-')[0]}-***", value)
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    return value
