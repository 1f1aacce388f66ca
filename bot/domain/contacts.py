"""Contacts: the people of a supplier whom we know by name, each with a mail address or a Slack account.

A contact is current until the day `until`, the day itself included; ended contacts stay for the history. Names and mail
addresses are personal: they stand in this table and in its changes, never in the audit trail.
"""

from __future__ import annotations

import re
from datetime import date

from pydantic import AwareDatetime

from bot.domain.base import Root
from bot.domain.entered import choice, day, one_line, some_line
from bot.domain.fields import YES_NO, Field, Input, Part
from bot.domain.refusal import Code, Refusal

CONTACT = "contact"
PERSON_NAME = 100
MAIL = 254

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SLACK = re.compile(r"[UW][A-Z0-9]{2,30}")


class Contact(Root):
    """One person at a supplier. `mail` and `slack_user` are None where nobody said; each once in a supplier."""

    supplier_id: str
    name: str
    mail: str | None = None
    slack_user: str | None = None
    may_submit: bool = False
    until: date | None = None
    created_at: AwareDatetime

    def current(self, today: date) -> bool:
        """Whether this person is still a contact on that day."""
        return self.until is None or today <= self.until


def mail(text: str, field: str) -> str | None:
    """An address that every mail server takes, or None. Raises Refusal(MAIL_NOT_ASCII, BAD_MAIL) on `field` (K37)."""
    line = some_line(text, field, MAIL)
    if not line:
        return None
    if not line.isascii():
        raise Refusal(Code.MAIL_NOT_ASCII, field)
    if not _MAIL.fullmatch(line) or ".." in line or line.startswith(".") or ".@" in line:
        raise Refusal(Code.BAD_MAIL, field)
    local, _, host = line.rpartition("@")
    return f"{local}@{host.lower()}"


def _name(text: str, field: str) -> str:
    return one_line(text, field, PERSON_NAME, Code.NAME_EMPTY)


def _slack_user(text: str, field: str) -> str | None:
    if text and not _SLACK.fullmatch(text):
        raise Refusal(Code.BAD_VALUE, field)
    return text or None


CONTACT_FIELDS: tuple[Field, ...] = (
    Field("name", CONTACT, Input.LINE, Part.CONTACT, "", _name, must=True),
    Field("mail", CONTACT, Input.LINE, Part.CONTACT, "", mail),
    Field("slack_user", CONTACT, Input.USER, Part.CONTACT, "", _slack_user),
    Field("may_submit", CONTACT, Input.YES_NO, Part.CONTACT, "", choice(YES_NO)),
    Field("until", CONTACT, Input.DAY, Part.CONTACT, "", day),
)
