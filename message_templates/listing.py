"""The list of the ledger as a modal: how many of how many, by what it is narrowed, the rows with a tick each, the ways on.

A row's tick is kept as it is made, and all of them are sent with the next press too. Elements with the same ids keep what
stands in them: the count of taken back choices is a part of their ids. (As inputs, every row would say "optional".)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.listing import NEVER, Filter, Flag, ListPage, Sort
from bot.domain.reading import LedgerRow
from bot.domain.record import Spot
from bot.domain.searching import folded
from message_templates import ids, kit
from message_templates.catalogs import LANGUAGES, Text
from message_templates.ledger import facts
from message_templates.record_spots import pack_spot

Json = dict[str, Any]

NAME = 80
BUSINESS = 120
PICK = "pick"
YES = "yes"


def list_view(t: Text, page: ListPage) -> Json:
    """The modal. Its submit button leads to what can be done with what is chosen."""
    blocks = [kit.section(kit.plain(count_line(t, page))), kit.context(kit.plain(summary(t, page)))]
    blocks += [_tools(t, page), kit.divider(), *_rows(t, page), *_turning(t, page)]
    return kit.modal(
        t("ledger.title"),
        blocks,
        callback_id=ids.View.LIST_OPEN,
        metadata=ids.pack(page.list_id),
        submit=t("list.bulk") if page.rows else "",
        close=t("common.close"),
    )


def count_line(t: Text, page: ListPage) -> str:
    """54件中12件, and how many are chosen."""
    if not page.total:
        return t("ledger.nothing")
    line = t("list.count", total=page.total, matched=page.matched)
    if page.pages > 1:
        line += t("list.page", page=page.page, pages=page.pages)
    return line + (t("list.chosen", count=page.chosen) if page.chosen else "")


def summary(t: Text, page: ListPage) -> str:
    """By what the list is narrowed, and in which order it stands."""
    said = t("list.comma").join(chips(t, page.look.filter, page)) or t("list.no_filter")
    return t("list.summary", filter=kit.cut(said, 1500), sort=t(f"list.sort.{page.look.filter.sort}"))


def chips(t: Text, wanted: Filter, page: ListPage) -> list[str]:
    """Each condition in words."""
    names = dict(page.departments)
    found = [t("list.chip.words", words=wanted.words)] if wanted.words else []
    found += [names[key] for key in wanted.departments if key in names]
    found += [t("list.chip.tier", tier=tier_name(t, page, key)) for key in wanted.tiers]
    if wanted.personal_data is not None:
        found.append(t(f"list.personal.{'yes' if wanted.personal_data else 'no'}"))
    found += [t(f"ledger.state.engagement.{state}") for state in wanted.states]
    found += [judgement_name(t, value) for value in wanted.judgements]
    found += [t(f"list.flag.{flag}") for flag in wanted.flags]
    found += [t("list.chip.tag", tag=wanted.tag)] if wanted.tag else []
    if wanted.ends_within is not None:
        found.append(t("list.chip.ends", days=wanted.ends_within))
    return found + ([t("list.chip.unjudged", days=wanted.unjudged_for)] if wanted.unjudged_for is not None else [])


def judgement_name(t: Text, value: str) -> str:
    """A judgement, or that there is none."""
    return t("list.never") if value == NEVER else t(f"ledger.judgement.{value}")


def tier_name(t: Text, page: ListPage, key: str) -> str:
    """A tier; one that the policy no longer has by its key."""
    return page.tiers[key].in_language("en" if t.language == "en" else "ja") if key in page.tiers else key


def said_in_words(words: Sequence[str]) -> Filter:
    """What was typed behind the command: words that name a condition (担当者なし, no-owner) are that, others are looked for."""
    known = _conditions()
    said: dict[str, Any] = {"flags": []}
    rest = []
    for word in words:
        name, value = known.get(folded(word), ("", None))
        if name == "flags":
            said["flags"].append(value)
        elif name:
            said[name] = value
        else:
            rest.append(word)
    return Filter(**said | {"flags": tuple(dict.fromkeys(said["flags"])), "words": " ".join(rest)})


def _conditions() -> dict[str, tuple[str, Any]]:
    """The words of the yes-or-no conditions in every language, folded → the field and its value."""
    found: dict[str, tuple[str, Any]] = {}
    for t in (Text(language) for language in LANGUAGES):
        found |= {folded(t(f"list.flag.{flag}")): ("flags", flag) for flag in Flag}
        found |= {
            folded(t(f"list.personal.{word}")): ("personal_data", on) for word, on in (("yes", True), ("no", False))
        }
    return found


def _tools(t: Text, page: ListPage) -> Json:
    buttons = [kit.button(t("list.filter"), ids.Do.LIST_FILTER)]
    if page.look.filter.narrows or page.look.filter.sort is not Sort.NAME:
        buttons.append(kit.button(t("list.reset"), ids.Do.LIST_RESET))
    buttons.append(kit.button(t("list.save"), ids.Do.LIST_SAVE))
    if page.saved:
        options = [
            kit.option(t(f"list.saved.{'shared' if s.shared else 'own'}", name=s.name), s.id) for s in page.saved
        ]
        buttons.append(kit.select(ids.Do.LIST_SAVED, options, placeholder=t("list.saved")))
    buttons.append(kit.button(t("transfer.export"), ids.Do.LEDGER_EXPORT))
    return kit.actions(buttons)


def _rows(t: Text, page: ListPage) -> list[Json]:
    if not page.rows:
        return [kit.section(kit.plain(t("list.none")))]
    if page.look.everything:
        shown = [b for row in page.rows for b in (kit.section(kit.plain(_name(t, row))), _small(t, row, page))]
        return [kit.section(kit.plain(t("list.everything", count=page.matched))), *shown, _open(t, page)]
    return [*(b for row in page.rows for b in _row(t, row, page)), _open(t, page)]


def _row(t: Text, row: LedgerRow, page: ListPage) -> list[Json]:
    key = row.engagement.id
    ticked = [YES] if key in page.look.chosen else []
    tick = kit.checkboxes(ids.Do.LIST_TICK, [kit.option(t("list.tick"), YES)], ticked)
    return [kit.section(kit.plain(_name(t, row)), tick, pick_block(page.look.fresh, key)), _small(t, row, page)]


def pick_block(fresh: int, engagement_id: str) -> str:
    """The block of a row's tick."""
    return ids.field_block(f"{PICK}.{fresh}.{engagement_id}")


