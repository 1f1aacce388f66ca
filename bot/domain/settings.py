"""Choices made inside the product, one row each: who the security team is, whether everything is paused."""

from __future__ import annotations

from typing import Any

from bot.domain.base import Value

SECURITY_TEAM = "security_team"
PAUSED = "paused"
COMPANY = "company"


class Setting(Value):
    """`id` is one of the names above; `value` its JSON. Changes are in the history like any other field's."""

    id: str
    value: dict[str, Any]


class SecurityTeam(Value):
    """The security team: a Slack user group (`source` S…) or the members of a private channel (C…/G…).

    Notices to the team go to `source` when it is a channel and fit, else to each member's DM. `unfit`: gone, public or
    shared; what is told there names suppliers, so no outsider may read it. `unsettled`: chosen, but nobody has looked at it
    yet, so it gives nobody a right; `before` is what it goes back to if it turns out unfit.
    """

    source: str
    unfit: str = ""
    unsettled: bool = False
    before: str = ""

    @property
    def is_channel(self) -> bool:
        """True where the team is the members of a private channel."""
        return not self.source.startswith("S")
