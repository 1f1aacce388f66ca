"""What is read of an event: the person who joined, and who brought them, where Slack says so."""

from __future__ import annotations

from typing import Any

from handlers.slack.payloads import event

JOINED: dict[str, Any] = {
    "type": "member_joined_channel",
    "user": "U0GUEST",
    "channel": "C0HALL",
    "channel_type": "C",
    "team": "T0US",
}


def test_who_brought_somebody_is_read_where_slack_says_so() -> None:
    brought = event({"event_id": "Ev1", "event": JOINED | {"inviter": "U0EMP"}})
    assert (brought.who.slack_user_id, brought.channel_id, brought.inviter) == ("U0GUEST", "C0HALL", "U0EMP")
    assert event({"event_id": "Ev2", "event": JOINED}).inviter == ""