def picked(values: dict[str, Any]) -> dict[str, bool]:
    """Engagement id → ticked, of the rows that could be ticked."""
    names = {ids.field_name(block): held for block, held in values.items()}
    return {name.split(".")[2]: bool(held) for name, held in names.items() if name.count(".") == 2 and _is_tick(name)}


def _is_tick(name: str) -> bool:
    return name.startswith(f"{PICK}.")


def _small(t: Text, row: LedgerRow, page: ListPage) -> Json:
    return kit.context(kit.plain(_facts(t, row, page)))


def _name(t: Text, row: LedgerRow) -> str:
    return t(
        "ledger.row", supplier=kit.cut(row.supplier.name, NAME), business=kit.cut(row.engagement.business, BUSINESS)
    )


def _facts(t: Text, row: LedgerRow, page: ListPage) -> str:
    tier = page.tier_of.get(row.engagement.id, "")
    first = [t("list.tier", tier=tier_name(t, page, tier))] if tier else []
    tags = [t("list.tags", tags=kit.cut(" ".join(f"#{tag}" for tag in row.engagement.tags), BUSINESS))]
    return t("ledger.between").join([*first, facts(t, row, page), *(tags if row.engagement.tags else [])])


def _open(t: Text, page: ListPage) -> Json:
    """The records of the page, to open on top."""
    spots = {row.supplier.id: row.supplier.name for row in page.rows}
    options = [kit.option(name, pack_spot(Spot(supplier_id=key))) for key, name in spots.items()]
    return kit.actions([kit.select(ids.Do.RECORD_OPEN, options, placeholder=t("list.open"))])


def _turning(t: Text, page: ListPage) -> list[Json]:
    buttons = []
    if page.page > 1:
        buttons.append(kit.button(t("ledger.previous"), f"{ids.Do.LIST_TURN}.back", ids.pack(page.page - 1)))
    if page.page < page.pages:
        buttons.append(kit.button(t("ledger.next"), f"{ids.Do.LIST_TURN}.next", ids.pack(page.page + 1)))
    if page.rows and not page.look.everything:
        buttons.append(kit.button(t("list.all", count=page.matched), f"{ids.Do.LIST_CHOOSE}.all", ids.pack("all")))
    if page.chosen:
        buttons.append(kit.button(t("list.nothing"), f"{ids.Do.LIST_CHOOSE}.none", ids.pack("none")))
    return [kit.divider(), kit.actions(buttons)] if buttons else []
