"""Certificates: a supplier's list, the form, the look into the register, what runs out next, and the warning.

SECURITY ACTION is never called certified: its words say 自己宣言 (content_ja.md §1.1). Everything that people typed stands in
plain text.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.certificate_warnings import WarningCard, WarningLine
from bot.domain.certificates import (
    OLD_DECLARATION,
    SELF_DECLARED,
    Certificate,
    Covers,
    Scheme,
    Standing,
    last_day_of_edition,
    superseded,
)
from bot.domain.certifying import CertificateForm, Checked, CheckForm, Held, Soon, SupplierCertificates
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NEW = "new"
SHOWN = 20
NAME = 80
TEXT = 120
SCOPE = 400
WORK = 10
IN_RECORD = 6

_DAYS = ("registered_on", "expires_on", "surveillance_on")


# -- a supplier's certificates -------------------------------------------------------------------------------------------


def certificates_view(t: Text, shown: SupplierCertificates) -> Json:
    """The list with its buttons."""
    blocks = [kit.header(t("certificate.of", supplier=kit.cut(shown.supplier, NAME)))]
    if not shown.held:
        blocks.append(kit.section(kit.plain(t("certificate.none"))))
    for held in shown.held[:SHOWN]:
        blocks += _held(t, held, shown.today)
    if len(shown.held) > SHOWN:
        blocks.append(kit.context(kit.plain(t("certificate.more", count=len(shown.held) - SHOWN))))
    add = kit.button(t("certificate.add"), ids.Do.CERT_NEW, ids.pack(shown.supplier_id))
    blocks += [kit.divider(), kit.actions([add])]
    return kit.modal(t("certificate.title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


def _held(t: Text, held: Held, today: date) -> list[Json]:
    certificate = held.certificate
    lines = [*_facts(t, certificate, today), *(_checked(t, c) for c in held.checked[:WORK])]
    buttons = [kit.button(t("certificate.edit"), ids.Do.CERT_EDIT, ids.pack(certificate.id))]
    if certificate.ended_on is None and certificate.scheme not in SELF_DECLARED and held.checked:
        buttons.insert(0, kit.button(t("certificate.check"), ids.Do.CERT_CHECK, ids.pack(certificate.id)))
    return [
        kit.section(kit.plain(called(t, certificate))),
        kit.context(kit.plain("\n".join(lines))),
        kit.actions(buttons),
    ]


def called(t: Text, certificate: Certificate) -> str:
    """Scheme and number in one line."""
    return _called(t, certificate.scheme, certificate.other, certificate.number)


def _called(t: Text, scheme: Scheme, other: str, number: str) -> str:
    name = kit.cut(other, NAME) if scheme is Scheme.OTHER else t(f"certificate.scheme.{scheme}")
    return t("certificate.called", scheme=name, number=kit.cut(number, NAME)) if number else name


def summary(t: Text, held: Held, today: date) -> str:
    """One certificate in one line, for the record: what it is, until when, and for how much of the work it counts."""
    confirmed = sum(c.standing is Standing.CONFIRMED for c in held.checked)
    how = t("certificate.confirmed_for", count=confirmed, total=len(held.checked))
    parts = [called(t, held.certificate), until(t, held.certificate, today)]
    return t("ledger.between").join([*parts, how] if held.certificate.scheme not in SELF_DECLARED else parts)


def until(t: Text, certificate: Certificate, today: date) -> str:
    """When it runs out, or that it has; words that fit what is only declared."""
    if certificate.ended_on is not None and certificate.ended_on <= today:
        return t("certificate.ended", day=t.date(certificate.ended_on))
    last = certificate.expires_on
    if last is None:
        return t("certificate.declared" if certificate.scheme in SELF_DECLARED else "certificate.no_expiry")
    key = "certificate.expired" if last < today else "certificate.expires"
    return t(key, day=t.date(last), days=abs((last - today).days))


def _facts(t: Text, certificate: Certificate, today: date) -> list[str]:
    lines = [until(t, certificate, today)]
    by = [kit.cut(part, TEXT) for part in (certificate.certifier, certificate.edition) if part]
    lines += [t("ledger.between").join(by)] if by else []
    if certificate.surveillance_on:
        lines.append(t("certificate.surveillance", day=t.date(certificate.surveillance_on)))
    last = last_day_of_edition(certificate.edition)
    if last and superseded(certificate, today):
        lines.append(t("certificate.superseded", day=t.date(last)))
    if certificate.scheme in SELF_DECLARED and certificate.number.startswith(OLD_DECLARATION):
        lines.append(t("certificate.old_declaration"))
    if certificate.scope:
        lines.append(t("certificate.scope_line", scope=kit.cut(certificate.scope, SCOPE)))
    return lines


def _checked(t: Text, checked: Checked) -> str:
    standing = t(f"certificate.standing.{checked.standing}")
    line = t("certificate.checked", business=kit.cut(checked.business, 60), standing=standing)
    if checked.check is None or checked.on is None:
        return line
    who = kit.cut(checked.by, NAME) or t("ledger.system")
    return line + t("certificate.checked_by", day=t.date(checked.on), who=who)


def certificates_section(t: Text, _record: object, found: SupplierCertificates, _engagement_id: str) -> list[Json]:
    """The record's section: a line each, and the way to all of it."""
    lines = [summary(t, held, found.today) for held in found.held if held.certificate.ended_on is None]
    text = "\n".join(f"・{line}" for line in lines[:IN_RECORD]) or t("certificate.none")
    if len(lines) > IN_RECORD:
        text += "\n" + t("certificate.more", count=len(lines) - IN_RECORD)
    button = kit.button(t("certificate.title"), ids.Do.CERT_LIST, ids.pack(found.supplier_id))
    return [kit.section(kit.plain(text), button)]


