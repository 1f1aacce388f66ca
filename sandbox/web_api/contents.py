"""What a message of the app holds: text, blocks, metadata, each within Slack's limits. Not a family of methods.

Facts: slack_platform.md §2.1: a text over 40,000 characters is cut off when it is posted, one over 4,000 is refused when
a message is updated; §3.2 (metadata). What one method takes and another not stands in `chat.METHODS`.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.blocks import filled
from sandbox.core import Sandbox
from sandbox.errors import SlackError, invalid_arguments, invalid_blocks
from sandbox.limits import check_message, second_opinion
from sandbox.world import Json

MAX_TEXT = 40_000
MAX_UPDATED_TEXT = 4_000
MAX_ATTACHMENTS = 100
MAX_METADATA = 16_384  # bytes; from memory, unverified
_METADATA = {"event_type", "event_payload"}


def read(args: Json, most: int) -> tuple[str, list[Json]]:
    """Text and blocks of a message, checked; the blocks as Slack stores them."""
    text, blocks = args.get("text", ""), args.get("blocks", [])
    attachments = args.get("attachments") or []
    if len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if attachments:
        raise invalid_arguments(
            "attachments are not supported by the local Slack: blocks are [json-pointer:/attachments]"
        )
    if not blocks and not text.strip():
        raise SlackError("no_text")
    if len(text) > most:
        raise SlackError("msg_too_long")
    return text, _checked(blocks) if blocks else []


def _checked(blocks: Any) -> list[Json]:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    errors = check_message(blocks) or second_opinion.check_message(blocks)
    if errors:
        raise invalid_blocks(errors)
    return filled(blocks)


def metadata(value: Any) -> Json | None:
    """Message metadata: event_type and event_payload, both, and nothing else."""
    if value is None:
        return None
    sound = isinstance(value, dict) and value.keys() == _METADATA
    if not sound or not value["event_type"] or not isinstance(value["event_type"], str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(value["event_payload"], dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(value)) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return dict(value)


def shortened(sandbox: Sandbox, args: Json) -> Json:
    """The arguments of a post with the text cut off where Slack cuts it. What is lost is a problem of the run."""
    text = args.get("text", "")
    if len(text) <= MAX_TEXT:
        return args
    sandbox.record.problem("truncated_text", f"{len(text)} characters, of which {MAX_TEXT} are posted")
    return args | {"text": text[:MAX_TEXT]}
