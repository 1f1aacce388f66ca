"""The one way to refuse in the local Slack.

`raise SlackError("channel_not_found")`; the server answers with `body()`. Names are Slack's own. To add an error that
only a faulty app provokes, name it in `APP_FAULTS`: the call is then also recorded as a `problem`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

APP_FAULTS = frozenset(
    {
        "as_user_not_supported",
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_auth",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_form_data",
        "invalid_json",
        "invalid_metadata_format",
        "invalid_post_type",
        "json_not_object",
        "metadata_too_large",
        "missing_post_type",
        "missing_scope",
        "msg_too_long",
        "no_permission",
        "no_text",
        "not_allowed_token_type",
        "not_authed",
        "push_limit_reached",
        "too_many_attachments",
        "unknown_method",
        "view_too_large",
    }
)
"""Errors that no state of the workspace explains: the app sent something wrong."""

BLOCK_FAULTS = frozenset({"invalid_blocks", "invalid_blocks_format", "view_too_large"})
"""Errors about the blocks themselves; recorded as `refused_block`, the other faults as `refused_call`."""


class SlackError(Exception):
    """A refused call. `extra` is merged into the answer, e.g. needed/provided or response_metadata.messages."""

    def __init__(self, name: str, **extra: Any) -> None:
        super().__init__(name, extra)
        self.name = name
        self.extra = extra
        self.about_blocks = False

    def body(self) -> dict[str, Any]:
        """The JSON that Slack answers with, always with HTTP status 200."""
        return {"ok": False, "error": self.name, **self.extra}

    @property
    def messages(self) -> list[str]:
        """The sentences under response_metadata.messages, empty where there are none."""
        return list(self.extra.get("response_metadata", {}).get("messages", []))

    @property
    def is_app_fault(self) -> bool:
        return self.name in APP_FAULTS

    @property
    def is_block_fault(self) -> bool:
        """About blocks or a view; a refused view is `invalid_arguments` and says so in `about_blocks`."""
        return self.name in BLOCK_FAULTS or self.about_blocks


def invalid_arguments(*messages: str) -> SlackError:
    """`invalid_arguments` with one `[ERROR] …` sentence for each thing that is wrong."""
    return _with_messages("invalid_arguments", messages)


def invalid_blocks(messages: list[str]) -> SlackError:
    """How a message with bad blocks is refused: `invalid_blocks`, with what is wrong in response_metadata.messages."""
    return _with_messages("invalid_blocks", messages)


def invalid_view(messages: list[str]) -> SlackError:
    """How a bad view is refused: `invalid_arguments`, with what is wrong in response_metadata.messages."""
    error = _with_messages("invalid_arguments", messages)
    error.about_blocks = True
    return error


def _with_messages(name: str, messages: Iterable[str]) -> SlackError:
    return SlackError(name, response_metadata={"messages": [f"[ERROR] {text}" for text in messages]})
