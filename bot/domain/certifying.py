"""Certificates in forms: what was entered, what is wrong with it, and what is shown of a supplier's certificates.

A number is refused only where its form is documented (P-mark, SECURITY ACTION); whoever certifies an ISMS has a form of
their own. To add a field: here, in `certificates.Certificate` and its row, in `FIELDS`, and its words in both catalogs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.base import Value
from bot.domain.certificates import NUMBERS, Certificate, Covers, RegisterCheck, Scheme, Standing, standing
from bot.domain.entered import NAME, NOTE, choice, day, some_line
from bot.domain.ledger import Engagement
from bot.domain.refusal import Code, Refusal, Refusals

LINE = 100
FIELDS = (
    "scheme",
    "other",
    "number",
    "certifier",
    "edition",
    "scope",
    "registered_on",
    "expires_on",
    "surveillance_on",
    "ended_on",
)
CHECK_FIELDS = ("engagement", "department", "site", "looked", "covers")

_scheme = choice({s.value: s for s in Scheme}, must=True)
_covers = choice({c.value: c for c in Covers}, must=True)


class Checked(Value):
    """The latest look into the register for one engagement, and what the certificate is worth for it today."""

    engagement_id: str
    business: str
    check: RegisterCheck | None = None
    by: str = ""
    on: date | None = None
    standing: Standing


class Held(Value):
    """A certificate with what was found for each engagement of its supplier."""

    certificate: Certificate
    checked: tuple[Checked, ...] = ()


class SupplierCertificates(Value):
    """Everything that is shown of a supplier's certificates."""

    supplier_id: str
    supplier: str
    held: tuple[Held, ...] = ()
    today: date


class SoonLine(Value):
    """One certificate whose last day is near or past."""

    supplier: str
    certificate: Certificate


class Soon(Value):
    """The certificates that run out next, all suppliers together. `total` may be more than are listed."""

    lines: tuple[SoonLine, ...]
    total: int
    today: date


class CertificateForm(Value):
    """The form: a new certificate (`certificate` None) or one that is there."""

    supplier_id: str
    supplier: str
    certificate: Certificate | None = None


class CheckForm(Value):
    """The form of a look into the register: for one of these engagements."""

    supplier_id: str
    supplier: str
    certificate: Certificate
    engagements: tuple[tuple[str, str], ...]


def read_certificate(written: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a certificate as they were entered. Raises Refusals, one for each field that is wrong."""
    refused: list[Refusal] = []
    said = {name: _taken(refused, read, written.get(name, ""), name) for name, read in _READERS.items()}
    scheme = said["scheme"]
    if scheme is Scheme.OTHER and not said["other"]:
        refused.append(Refusal(Code.EMPTY, "other"))
    said["number"] = _taken(refused, lambda text, _: number_of(scheme, text), said["number"] or "", "number")
    first, last = said["registered_on"], said["expires_on"]
    if first and last and last < first:
        refused.append(Refusal(Code.EXPIRY_BEFORE_START, "expires_on"))
    if refused:
        raise Refusals(refused)
    return said


def number_of(scheme: Scheme | None, text: str) -> str:
    """The number as it is kept. Raises Refusal where its scheme has one documented form and this is another."""
    wanted = NUMBERS.get(scheme) if scheme else None
    if not text or wanted is None:
        return text
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not wanted.fullmatch(plain):
        raise Refusal(Code.BAD_PMARK if scheme is Scheme.PMARK else Code.BAD_DECLARATION, "number")
    return plain


def read_check(written: Mapping[str, str]) -> dict[str, Any]:
    """What was found in the register. Who says yes says which department and which site do the work. Raises Refusals."""
    refused: list[Refusal] = []
    said = {name: _taken(refused, read, written.get(name, ""), name) for name, read in _CHECK_READERS.items()}
    must = ("department", "site", "looked") if said["covers"] is Covers.YES else ()
    refused += [Refusal(Code.EMPTY, name) for name in must if said[name] == ""]
    if refused:
        raise Refusals(refused)
    return said


def held(
    certificates: list[Certificate],
    engagements: list[Engagement],
    checks: Mapping[tuple[str, str], RegisterCheck],
    today: date,
) -> tuple[Held, ...]:
    """Certificates with what each is worth for each engagement; `checks`: the latest by (certificate, engagement)."""
    return tuple(
        Held(certificate=c, checked=tuple(_checked(c, e, checks.get((c.id, e.id)), today) for e in engagements))
        for c in certificates
    )


def _checked(certificate: Certificate, engagement: Engagement, check: RegisterCheck | None, today: date) -> Checked:
    return Checked(
        engagement_id=engagement.id,
        business=engagement.business,
        check=check,
        standing=standing(certificate, check, engagement.business, today),
    )


def _taken(refused: list[Refusal], read: Callable[[str, str], Any], text: str, name: str) -> Any:
    try:
        return read(text, name)
    except Refusal as refusal:
        refused.append(refusal)
        return None


def _edition(text: str, name: str) -> str:
    """Widths and blanks put aside, so that a superseded edition is known by its characters."""
    return re.sub(r"\s*:\s*", ":", unicodedata.normalize("NFKC", some_line(text, name, LINE)))


def _line(limit: int) -> Callable[[str, str], str]:
    return lambda text, name: some_line(text, name, limit)


_READERS: dict[str, Callable[[str, str], Any]] = {
    "scheme": _scheme,
    "other": _line(LINE),
    "number": _line(LINE),
    "certifier": _line(NAME),
    "edition": _edition,
    "scope": _line(NOTE),
    "registered_on": day,
    "expires_on": day,
    "surveillance_on": day,
    "ended_on": day,
}
_CHECK_READERS: dict[str, Callable[[str, str], Any]] = {
    "engagement": _line(LINE),
    "department": _line(NAME),
    "site": _line(NAME),
    "looked": _line(500),
    "covers": _covers,
}
