"""Which source speaks of which payload, and why the local Slack differs where it does.

To accept a difference, add it with its reason; the test fails for one without a reason, and for a reason that no
difference needs any more.
"""

from __future__ import annotations

Source = tuple[str, str, str]
"""Name of a shape, what is cut off the front of its paths, what is put there instead."""


def _whole(*names: str) -> tuple[Source, ...]:
    return tuple((name, "", "") for name in names)


_MESSAGE: tuple[Source, ...] = (("conversations.history", "messages[]", ""),)
_ROOM = tuple(
    (name, cut, "channel")
    for name, cut in (("users.conversations", "channels[]"), ("conversations.list", "channels[]"))
)
_ENTERPRISE: tuple[Source, ...] = (("block_actions modal", "enterprise", "enterprise"),)
_VIEW: tuple[Source, ...] = (("view", "", "view"),)
_PRESS = _whole("block_actions") + _ENTERPRISE + _VIEW
_FILE = (*_whole("uploaded_file", "file in an event"), ("files.info", "file", ""))
_PERSON: tuple[Source, ...] = (("event user_change", "user", ""), ("users.info", "user", ""))


def _under(put: str, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple((name, cut, put) for name, cut, _ in sources)


SOURCES: dict[str, tuple[Source, ...]] = {
    **{f"block_actions {where}": _PRESS for where in ("message", "ephemeral", "thread message", "thread ephemeral")},
    "block_actions modal": _PRESS,
    "block_actions home": _PRESS,
    "block_suggestion": _ENTERPRISE,
    "block_suggestion message": (*_whole("block_suggestion", "block_actions", "block_actions ephemeral"), *_ENTERPRISE),
    "view_submission": _ENTERPRISE,
    "view_closed": _ENTERPRISE,
    **{f"views.{verb}": _VIEW for verb in ("open", "push", "update", "publish")},
    "event message": (*_whole("event app_mention"), *_MESSAGE),
    "event file_share": (*_whole("event app_mention"), *_MESSAGE),
    "event bot message": _MESSAGE,
    "event bot file_share": (*_whole("event bot message"), *_MESSAGE),
    "chat.update": _under("message", _MESSAGE),
    "conversations.open": _ROOM,
    "conversations.list": (("conversations.info", "channel", "channels[]"),),
    "conversations.info im": (*_whole("conversations.open"), *_ROOM),
    "conversations.info": _ROOM,
    "file in an event": _FILE,
    "uploaded_file": _FILE,
    "files.info": _under("file", _FILE),
    "files.completeUploadExternal": _under("files[]", _FILE),
    "users.info": _under("user", _PERSON),
    "users.list": _under("members[]", _PERSON),
    "users.lookupByEmail": _under("user", _PERSON),
}
_PICTURE = "of pictures; the local Slack makes no previews"
REASONS: list[tuple[str, str, str]] = [
    (
        r"files\..*|file in an event|uploaded_file",
        r"- (.*\.)?(thumb|original|image_exif|deanimate|pjpeg|media_disp).*",
        _PICTURE,
    ),
    (r"files\..*", r"- .*\.shares", "where a file was shared is told by channels, groups and ims"),
    ("block_suggestion|view_.*", r"- team\.enterprise_(id|name)", "recorded on an Enterprise Grid; home is none here"),
    (
        "view_closed",
        "- response_urls",
        "in one test's payload only; @slack/bolt does not declare it, java-slack-sdk has none",
    ),
    (
        "event shared_channel_invite_.*",
        r"- .*(inviting|accepting|approving|declining)_user\.profile\.email",
        "declared, but withheld here: mail addresses need a scope of their own (slack_platform.md §1.1)",
    ),
    ("event member_joined_channel", "- inviter", "who joins without being invited has none; declared optional"),
    ("users.info", r"- user\.profile\.email", "withheld of people of other companies (slack_platform.md §1.1)"),
    (
        r"conversations\.(info|list)",
        r"- channels?(\[\])?\.properties",
        "tabs and canvases of Slack's own client; only in the documentation's example",
    ),
    (
        "event_callback",
        r"\+ context_(team|enterprise)_id",
        "not declared, but sent: slack_bolt 1.30.0 reads both (request/internals.py), null outside Grid",
    ),
    (
        "event user_change",
        r"- user\.is_(admin|owner|primary_owner|restricted|ultra_restricted|email_confirmed)",
        "the person seen here was deactivated: of them Slack keeps no role (api.slack.com/types/user)",
    ),
]
"""Name of the payload and the difference, both as patterns for the whole of it, and why it is so."""
