"""A button posted a year ago: what it is about may be gone, but it still says so kindly, on every route.

First the good half: the values and metadata that cards and modals carry today have exactly the parts that
`tests/templates/wire_ids.txt` says they have always had, so an old one means to today's handlers what it meant then.
"""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from message_templates.catalogs import CATALOGS, LANGUAGES
from sandbox.elements import places
from sandbox.world import Json
from tests.handlers.cast import BY_USER
from tests.handlers.stage import Scene
from tests.handlers.tries import ROUTES, Try, tries_of
from tests.templates.test_wire_ids import golden

pytestmark = pytest.mark.asyncio(loop_scope="module")

OLD = "0192a6b1c2d37e4f8a9b0c1d2e3f4a5b"
"""An id of ours from a year ago."""
ID = re.compile(r"[0-9a-f]{32}")
SEEN = re.compile(r"[0-9a-f]{16}")
CHANNEL, WORD = re.compile(r"[CG]0[A-Z0-9]+"), re.compile(r"[a-z]+")
KEY = re.compile(r"(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]+[0-9]+|[a-z]+/)(?:/?[a-z0-9_]*)")
"""Of a checklist, a section, a question, or `section/question`: names that stand in files and never change their meaning."""
VIEW, DAY = re.compile(r"V[0-9A-Z]+"), re.compile(r"\d{4}-\d\d-\d\d")
STRANGE = (
    "",
    "1",
    "1.",
    "nonsense",
    "2.a",
    "vr1.a.b",
    "1.a.b.c.d.e",
    f"1.{OLD}.{OLD}.x",
    f"1.{OLD}.x",
    "1.99999999999",
)
"""What we never packed, or would pack in another grammar."""

ACTIONS = [route for route in ROUTES if route.startswith("action ")]
MODALS = [route for route in ROUTES if route.startswith(("view ", "closed "))]
KIND = {CATALOGS[lang][key] for lang in LANGUAGES for key in CATALOGS[lang] if key.startswith("refusal.")}
FRAME = {CATALOGS[lang][key] for lang in LANGUAGES for key in ("note.title", "common.close")}
CRASH = [CATALOGS[lang]["note.crash"].partition("{")[0] for lang in LANGUAGES]


# -- what values are made of ---------------------------------------------------------------------------------------------


def shape(value: str) -> str:
    """`1.<id>.<number>` for `1.0192….3`."""
    version, *parts = value.split(".")
    return ".".join([version, *(_part(part) for part in parts)])


def _part(part: str) -> str:
    if ID.fullmatch(part):
        return "<id>"
    if part.isdecimal():
        return "<number>"
    if CHANNEL.fullmatch(part) or WORD.fullmatch(part):
        return "<channel>" if CHANNEL.fullmatch(part) else "<word>"
    if VIEW.fullmatch(part) or DAY.fullmatch(part):
        return "<view>" if VIEW.fullmatch(part) else "<day>"
    if SEEN.fullmatch(part):
        return "<seen>"
    return "<key>" if KEY.fullmatch(part) else f"<{part}>"


def shapes(stage: Scene) -> set[str]:
    """What the buttons and modals of the stage carry, as lines of the golden file."""
    found = set()
    for modal in stage.modals.values():
        if modal.content.get("private_metadata"):
            found.add(f"metadata of {modal.content['callback_id']} = {shape(modal.content['private_metadata'])}")
    things = [c.blocks for c in stage.cards.values()] + [m.content["blocks"] for m in stage.modals.values()]
    for place in (p for blocks in things for p in places(blocks)):
        if place.element.get("value"):
            name = ".".join(place.action_id.split(".")[:2])
            found.add(f"value of {name}{in_missing(place.action_id, place.element)} = {shape(place.element['value'])}")
    return found


def in_missing(action_id: str, element: Json) -> str:
    """The jump from the list of what is missing carries its page's token, the menu in the form does not."""
    return " as a button" if action_id.startswith("vr1.page_jump") and element["type"] == "button" else ""


