"""Registering a supplier: the form, and what is said when it is done.

The form is drawn anew whenever a company is chosen or looked up. Slack keeps what stands in an input whose ids stay the
same, so every input keeps its block id, and only those that are filled get another one (a *fill* behind the field's name:
`vr1.f.name.3f2a1c`). `Drawn` says which fills stand there now and what they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.fields import BY_NAME, Field, Input
from bot.domain.ledger import SupplierKind
from bot.domain.reading import Candidate
from bot.domain.registering import Choice, Company, Registered, RegisterForm, Suggested
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

GROUP = 100  # Slack's limit of options in a group, and of groups in a menu
SHORTEST = 2
COMPANY = ("corporate_number", "name", "kind", "language")
WORK = ("department", "business", "contract_type", "starts_on", "ends_on", "personal_data")
FACTS = ("secret_data", "system_access", "work_stops", "subcontracts", "trade_law")
HINTS = frozenset({"corporate_number", "language", "department", "ends_on", "personal_data", "secret_data"})
OPTIONAL = frozenset({"corporate_number", "ends_on", *FACTS})
OURS, OTHERS = "s", "n"
"""Of what kind an option of a company is: a supplier of ours by its id, or a company by its corporate number."""


@dataclass(frozen=True)
class Drawn:
    """What stands in the form now: the fill behind each field's name, what it holds, and the fill for what is new."""

    fills: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)
    fresh: str = ""


def register_view(t: Text, form: RegisterForm, drawn: Drawn | None = None) -> Json:
    """The form. Its field names are those of `Entry`; a company of our ledger takes the place of the company's fields."""
    drawn = drawn or Drawn()
    company = form.company
    ours = bool(company and company.supplier_id)
    facts = [name for name in FACTS if not (ours and name == "subcontracts")]
    blocks = [
        *([kit.context(kit.plain(t("register.proposing")))] if form.proposing else []),
        _search(t, drawn),
        *_found(t, form),
        *(_company(t, company) if company else []),
        *([] if ours else _company_fields(t, form, drawn)),
        *(_field(t, name, form, drawn) for name in (*WORK, *facts)),
    ]
    return kit.modal(
        t("register.title_propose" if form.proposing else "register.title"),
        blocks,
        callback_id=ids.View.REGISTER,
        metadata=ids.pack(OURS, company.supplier_id) if company and ours else "",
        submit=t("register.submit_propose" if form.proposing else "register.submit"),
        close=t("common.cancel"),
    )


# -- the company ---------------------------------------------------------------------------------------------------------


def _search(t: Text, drawn: Drawn) -> Json:
    """The searching menu. Its options come from our database alone: they are the acknowledgement.

    Where a company came from elsewhere it gets another fill, so that it does not show the one that was chosen before.
    """
    menu = {
        "type": "external_select",
        "action_id": ids.Do.REGISTER_COMPANY,
        "min_query_length": SHORTEST,
        "placeholder": kit.plain(t("register.company_placeholder"), 150),
    }
    fill = drawn.fills.get("company", "")
    block = ids.field_block(f"company.{fill}" if fill else "company")
    return kit.input_block(t("register.company"), menu, block, hint=t("register.hint.company"), dispatch=True)


def company_options(t: Text, found: Suggested) -> Json:
    """The acknowledgement of what is typed: our own records, then the register's."""
    groups = [
        (t("register.ours"), [_option(t, c, OURS, c.supplier_id) for c in found.ours]),
        (t("register.others"), [_option(t, c, OTHERS, c.number or "") for c in found.others]),
    ]
    drawn = [{"label": kit.plain(label, kit.OPTION), "options": options} for label, options in groups if options]
    return {"option_groups": drawn} if drawn else {"options": []}


def _option(t: Text, company: Company, kind: str, key: str) -> Json:
    number = grouped(company.number) if company.number else ""
    text = t("register.option", name=kit.cut(company.name, 50), number=number).strip()
    option = kit.option(text, ids.pack(kind, key))
    return option | ({"description": kit.plain(company.address, kit.OPTION)} if company.address else {})


def _found(t: Text, form: RegisterForm) -> list[Json]:
    """What became of asking the national register, and the companies to choose from where there are several."""
    if form.found:
        shown = form.found[:GROUP]
        key = "register.found_more" if form.count > len(shown) else "register.found"
        options = [_option(t, c, OURS if c.supplier_id else OTHERS, c.supplier_id or c.number or "") for c in shown]
        menu = kit.select(ids.Do.REGISTER_FOUND, options, placeholder=t("register.found_placeholder"))
        said = kit.section(kit.plain(t(key, count=form.count, shown=len(shown))))
        # another block for another list: Slack would keep what was chosen in the last one
        block = f"vr1.register.found.{form.found[0].number}.{len(shown)}"
        return [said, kit.actions([menu], block_id=block), *_notice(t)]
    if form.note:
        return [kit.context(kit.plain(t(f"register.note.{form.note.value}", seconds=form.seconds)))]
    return []


def _company(t: Text, company: Company) -> list[Json]:
    """What is known of the one that was chosen, with the register's warning and the agency's notice."""
    blocks = []
    if company.supplier_id:
        blocks.append(kit.section(kit.plain(t("register.chosen", name=kit.cut(company.name, 200)))))
    if company.seen_on:
        seen = t(
            "register.seen",
            name=kit.cut(company.name, 200),
            number=grouped(company.number) if company.number else "-",
            reading=company.reading or "-",
            address=company.address or "-",
        )
        blocks.append(kit.section(kit.plain(seen)))
    blocks += closed_lines(t, company)
    if company.seen_on:
        blocks += [kit.context(kit.plain(t("register.seen_on", day=t.date(company.seen_on)))), *_notice(t)]
    return blocks


