"""Lists to search in while one types: options of menus, people, channels, and names to mention in a message.

Menus of the app are asked of the app (`pressing`); people and channels are those whose names the person knows. At most `MOST`
are offered. To offer another kind, add a row to `_OFFERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sandbox import entering, pressing, suggesting
from sandbox.cannot import CannotDo
from sandbox.elements import Place, places
from sandbox.live import ActResult
from sandbox.play import words
from sandbox.play.scene import Scene
from sandbox.render.names import badge_text
from sandbox.world import Json

MOST = 100
"""As many as a menu of the app may have."""


class Offer(NamedTuple):
    """One line of the list."""

    value: str
    label: str
    more: str = ""


async def options(scene: Scene, target: Json, block_id: str, action_id: str, typed: str) -> list[Offer]:
    """What fits in an element's list; CannotDo where there is no such element, or the app gives no good answer."""
    on = pressing.screen(scene.live, scene.user, target)
    wanted = (block_id, action_id)
    place = next((one for one in places(on.blocks) if (one.block_id, one.action_id) == wanted), None)
    kind = place.type.removeprefix("multi_") if place else ""
    if place is None or kind not in {"external_select", *_OFFERS}:
        raise CannotDo(f"no option list {wanted}")
    if kind == "external_select":
        return await _asked_of_the_app(scene, on, place, typed)
    offered = _OFFERS[kind](scene, place)
    return [one for one in offered if typed.casefold() in f"{one.label} {one.more}".casefold()][:MOST]


async def _asked_of_the_app(scene: Scene, on: pressing.Screen, place: Place, typed: str) -> list[Offer]:
    holder = on.view or on.message
    assert holder is not None
    found = await suggesting.offered(scene.live, scene.user, holder, place, typed)
    if isinstance(found, ActResult):
        raise CannotDo(words.failure(found.error_shown or ""))
    return [_option(option) for option in found]


def mentions(scene: Scene, sign: str, typed: str) -> list[Offer]:
    """For @ and # in a message: people and groups, channels. `value` is what is written."""
    world, names = scene.live.sandbox.world, scene.known.names
    if sign == "#":
        found = [Offer(f"#{room[0]}", f"#{room[0]}") for key, room in names.channels.items() if key[0] in "CG"]
    else:
        found = [Offer(f"@{world.users[one.value].name}", one.label, one.more) for one in _people(scene)]
        found += [Offer(f"@{handle}", f"@{handle}", "グループ") for handle in names.groups.values()]
    return [one for one in found if typed.casefold() in f"{one.value} {one.label}".casefold()][:MOST]


def _people(scene: Scene, _place: Place | None = None) -> Iterator[Offer]:
    users = scene.live.sandbox.world.users
    for key in scene.known.names.users:
        person = scene.known.person(key)
        if not users[key].deleted:
            yield Offer(key, person.name, badge_text(person) or users[key].title)


def _conversations(scene: Scene, place: Place) -> Iterator[Offer]:
    for room in scene.rooms:
        try:
            entering.entered(scene.live.sandbox.world, scene.user, place, room.id)
        except CannotDo:
            continue
        yield Offer(
            room.id, f"#{scene.known.names.room(room.id).name}" if not room.is_im else scene.live.sandbox.bot.real_name
        )


def _channels(scene: Scene, place: Place) -> Iterator[Offer]:
    for key, room in scene.known.names.channels.items():
        try:
            entering.entered(scene.live.sandbox.world, scene.user, place, key)
        except CannotDo:
            continue
        yield Offer(key, f"#{room[0]}")


def _static(_scene: Scene, place: Place) -> Iterator[Offer]:
    return (_option(option) for option in entering.options_of(place.element))


def _option(option: Json) -> Offer:
    more = (option.get("description") or {}).get("text", "")
    return Offer(option["value"], option["text"]["text"], more)


_OFFERS: dict[str, Callable[[Scene, Place], Iterator[Offer]]] = {
    "static_select": _static,
    "users_select": _people,
    "conversations_select": _conversations,
    "channels_select": _channels,
}