async def test_values_and_metadata_are_made_of_what_they_always_were(stage: Scene) -> None:
    kept = {line for line in golden() if line.startswith(("value of ", "metadata of "))}
    found = shapes(stage)
    assert not kept - found, (
        f"{sorted(kept - found)}: buttons and modals with this are in people's channels. Their handlers must go on "
        "understanding it; another shape needs another id."
    )
    assert not found - kept, "append these lines to tests/templates/wire_ids.txt:\n" + "\n".join(sorted(found - kept))


# -- a year later --------------------------------------------------------------------------------------------------------


SLACKS = {"trigger_id", "response_url", "token"}


def aged(found: Any) -> Any:
    """The same payload with every id of ours from a year ago, whose things do not exist any more."""
    if isinstance(found, dict):
        return {aged(key): value if key in SLACKS else aged(value) for key, value in found.items()}
    if isinstance(found, list):
        return [aged(one) for one in found]
    return ID.sub(OLD, found) if isinstance(found, str) else found


def with_value(body: Json, value: str) -> Json:
    """The payload with something else in its button and in its modal's metadata."""
    made = copy.deepcopy(body)
    for act in made.get("actions", []):
        if "value" in act:
            act["value"] = value
    if made.get("view"):
        made["view"]["private_metadata"] = value
    return made


async def check_kindly(stage: Scene, one: Try, body: Json, what: str) -> bool:
    """Whether it was refused in words; False where it was done, as nothing in it depends on an id. Else AssertionError."""
    done = await stage.slack.send(body)
    changed = stage.changes()
    stage.restore()
    assert done.status == 200
    assert not done.problems, f"{what}: {done.problems}"
    said = set(done.words) - FRAME
    crashed = [word for word in said if word.startswith(tuple(CRASH))]
    assert not crashed, f"{what} is answered with a breakdown: {crashed}"
    if one.quiet:
        assert not changed
        return True
    if said & KIND:
        assert said <= KIND, f"{what}: {said - KIND} beside the refusal"
        assert not changed, f"{what} was refused and wrote {changed}"
        return True
    assert said or changed or not one.shows, f"{what} spins and then nothing happens"
    return False


LASTING = {
    *("action vr1.list_page", "action vr1.list_back", "view vr1.register", "view vr1.round", "view vr1.team"),
    *(route for route in ACTIONS if route.startswith("action vr1.home_")),
    *(f"action vr1.list_{what}" for what in ("turn", "tick", "choose", "reset", "filter", "filter_set", "save")),
    *(f"view vr1.list_{what}" for what in ("open", "filter", "save")),
    *(f"action vr1.{what}" for what in ("dept_new", "dept_page", "owner_page", "end_page", "stranger_page")),
    *("action vr1.free_field", "view vr1.free_field", "action vr1.ledger_export"),
    "action vr1.known_register",  # where nobody was found it opens an empty form
    *(f"action vr1.checklist_{what}" for what in ("turn", "retire", "draft", "keep", "edit", "act", "publish")),
    *(f"view vr1.checklist_{what}" for what in ("retire", "edit", "publish")),
    *("action vr1.invite_open", "view vr1.invite"),  # they look, and say what is gone, behind a "please wait"
    *("action vr1.register_company", "action vr1.register_found", "action vr1.register_ask"),
}
"""Routes whose payload names nothing of ours that could be gone: a page's number, a form that makes something new, a
step of the guide, a channel of Slack's, a corporate number, a checklist's key. And an open list: one that is gone begins anew."""


@pytest.mark.parametrize("route", [*ACTIONS, *MODALS])
async def test_a_year_old_button_says_kindly_why_not(stage: Scene, route: str) -> None:
    for one in tries_of(route):
        who = BY_USER[one.right]
        body = aged(one.make(stage, who.user, who.place))
        refused = await check_kindly(stage, one, body, f"a year-old {route}")
        assert refused or route in LASTING, f"a year-old {route} did something to what does not exist"


@pytest.mark.parametrize("route", [*ACTIONS, *MODALS])
async def test_a_value_that_nobody_packed_is_answered_kindly(stage: Scene, route: str) -> None:
    (one, *_) = tries_of(route)
    who = BY_USER[one.right]
    for value in STRANGE:
        body = with_value(one.make(stage, who.user, who.place), value)
        await check_kindly(stage, one, body, f"{route} with {value!r}")
