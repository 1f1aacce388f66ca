"""Registering a supplier: the form, and what is said when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.ledger import ContractType, SupplierKind
from bot.domain.reading import Candidate
from bot.domain.registering import Choice, Registered, RegisterForm
from message_templates import ids, kit
from message_templates.catalogs import LANGUAGES, Text

Json = dict[str, Any]

GROUP = 100  # Slack's limit of options in a group, and of groups in a menu


def register_view(t: Text, form: RegisterForm) -> Json:
    """The form. Its field names are those of `Entry`."""
    value = ids.Field.VALUE
    kinds = [kit.option(t(f"ledger.kind.{k}"), k) for k in SupplierKind]
    contracts = [kit.option(t(f"ledger.contract.{c}"), c) for c in ContractType]
    languages = [kit.option(t(f"ledger.language.{code}"), code) for code in LANGUAGES]
    yes_no = [kit.option(t("common.yes"), "yes"), kit.option(t("common.no"), "no")]
    blocks = [
        _input(t, "corporate_number", kit.text_input(value), optional=True, hint=True),
        _input(t, "name", kit.text_input(value)),
        _input(t, "kind", kit.select(value, kinds, SupplierKind.COMPANY)),
        _input(t, "language", kit.select(value, languages, "ja"), hint=True),
        _input(t, "department", _departments(value, form.departments), hint=True),
        _input(t, "business", kit.text_input(value, multiline=True)),
        _input(t, "contract_type", kit.select(value, contracts)),
        _input(t, "starts_on", kit.date_input(value, form.today.isoformat())),
        _input(t, "ends_on", kit.date_input(value), optional=True, hint=True),
        _input(t, "personal_data", kit.radio(value, yes_no), hint=True),
    ]
    return kit.modal(
        t("register.title"),
        blocks,
        callback_id=ids.View.REGISTER,
        submit=t("register.submit"),
        close=t("common.cancel"),
    )


def _input(t: Text, field: str, element: Json, *, optional: bool = False, hint: bool = False) -> Json:
    """A record is never partial, so what it needs is asked for at once (drafts of answers may be, design.md rule 3)."""
    return kit.input_block(
        t(f"ledger.field.{field}"),
        element,
        ids.field_block(field),
        hint=t(f"register.hint.{field}") if hint else "",
        optional=optional,
    )


def _departments(action_id: str, choices: Sequence[Choice]) -> Json:
    """A menu of departments; more than a hundred of them stand in groups named after their first and last."""
    if len(choices) <= GROUP:
        return kit.select(action_id, [kit.option(c.name, c.id) for c in choices])
    groups = [choices[start : start + GROUP] for start in range(0, len(choices), GROUP)]
    return {
        "type": "static_select",
        "action_id": action_id,
        "option_groups": [
            {
                "label": kit.plain(f"{kit.cut(group[0].name, 30)} – {kit.cut(group[-1].name, 30)}", kit.OPTION),
                "options": [kit.option(c.name, c.id) for c in group],
            }
            for group in groups[:GROUP]
        ],
    }


def registered_view(t: Text, done: Registered) -> Json:
    """What was stored, what to do next, and the twins to look at."""
    key = "register.added" if done.added else "register.done"
    facts = t("register.facts", business=done.business, department=done.department, owner=done.owner or "-")
    blocks = [
        kit.section(kit.plain(t(key, supplier=done.supplier))),
        kit.context(kit.plain(facts)),
        kit.section(kit.md(t, "register.next")),
        *_twins(t, done.twins),
    ]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


def _twins(t: Text, twins: Sequence[Candidate]) -> list[Json]:
    if not twins:
        return []
    return [kit.divider(), kit.section(kit.plain(t("register.twins"))), kit.section(kit.plain(candidate_lines(twins)))]


def candidate_lines(candidates: Sequence[Candidate]) -> str:
    """One line a record: its name, and its corporate number where it has one."""
    return "\n".join(
        f"・{kit.cut(c.name, 100)}" + (f" ({grouped(c.corporate_number)})" if c.corporate_number else "")
        for c in candidates
    )