# -- forms ---------------------------------------------------------------------------------------------------------------


def certificate_view(t: Text, form: CertificateForm) -> Json:
    """The form, filled with what is there; only what is there can be ended."""
    there = form.certificate
    version = there.version if there else 0
    fields = ["scheme", "other", "number", "certifier", "edition", "scope", *_DAYS, *(["ended_on"] if there else [])]
    blocks = [kit.context(kit.plain(t("certificate.of", supplier=kit.cut(form.supplier, NAME))))]
    blocks += [
        kit.input_block(
            t(f"ledger.field.{name}"),
            _element(t, name, there),
            ids.field_block(name),
            hint=t(f"certificate.hint.{name}") if f"certificate.hint.{name}" in HINTS else "",
            optional=name != "scheme",
        )
        for name in fields
    ]
    return kit.modal(
        t("certificate.title_edit" if there else "certificate.title_new"),
        blocks,
        callback_id=ids.View.CERT,
        metadata=ids.pack(form.supplier_id, there.id if there else NEW, version),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


HINTS = frozenset(
    f"certificate.hint.{name}" for name in ("other", "number", "edition", "scope", "surveillance_on", "ended_on")
)


def _element(t: Text, name: str, there: Certificate | None) -> Json:
    value = getattr(there, name) if there else None
    if name == "scheme":
        options = [kit.option(t(f"certificate.scheme.{s}"), s) for s in Scheme]
        return kit.select(ids.Field.VALUE, options, str(value or ""))
    if name.endswith("_on"):
        return kit.date_input(ids.Field.VALUE, value.isoformat() if value else "")
    return kit.text_input(ids.Field.VALUE, str(value or ""), multiline=name == "scope")


def check_view(t: Text, form: CheckForm) -> Json:
    """First which department and site do our work, then what the register says, then whether it covers them (J4)."""
    value, certificate = ids.Field.VALUE, form.certificate
    works = [kit.option(business, key) for key, business in form.engagements[:100]]
    covers = [kit.option(t(f"certificate.covers.{c}"), c) for c in Covers]
    scope = kit.cut(certificate.scope, 1500) or t("certificate.no_scope")
    blocks = [
        kit.section(kit.plain(f"{kit.cut(form.supplier, NAME)}\n{called(t, certificate)}")),
        kit.section(kit.plain(t("certificate.why"))),
        _asked(t, "engagement", kit.select(value, works, works[0]["value"] if len(works) == 1 else "")),
        _asked(t, "department", kit.text_input(value), optional=True),
        _asked(t, "site", kit.text_input(value), optional=True),
        kit.section(kit.plain(t("certificate.registered_scope", scope=scope))),
        kit.context(kit.plain(t("certificate.example"))),
        _asked(t, "looked", kit.text_input(value, placeholder="https://"), optional=True),
        _asked(t, "covers", kit.radio(value, covers)),
    ]
    return kit.modal(
        t("certificate.title_check"),
        blocks,
        callback_id=ids.View.CERT_CHECK,
        metadata=ids.pack(certificate.id, certificate.version),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _asked(t: Text, name: str, element: Json, *, optional: bool = False) -> Json:
    return kit.input_block(t(f"certificate.ask.{name}"), element, ids.field_block(name), optional=optional)


# -- what runs out ---------------------------------------------------------------------------------------------------------


def soon_text(t: Text, soon: Soon) -> str:
    """How many there are."""
    return t("certificate.soon", count=soon.total) if soon.total else t("certificate.soon_none")


def soon_blocks(t: Text, soon: Soon) -> list[Json]:
    """What runs out next, a button to each supplier's certificates beside it."""
    blocks = [kit.section(kit.plain(soon_text(t, soon)))]
    for line in soon.lines:
        text = f"{kit.cut(line.supplier, NAME)}\n{called(t, line.certificate)}{t('ledger.between')}"
        text += until(t, line.certificate, soon.today)
        if superseded(line.certificate, soon.today):
            text += t("ledger.between") + t("certificate.old_edition")
        button = kit.button(t("certificate.open"), ids.Do.CERT_LIST, ids.pack(line.certificate.supplier_id))
        blocks.append(kit.section(kit.plain(text), button))
    if soon.total > len(soon.lines):
        blocks.append(kit.context(kit.plain(t("certificate.more", count=soon.total - len(soon.lines)))))
    return [*blocks, kit.context(kit.md(t, "certificate.how"))]


def warning_text(t: Text, card: WarningCard) -> str:
    """The sentence of the warning."""
    return t("certificate.warning", count=card.total)


def warning_blocks(t: Text, card: WarningCard) -> list[Json]:
    """One line a certificate, and where to go on."""
    lines = [_warning(t, line, card.today) for line in card.lines]
    blocks = [kit.section(kit.plain(warning_text(t, card)))]
    blocks += [kit.section(kit.plain("\n".join(lines[start : start + 10]))) for start in range(0, len(lines), 10)]
    if card.total > len(card.lines):
        blocks.append(kit.context(kit.plain(t("certificate.more", count=card.total - len(card.lines)))))
    return [*blocks, kit.context(kit.md(t, "certificate.warning_how"))]


def _warning(t: Text, line: WarningLine, today: date) -> str:
    days = (line.day - today).days
    how = "past" if days < 0 else ("today" if days == 0 else "ahead")
    what = _called(t, line.scheme, line.other, line.number)
    said = t(
        f"certificate.{line.what}_{how}", day=t.date(line.day), days=abs(days), edition=kit.cut(line.edition, NAME)
    )
    return t("certificate.warning_line", supplier=kit.cut(line.supplier, NAME), what=what, said=said)
