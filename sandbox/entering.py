"""What a person enters into an element -> its value in view.state, by the rules of Slack's own screen.

`READERS` is a table: element type -> function. To let people enter a new element, add a row (and one in `elements.py`).
A reader raises CannotDo where the screen would not take it: an option that is not there, too long a text. What the
screen refuses only on submit (an empty required field, too short a text) is in `complaints`.
Facts: slack_platform.md §2.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any, TypeVar

from sandbox.cannot import CannotDo
from sandbox.elements import ELEMENTS, OPTION_ELEMENTS, Place
from sandbox.world import Channel, Json, User, World

T = TypeVar("T")
MAX_TEXT = 3000
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

Reader = Callable[[World, User, Json, Any], Any]


def entered(world: World, user: User, place: Place, given: Any) -> Json:
    """The state value after `user` has entered `given`; None or an empty list clears the element."""
    holder = ELEMENTS.get(place.type)
    if holder is None:
        raise CannotDo(f"{place.type} {place.action_id} takes no value")
    read = READERS[place.type]
    if holder.many:
        given = [] if given is None else given if isinstance(given, list) else [given]
        value: Any = [read(world, user, place.element, one) for one in given]
        most = place.element.get("max_selected_items") or place.element.get("max_files")
        if most and len(value) > most:
            raise CannotDo(f"{place.label}: at most {most} can be chosen")
    else:
        value = None if given is None or given == "" else read(world, user, place.element, given)
    return {"type": place.type, holder.key: value}


def complaints(place: Place, state: Json) -> Iterator[str]:
    """What the screen writes under an input instead of submitting it."""
    value = state[ELEMENTS[place.type].key]
    if value in (None, "", []):
        if not place.block.get("optional"):
            yield f"{place.label}: please complete this required field"
        return
    shortest = place.element.get("min_length", 0)
    if isinstance(value, str) and len(value) < shortest:
        yield f"{place.label}: at least {shortest} characters"


def options_of(element: Json) -> list[Json]:
    """All options, out of their groups."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def find_option(options: list[Json], given: Any) -> Json:
    """By value, else by what is written on it."""
    by_value = [option for option in options if option.get("value") == given]
    by_text = [option for option in options if option["text"]["text"] == given]
    for option in (*by_value, *by_text):
        return option
    there = ", ".join(f"{o['text']['text']} ({o.get('value')})" for o in options)
    raise CannotDo(f"no option {given!r}; there are: {there}")


def _option(_world: World, _user: User, element: Json, given: Any) -> Json:
    return find_option(options_of(element), given)


def _suggested(_world: World, _user: User, _element: Json, given: Any) -> Any:
    """An option that the app has just suggested (see `pressing.py`)."""
    return given


def _text(_world: World, _user: User, element: Json, given: Any) -> str:
    longest = element.get("max_length", MAX_TEXT)
    if len(str(given)) > longest:
        raise CannotDo(f"too long: {len(str(given))} characters, at most {longest}")
    return str(given)


def _number(_world: World, _user: User, element: Json, given: Any) -> str:
    text = str(given)
    if not _NUMBER.fullmatch(text) or ("." in text and not element.get("is_decimal_allowed")):
        raise CannotDo(f"{text!r} is not a number here")
    least, most = element.get("min_value"), element.get("max_value")
    if (least is not None and float(text) < float(least)) or (most is not None and float(text) > float(most)):
        raise CannotDo(f"{text} is not between {least} and {most}")
    return text


def _email(_world: World, _user: User, _element: Json, given: Any) -> str:
    if not _EMAIL.fullmatch(str(given)):
        raise CannotDo(f"{given!r} is not an e-mail address")
    return str(given)


def _url(_world: World, _user: User, _element: Json, given: Any) -> str:
    if not re.match(r"https?://\S+$", str(given)):
        raise CannotDo(f"{given!r} is not a URL")
    return str(given)


def _date(_world: World, _user: User, _element: Json, given: Any) -> str:
    return _parsed(date.fromisoformat, given).isoformat()


def _time(_world: World, _user: User, _element: Json, given: Any) -> str:
    return _parsed(time.fromisoformat, given).strftime("%H:%M")


def _moment(_world: World, _user: User, _element: Json, given: Any) -> int:
    return _parsed(int, given)


def _parsed(parse: Callable[[str], T], given: Any) -> T:
    try:
        return parse(str(given))
    except ValueError as error:
        raise CannotDo(str(error)) from error


def _rich_text(_world: World, _user: User, _element: Json, given: Any) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(given)}]}
    return {"type": "rich_text", "elements": [section]}


def _person(world: World, _user: User, _element: Json, given: Any) -> str:
    user = world.users.get(str(given))
    if user is None or user.deleted:
        raise CannotDo(f"nobody to choose with id {given!r}")
    return user.id


def _conversation(world: World, user: User, element: Json, given: Any) -> str:
    channel = world.channels.get(str(given))
    if channel is None or user.id not in channel.members or not _passes(channel, element.get("filter") or {}):
        raise CannotDo(f"no conversation {given!r} in the list")
    return channel.id


def _passes(channel: Channel, wanted: Json) -> bool:
    kind = "im" if channel.is_im else "private" if channel.is_private else "public"
    shared_out = wanted.get("exclude_external_shared_channels") and channel.connected
    return kind in wanted.get("include", [kind]) and not shared_out and not channel.archived


def _public_channel(world: World, _user: User, _element: Json, given: Any) -> str:
    channel = world.channels.get(str(given))
    if channel is None or channel.is_private or channel.is_im or channel.archived:
        raise CannotDo(f"no public channel {given!r} in the list")
    return channel.id


def _file(_world: World, _user: User, element: Json, given: Any) -> Json:
    """A file object that `pressing.py` has made of an upload."""
    allowed = element.get("filetypes")
    if allowed and given["name"].rsplit(".", 1)[-1].lower() not in allowed:
        raise CannotDo(f"{given['name']}: only {', '.join(allowed)}")
    return dict(given)


READERS: dict[str, Reader] = {
    "plain_text_input": _text,
    "email_text_input": _email,
    "url_text_input": _url,
    "number_input": _number,
    "rich_text_input": _rich_text,
    "external_select": _suggested,
    "multi_external_select": _suggested,
    "users_select": _person,
    "multi_users_select": _person,
    "conversations_select": _conversation,
    "multi_conversations_select": _conversation,
    "channels_select": _public_channel,
    "multi_channels_select": _public_channel,
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _moment,
    "file_input": _file,
    **dict.fromkeys(OPTION_ELEMENTS - {"external_select", "multi_external_select"}, _option),
}
