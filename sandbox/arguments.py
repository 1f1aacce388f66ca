"""How the arguments of a Web API call arrive: in the query, as a form or as JSON; and where its token stands.

A body that cannot be read is refused by name ([K:common]; invalid_json and json_not_object: docs.slack.dev, Web API), never
taken for an empty one. The token stands in the head; a form may carry it too. One in the query is not taken, as for every
app made since February 2021 (mem), and JSON needs it in the head. To read one more type of body, add it to `_READERS`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.errors import SlackError
from sandbox.world import Json


async def read(request: web.Request) -> tuple[str, Json]:
    """Token ("" for none) and arguments. Raises SlackError for a body that Slack cannot read."""
    args: Json = dict(request.query)
    token = ""
    if request.can_read_body:
        body = await _reader(request)(request)
        if request.content_type != "application/json":
            token = str(body.pop("token", ""))
        args |= body
    return bearer(request) or token, args


def bearer(request: web.Request) -> str:
    """The token in the head, "" for none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def _reader(request: web.Request) -> Callable[[web.Request], Awaitable[Json]]:
    if "Content-Type" not in request.headers:
        raise SlackError("missing_post_type")
    reader = _READERS.get(request.content_type)
    if reader is None:
        raise SlackError("invalid_post_type")
    return reader


async def _form(request: web.Request) -> Json:
    try:
        return dict(await request.post())
    except (ValueError, AssertionError) as error:  # aiohttp's way of saying that there is no form in it
        raise SlackError("invalid_form_data") from error


async def _json(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text())
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


_READERS = {"application/json": _json, "application/x-www-form-urlencoded": _form, "multipart/form-data": _form}
