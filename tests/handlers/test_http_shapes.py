"""A signed body of any shape at all: a payload that our parsers can read, or refused with 400. Never anything else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.web.incoming import Body, RefusedError
from handlers.web.payload_text import READERS, payload

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    *("user", "team", "view", "actions", "event", "event_id", "authorizations", "container", "channel", "state"),
    *("command", "payload", "text", "message", "enterprise", "ssl_check"),
)


def taken(body: Body) -> dict[str, Any] | None:
    """The payload; None where it is refused as malformed. Anything else that is raised fails the test."""
    try:
        found = payload(body)
    except RefusedError as refused:
        if refused.status != 400:
            raise
        return None
    assert isinstance(found, dict)
    return found


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES), st.sampled_from(sorted(READERS)))
@settings(max_examples=300)
def test_a_payload_of_any_shape_is_refused_or_can_be_read(found: dict[str, Any], kind: str) -> None:
    text = json.dumps(found | {"type": kind})
    for body in (Body(text, form=False), Body(urlencode({"payload": text}), form=True), Body(text, form=True)):
        read = taken(body)
        if read is not None and "command" not in read and "ssl_check" not in read:
            READERS[read["type"]](read)


@given(st.text(max_size=200))
@example("payload=%ff")
@example("ssl_check=1")
@example("[" * 5000)
@example('{"type":' * 5000)
def test_any_text_is_refused_or_a_payload(text: str) -> None:
    for form in (True, False):
        taken(Body(text, form))
