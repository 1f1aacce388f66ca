"""Certificates of suppliers (認証), what somebody found in the public register, and what a certificate is worth today.

A certificate says nothing about an engagement until a person has looked: does its registered scope cover the department and
the site that do *our* work (content_ja.md §8.3 J4)? `standing` is the one place that decides it; everything that leaves
questions out, shows a record or warns asks it. "Expired" is computed from the day, never stored.
To add a scheme: a member of `Scheme`, its words `certificate.scheme.<value>` in both catalogs, and, where it has editions that
run out, a row in `SUPERSEDED`.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.entered import folded


class Scheme(StrEnum):
    """What is certified by whom. SECURITY ACTION is declared by the company itself: never called certified.

    The values that a checklist names in `covered_by` are the same (`checklist_schema.Certificate`).
    """

    ISMS = "isms"
    PMARK = "p_mark"
    ISMS_CLOUD = "isms_cloud"
    ISMS_PRIVACY = "isms_privacy"
    SECURITY_ACTION_1 = "security_action_1"
    SECURITY_ACTION_2 = "security_action_2"
    ASPIC = "aspic"
    ISMAP = "ismap"
    SCS_3 = "scs_3"
    SCS_4 = "scs_4"
    OTHER = "other"


SELF_DECLARED = frozenset({Scheme.SECURITY_ACTION_1, Scheme.SECURITY_ACTION_2})

NUMBERS: dict[Scheme, re.Pattern[str]] = {
    Scheme.PMARK: re.compile(r"[0-9]{8}(\([0-9]{2}\))?"),
    Scheme.SECURITY_ACTION_1: re.compile(r"[45][0-9]{10}"),
    Scheme.SECURITY_ACTION_2: re.compile(r"[45][0-9]{10}"),
}
"""The numbers whose form is documented; every certifier of an ISMS has a form of its own, so those are never refused (§7.5)."""

OLD_DECLARATION = "4"
"""SECURITY ACTION ids that begin with it are of the old system (§1.1)."""

SUPERSEDED: dict[str, date] = {"27001:2013": date(2025, 10, 31), "27001:2014": date(2025, 10, 31)}
"""What an edition contains → the last day on which certificates of it were good."""


class Certificate(Root):
    """One certificate of a supplier. Days are None where nobody knows them; `scope` is the registered scope in its own words."""

    supplier_id: str
    scheme: Scheme
    other: str = ""
    number: str = ""
    certifier: str = ""
    edition: str = ""
    scope: str = ""
    registered_on: date | None = None
    expires_on: date | None = None
    surveillance_on: date | None = None
    ended_on: date | None = None
    created_at: AwareDatetime


class Covers(StrEnum):
    """Whether the registered scope covers the department and the site that do our work."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class RegisterCheck(Value):
    """Somebody looked a certificate up in the public register, for one engagement. Appended, never changed.

    `department` and `site` do our work, in words; `looked` is where (an address). `number`, `scope` and `business` are what
    was compared: once one of them is another, the check says nothing any more; and it says nothing of the time after
    `expires_on`, the last day that was entered when somebody looked (a renewed certificate is looked up again).
    """

    id: str
    certificate_id: str
    engagement_id: str
    covers: Covers
    department: str = ""
    site: str = ""
    looked: str = ""
    number: str = ""
    scope: str = ""
    business: str = ""
    expires_on: date | None = None
    by_id: str
    at: AwareDatetime


class What(StrEnum):
    """The days of a certificate that are warned of."""

    EXPIRY = "expiry"
    SURVEILLANCE = "surveillance"
    EDITION = "edition"


class WarningStep(StrEnum):
    """In the order in which they come."""

    BEFORE_90 = "before_90"
    BEFORE_30 = "before_30"
    ON_DAY = "on_day"


class CertificateWarning(Value):
    """A step that the security team was told of, once. Appended; `batch` is the message it stands in (a notice's subject)."""

    id: str
    certificate_id: str
    what: What
    day: date
    step: WarningStep
    batch: str
    at: AwareDatetime


class Standing(StrEnum):
    """What a certificate is worth for an engagement today; only CONFIRMED excuses anything."""

    CONFIRMED = "confirmed"
    ENDED = "ended"
    SELF_DECLARED = "self_declared"
    EXPIRED = "expired"
    NO_EXPIRY = "no_expiry"
    SUPERSEDED = "superseded"
    NOT_CHECKED = "not_checked"
    CHANGED = "changed"
    SCOPE_NO = "scope_no"
    SCOPE_UNKNOWN = "scope_unknown"


def last_day_of_edition(edition: str) -> date | None:
    """The last day on which certificates of this edition are good; None for an edition that is not superseded."""
    found = folded(edition)
    return next((day for part, day in SUPERSEDED.items() if part in found), None)


def expired(certificate: Certificate, today: date) -> bool:
    """Whether it has run out; its last day counts."""
    return certificate.expires_on is not None and certificate.expires_on < today


def superseded(certificate: Certificate, today: date) -> bool:
    """Whether it was issued for an edition whose time is over."""
    last = last_day_of_edition(certificate.edition)
    return last is not None and last < today


def ended(certificate: Certificate, today: date) -> bool:
    """Whether somebody said that it was given back or withdrawn by today."""
    return certificate.ended_on is not None and certificate.ended_on <= today


def standing(certificate: Certificate, check: RegisterCheck | None, business: str, today: date) -> Standing:
    """What a certificate is worth for one engagement (`business`) today, by the latest check for that engagement."""
    if ended(certificate, today):
        return Standing.ENDED
    if certificate.scheme in SELF_DECLARED:
        return Standing.SELF_DECLARED
    if expired(certificate, today):
        return Standing.EXPIRED
    if superseded(certificate, today):
        return Standing.SUPERSEDED
    if certificate.expires_on is None:
        return Standing.NO_EXPIRY
    return _scope(certificate, check, business)


def _scope(certificate: Certificate, check: RegisterCheck | None, business: str) -> Standing:
    if check is None:
        return Standing.NOT_CHECKED
    if (check.number, check.scope, check.business) != (certificate.number, certificate.scope, business):
        return Standing.CHANGED
    if check.expires_on is None or (certificate.expires_on and certificate.expires_on > check.expires_on):
        return Standing.CHANGED
    if check.covers is Covers.NO:
        return Standing.SCOPE_NO
    return Standing.CONFIRMED if check.covers is Covers.YES else Standing.SCOPE_UNKNOWN