def closed_lines(t: Text, company: Company) -> list[Json]:
    """The warning that a company is closed, with whoever took it over."""
    if not company.closed_on:
        return []
    key = "register.closed_11" if company.cause == "11" else "register.closed"
    lines = [t(key, day=t.date(company.closed_on))]
    if company.successor:
        name, number = company.successor_name or "-", grouped(company.successor)
        lines.append(t("register.successor", name=kit.cut(name, 200), number=number))
    return [kit.section(kit.plain("\n".join(lines)))]


def _notice(t: Text) -> list[Json]:
    """What the agency asks everybody to show beside its data (content_ja.md §7.1), in its own words."""
    return [kit.context(kit.plain(t("register.notice"))), kit.context(kit.plain(t("register.source")))]


def _company_fields(t: Text, form: RegisterForm, drawn: Drawn) -> list[Json]:
    blocks = [_field(t, name, form, drawn) for name in COMPANY]
    if form.asks:
        button = kit.button(t("register.ask"), ids.Do.REGISTER_ASK)
        blocks.insert(2, kit.actions([button], block_id="vr1.register.ask"))
    return blocks


# -- fields --------------------------------------------------------------------------------------------------------------


def _field(t: Text, name: str, form: RegisterForm, drawn: Drawn) -> Json:
    """One input. A record is never partial, so what it needs is asked for at once (drafts may be, design.md rule 3)."""
    put = _put(form).get(name, "")
    value = put or drawn.held.get(name, "")
    fill = drawn.fresh if put or (drawn.fresh and name not in drawn.fills) else drawn.fills.get(name, "")
    return kit.input_block(
        t(f"ledger.field.{name}"),
        _element(t, BY_NAME[name], form, value, first=not drawn.fresh),
        ids.field_block(f"{name}.{fill}" if fill else name),
        hint=t(f"register.hint.{name}") if name in HINTS else "",
        optional=name in OPTIONAL,
    )


def _put(form: RegisterForm) -> dict[str, str]:
    """What is put into the form: the company's name and number, or what was typed behind the command."""
    company = form.company
    if company and not company.supplier_id:
        return {"name": company.name, "corporate_number": company.number or ""}
    return {"name": form.name, "corporate_number": form.number}


DEFAULTS = {"kind": SupplierKind.COMPANY.value, "language": "ja"}


def _element(t: Text, field_: Field, form: RegisterForm, value: str, *, first: bool) -> Json:
    chosen = value or DEFAULTS.get(field_.name, "")
    match field_.input:
        case Input.DEPARTMENT:
            return _departments(ids.Field.VALUE, form.departments, value)
        case Input.YES_NO:
            yes_no = [kit.option(t("common.yes"), "yes"), kit.option(t("common.no"), "no")]
            return kit.radio(ids.Field.VALUE, yes_no, chosen)
        case Input.CHOICE:
            options = [kit.option(t(f"{field_.words}.{v}"), v) for v in field_.values]
            return kit.select(ids.Field.VALUE, options, chosen)
        case Input.DAY:
            today = form.today.isoformat() if first and field_.name == "starts_on" else ""
            return kit.date_input(ids.Field.VALUE, value or today)
        case _:
            return kit.text_input(ids.Field.VALUE, value, multiline=field_.input is Input.TEXT)


def _departments(action_id: str, choices: Sequence[Choice], chosen: str) -> Json:
    """A menu of departments; more than a hundred of them stand in groups named after their first and last."""
    if len(choices) <= GROUP:
        return kit.select(action_id, [kit.option(c.name, c.id) for c in choices], chosen)
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


# -- when it is done -----------------------------------------------------------------------------------------------------


def registered_view(t: Text, done: Registered) -> Json:
    """What was stored, what to do next, and the twins to look at."""
    key = "register.proposed" if done.proposed else "register.added" if done.added else "register.done"
    facts = t("register.facts", business=done.business, department=done.department, owner=done.owner or "-")
    closed = Company(name=done.supplier, closed_on=done.closed_on, successor=done.successor)
    blocks = [
        kit.section(kit.plain(t(key, supplier=done.supplier))),
        kit.context(kit.plain(facts)),
        *closed_lines(t, closed),
        kit.section(kit.md(t, "register.next_proposed" if done.proposed else "register.next")),
        *_twins(t, done.twins, ours=not done.proposed),
    ]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


def _twins(t: Text, twins: Sequence[Candidate], *, ours: bool) -> list[Json]:
    """Records of similar names; whoever registers for the team is told the way to merge."""
    if not twins:
        return []
    how = [kit.context(kit.md(t, "register.twins_merge"))] if ours else []
    lines = kit.section(kit.plain(candidate_lines(twins)))
    return [kit.divider(), kit.section(kit.plain(t("register.twins"))), lines, *how]


def candidate_lines(candidates: Sequence[Candidate]) -> str:
    """One line a record: its name, and its corporate number where it has one."""
    return "\n".join(
        f"・{kit.cut(c.name, 100)}" + (f" ({grouped(c.corporate_number)})" if c.corporate_number else "")
        for c in candidates
    )
