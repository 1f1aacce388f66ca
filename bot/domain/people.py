"""People, and who counts as whom. Names and mail live apart (PersonName) so that they can be erased.

A team id alone never says who somebody is: guests of our own workspace carry our team id and are no employees, and a
partner's team id is not yet a supplier's (design.md, rule 1).
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.base import Value


class PersonKind(StrEnum):
    """employee: full member of our workspace; guest: restricted account in it; external: another company's workspace."""

    EMPLOYEE = "employee"
    GUEST = "guest"
    EXTERNAL = "external"
    SYSTEM = "system"


class Person(Value):
    """Somebody as our cache last saw them; `language` is '' where Slack does not tell (outsiders).

    `seen_at` is real time, and so is `since`: when they became what they are (active or not, employee or guest).
    """

    id: str
    slack_user_id: str
    team_id: str
    kind: PersonKind
    active: bool = True
    language: str = ""
    seen_at: AwareDatetime
    since: AwareDatetime | None = None


class PersonName(Value):
    """The erasable part of a person."""

    id: str
    name: str
    mail: str = ""


class Membership(Value):
    """A person in a group: `security`, `channel:<id>` or `usergroup:<id>`. Fed by events and sweeps, not before an ack."""

    id: str
    group: str
    person_id: str
    seen_at: AwareDatetime


class Seen(Value):
    """What the directory told of one person just now (users.info), before it is stored."""

    slack_user_id: str
    team_id: str
    kind: PersonKind
    active: bool = True
    language: str = ""
    name: str = ""
    mail: str = ""


SECURITY = "security"
GROUP = "usergroup:"


def user_group(group_id: str) -> str:
    """The membership group of one of our user groups."""
    return GROUP + group_id


def channel_group(channel_id: str) -> str:
    """The membership group of a channel."""
    return f"channel:{channel_id}"


def channel_of(group: str) -> str:
    """The channel of a membership group; '' where it is none's."""
    kind, _, channel_id = group.partition(":")
    return channel_id if kind == "channel" else ""


class Who(Value):
    """The identity in a payload, as `handlers/slack/payloads.py` read it: nothing about rights."""

    slack_user_id: str
    team_id: str = ""
    enterprise_id: str = ""


class Actor(Value):
    """Who acts, with what the cache knows of them. Every service takes one; unknown people have no person."""

    who: Who
    person: Person | None = None
    security: bool = False
    first_admin: bool = False

    @property
    def person_id(self) -> str:
        """The id that goes into the audit trail ('' when unknown)."""
        return self.person.id if self.person else ""

    @property
    def employee(self) -> bool:
        """An active full member of our own workspace; False for anybody we do not know."""
        return bool(self.person and self.person.active and self.person.kind is PersonKind.EMPLOYEE)


SYSTEM = Actor(who=Who(slack_user_id="SYSTEM"))
