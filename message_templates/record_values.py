"""Stored values of the ledger in words: codes by the catalog, nothing as a dash, ids as the names they stand for.

A label is `ledger.field.<name>`; contacts and documents have words of their own (`contact.field.<name>`). What no catalog
names is shown as it is rather than not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.domain.contacts import CONTACT, CONTACT_FIELDS
from bot.domain.documents import DOCUMENT, DOCUMENT_FIELDS
from bot.domain.fields import Field, Input, field_of
from bot.domain.free_fields import FREE, PREFIX, FreeField, FreeKind
from bot.domain.reading import ChangeLine
from message_templates import kit
from message_templates.catalogs import Text

NOTHING = "-"
PRESENCE = {"subcontracts", "personal_data", "secret_data", "system_access", "auto_renews"}
"""Fields that ask whether there is something: あり or なし; the others ask whether something is so."""
_CODES = {("certificate", "scheme"): "certificate.scheme", ("subcontractedge", "data"): "ledger.data_kind"}
"""The words of codes that stand in the history of what other stories keep."""
_OTHERS = {(f.of, f.name): f for f in (*CONTACT_FIELDS, *DOCUMENT_FIELDS)}


def label(t: Text, subject: str, name: str, free: Sequence[FreeField] = ()) -> str:
    """What a field is called."""
    found = next((f for f in free if PREFIX + f.id == name), None)
    if found:
        return found.label(t.language)
    if name.startswith(PREFIX):
        return t("ledger.field.free")
    return next((t(key) for key in _keys(subject, name) if t.has(key)), name)


def _keys(subject: str, name: str) -> tuple[str, ...]:
    """Where the word for a field may stand: contacts and documents have words of their own."""
    usual = f"ledger.field.{name}"
    own = {CONTACT: f"contact.field.{name}", DOCUMENT: f"document.field.{name}"}
    return (own[subject], usual) if subject in own else (usual,)


def yes_or_no(t: Text, name: str, answer: bool) -> str:
    """The words of a yes or a no, as the field asks."""
    if name in PRESENCE:
        return t("common.yes" if answer else "common.no")
    return t("record.yes" if answer else "record.no")


def in_words(t: Text, field: Field, value: Any) -> str:
    """The value of a field of a form or of the record."""
    if isinstance(value, bool):
        return yes_or_no(t, field.name, value)
    return stored_in_words(t, value, field.words, yes_no=field.input is Input.YES_NO)


def stored_in_words(t: Text, value: Any, words: str = "", *, yes_no: bool = False) -> str:
    """Any value, typed or as it stands in the history. `words`: the catalog prefix of its codes."""
    if value is None or value in ("", [], (), {}):
        return NOTHING
    if isinstance(value, bool):
        return t("record.yes" if value else "record.no")
    if yes_no and value in ("yes", "no"):
        return t("record.yes" if value == "yes" else "record.no")
    if isinstance(value, date) and not isinstance(value, datetime):
        return t.date(value)
    if isinstance(value, list | tuple):
        return "、".join(stored_in_words(t, one, words) for one in value)
    key = f"{words}.{value}"
    return t(key) if words and t.has(key) else _dated(t, str(value))


def _dated(t: Text, text: str) -> str:
    """A day of the history in the reader's way of writing."""
    try:
        return t.date(date.fromisoformat(text)) if len(text) == 10 else text
    except ValueError:
        return text


# -- changes -------------------------------------------------------------------------------------------------------------


def change_lines(
    t: Text, change: ChangeLine, names: Mapping[str, str], free: Sequence[FreeField], room: int
) -> list[str]:
    """One change in a line; of the free fields a line for each that changed."""
    subject = t(f"ledger.subject.{change.subject}") if t.has(f"ledger.subject.{change.subject}") else change.subject
    if change.about:
        subject = t("ledger.subject_named", subject=subject, about=kit.cut(change.about, 40))
    who = kit.cut(change.actor, 80) or t("ledger.system")
    if change.field == "created":
        return [t("ledger.created", day=t.date(change.on), actor=who, subject=subject)]
    return [
        t(
            "ledger.changed",
            day=t.date(change.on),
            actor=who,
            subject=subject,
            field=kit.cut(label(t, change.subject, field, free), 60),
            before=kit.cut(before, room),
            after=kit.cut(after, room),
        )
        for field, before, after in _moves(t, change, names, free)
    ]


def _moves(
    t: Text, change: ChangeLine, names: Mapping[str, str], free: Sequence[FreeField]
) -> list[tuple[str, str, str]]:
    if change.field == FREE and change.subject == "engagement":
        old, new = change.before or {}, change.after or {}
        flags = {f.id for f in free if f.kind is FreeKind.YES_NO}
        differ = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
        return [
            (
                PREFIX + key,
                stored_in_words(t, old.get(key), yes_no=key in flags),
                stored_in_words(t, new.get(key), yes_no=key in flags),
            )
            for key in differ
        ]
    before, after = (_history_value(t, change, names, value) for value in (change.before, change.after))
    return [(change.field, before, after)]


def _history_value(t: Text, change: ChangeLine, names: Mapping[str, str], value: Any) -> str:
    if isinstance(value, str) and value in names:
        return names[value]
    if isinstance(value, bool):
        return yes_or_no(t, change.field, value)
    field = field_of(change.subject, change.field) or _OTHERS.get((change.subject, change.field))
    words = field.words if field else _CODES.get((change.subject, change.field), "")
    if change.field == "state":
        words = f"ledger.state.{change.subject}"
    if change.field.endswith("_id") and value:
        return t("record.one")
    return stored_in_words(t, value, words)
