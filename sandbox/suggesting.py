"""Menus whose options the app offers while a person types: asked in a message or in a view, answered in the ack.

The ack must come within 3 s and carry `options` or `option_groups`, at most 100, each as in any menu; else the person sees
an error. No option at all is an answer too. To allow one more field in it, add it to `_ANSWER`.
Facts: slack_platform.md §2.1 (external_select, min_query_length), §4 (in Socket Mode they ride in the ack).
"""

from __future__ import annotations

from typing import Any

from sandbox import entering, payloads
from sandbox.cannot import CannotDo
from sandbox.elements import ELEMENTS, Place
from sandbox.limits import objects, shapes
from sandbox.live import ActResult, Live, bad_ack, interact
from sandbox.world import Json, Message, User, View

SHORTEST = 3
"""Characters to type where the app does not say (mem)."""

_ANSWER = shapes.shape(
    {},
    {
        "options": shapes.items(objects.plain_option, 0, objects.MAX_CHOICES),
        "option_groups": shapes.items(objects.option_group, 0, objects.MAX_CHOICES),
    },
    *objects.option_rules(objects.either_options_or_groups),
)


async def choose(
    live: Live, user: User, on: View | Message, place: Place, given: Any, query: str | None, held: Any = None
) -> Any:
    """The option, or options, that the app offers for what the person types; an ActResult when it did not answer well.

    `given` is what the person then picks, by value or label; `query` what they type, by default the (first) pick itself.
    `held` are options that the element holds already: they stay, whatever is typed for the next one.
    """
    wanted = given if isinstance(given, list) else [given]
    kept = held if isinstance(held, list) else []
    if all(any(option["value"] == one for option in kept) for one in wanted):
        return [entering.find_option(kept, one) for one in wanted]
    found = await offered(live, user, on, place, query if query is not None else str(wanted[0]))
    if isinstance(found, ActResult):
        return found
    options = [*kept, *found]
    chosen = [entering.find_option(options, one) for one in wanted]
    return chosen if ELEMENTS[place.type].many else chosen[0]


async def offered(live: Live, user: User, on: View | Message, place: Place, typed: str) -> list[Json] | ActResult:
    """What the app offers for `typed`; CannotDo where it is too short to be asked, an ActResult for no good answer."""
    shortest = place.element.get("min_query_length", SHORTEST)
    if len(typed) < shortest:
        raise CannotDo(f"{place.label}: type at least {shortest} characters")
    asked = {"action_id": place.action_id, "block_id": place.block_id, "value": typed}
    payload = payloads.block_suggestion(live.sandbox, user, on, asked)
    doing = f"suggestions for {place.label}"
    result = await interact(live, "interactive", payload, user=user, doing=doing, answerable=True)
    if not result.acked:
        return result
    wrong = list(_ANSWER(result.payload, shapes.Place("message")))
    if wrong:
        return bad_ack(live, user, doing, "; ".join(wrong), result.ms)
    return entering.options_of(result.payload)
