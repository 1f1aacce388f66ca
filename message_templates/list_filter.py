"""The forms of the list's filter: everything it can be narrowed by, and the name under which it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.entered import TAG
from bot.domain.ledger import EngagementState
from bot.domain.listing import MOST_DAYS, NAME, NEVER, WORDS, Flag, ListPage, Sort
from bot.domain.rounds import JudgementValue
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.listing import chips, judgement_name, tier_name

Json = dict[str, Any]

GROUP = 100
SET = ids.Do.LIST_FILTER_SET


def filter_view(t: Text, page: ListPage, below: str) -> Json:
    """The filter, on top of the list; `below` is the list's view."""
    wanted = page.look.filter
    personal = {None: "any", True: "yes", False: "no"}[wanted.personal_data]
    value = ids.Field.VALUE
    blocks = [
        _input(t, "words", kit.text_input(value, wanted.words, limit=WORDS)),
        _choice(t, "flags", kit.checkboxes(SET, _options(t, "list.flag", list(Flag)), wanted.flags)),
        _always(t, "personal_data", kit.radio(value, _options(t, "list.personal", ["any", "yes", "no"]), personal)),
        *([_departments(t, page)] if page.departments else []),
        *([_tiers(t, page)] if page.tiers else []),
        _choice(t, "states", _many(_options(t, "ledger.state.engagement", list(EngagementState)), wanted.states)),
        _choice(t, "judgements", _many([kit.option(judgement_name(t, v), v) for v in _VALUES], wanted.judgements)),
        _input(t, "ends_within", kit.text_input(value, _days(wanted.ends_within), limit=5), most=MOST_DAYS),
        _input(t, "unjudged_for", kit.text_input(value, _days(wanted.unjudged_for), limit=5), most=MOST_DAYS),
        _input(t, "tag", kit.text_input(value, wanted.tag, limit=TAG + 2)),
        _always(t, "sort", kit.select(value, _options(t, "list.sort", list(Sort)), wanted.sort)),
    ]
    return kit.modal(
        t("list.filter_title"),
        blocks,
        callback_id=ids.View.LIST_FILTER,
        metadata=ids.pack(page.list_id, below),
        submit=t("list.apply"),
        close=t("common.cancel"),
    )


_VALUES = (*JudgementValue, NEVER)
HINTS = {"words", "unjudged_for", "ends_within"}


def _input(t: Text, name: str, element: Json, **params: int) -> Json:
    hint = t(f"list.hint.{name}", **params) if name in HINTS else ""
    return kit.input_block(t(f"list.{name}"), element, ids.field_block(name), hint=hint)


def _always(t: Text, name: str, element: Json) -> Json:
    """Something that is always chosen."""
    return kit.input_block(t(f"list.{name}"), element, ids.field_block(name), optional=False)


def _choice(t: Text, name: str, element: Json) -> Json:
    """A menu where nothing chosen means all: beside its label, since Slack writes "optional" behind that of every such input."""
    label = kit.md(t, "list.label", label=t(f"list.{name}"))
    return kit.section(label, element, ids.field_block(name))


def _options(t: Text, words: str, values: Sequence[str]) -> list[Json]:
    return [kit.option(t(f"{words}.{value}"), value) for value in values]


def _days(days: int | None) -> str:
    return "" if days is None else str(days)


def _departments(t: Text, page: ListPage) -> Json:
    options = [kit.option(name, key) for key, name in page.departments]
    return _choice(t, "departments", _many(options, page.look.filter.departments))


def _tiers(t: Text, page: ListPage) -> Json:
    options = [kit.option(tier_name(t, page, key), key) for key in page.tiers]
    return _choice(t, "tiers", _many(options, page.look.filter.tiers))


def _many(options: Sequence[Json], chosen: Sequence[str]) -> Json:
    """A menu of several; more than a hundred options come in groups."""
    element: Json = {"type": "multi_static_select", "action_id": SET.value}
    if len(options) <= GROUP:
        element["options"] = list(options)
    else:
        parts = [options[n : n + GROUP] for n in range(0, len(options), GROUP)][:GROUP]
        element["option_groups"] = [{"label": p[0]["text"], "options": list(p)} for p in parts]
    picked = [o for o in options[: GROUP * GROUP] if o["value"] in set(chosen)]
    return element | ({"initial_options": picked} if picked else {})


def save_view(t: Text, page: ListPage, below: str) -> Json:
    """The name for a filter, and those that are there already, to delete."""
    said = t("list.comma").join(chips(t, page.look.filter, page)) or t("list.no_filter")
    value = ids.Field.VALUE
    blocks = [
        kit.section(kit.plain(t("list.save_intro", filter=kit.cut(said, 1500)))),
        _input(t, "name", kit.text_input(value, limit=NAME)),
        _input(t, "shared", kit.checkboxes(value, [kit.option(t("list.shared_yes"), "yes")])),
    ]
    sure = kit.confirm(t("list.forget"), t("list.forget_sure"), t("list.forget_yes"), t("common.back"))
    for n, one in enumerate(page.saved):
        button = kit.button(t("list.forget"), f"{ids.Do.LIST_FORGET}.{n}", ids.pack(one.id), confirm=sure)
        label = t(f"list.saved.{'shared' if one.shared else 'own'}", name=one.name)
        blocks.append(kit.section(kit.plain(label), button))
    return kit.modal(
        t("list.save_title"),
        blocks,
        callback_id=ids.View.LIST_SAVE,
        metadata=ids.pack(page.list_id, below),
        submit=t("common.save"),
        close=t("common.cancel"),
    )
