"""How people press, submit and look: they expect something, wait for it a while, and try again where the app is busy.

A busy app says so in a window of its own on top; that goes, and what was entered below it is still there. Whatever else
is not as expected is UnmetError with the sentence that belongs in the verdict.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sandbox.client import ActResult, CannotDo, Message, Modal, Person
from sandbox.demo.stage import UnmetError

SOON = 8.0
"""Seconds of real time within which what follows a press is there."""
BUSY = "混み合っています"
TRIES = 5
SLOW = 1500
"""Milliseconds: after a slower answer to a press, people look whether the app said that it was busy."""


def good(result: ActResult, doing: str) -> ActResult:
    """The result, where nothing is wrong with it in the person's eyes."""
    if not result.ok:
        raise UnmetError(f"{doing}: {result.error_shown or result.errors or 'not acknowledged'}")
    return result


async def pressed(person: Person, pressing: Callable[[], Awaitable[ActResult]], doing: str) -> None:
    """Presses, and again after a window that says that the app is busy."""
    for _ in range(TRIES):
        result = good(await pressing(), doing)
        if result.ms < SLOW or not await _busy(person):
            return
        await person.close()
    raise UnmetError(f"{doing}: the app was busy {TRIES} times")


async def _busy(person: Person) -> bool:
    try:
        await person.wait_modal(timeout=1.0, fits=lambda modal: BUSY in modal.plain())
    except TimeoutError:
        return False
    return True


async def submitted(person: Person, doing: str) -> ActResult:
    """Submits the modal on top, and again where the app was busy."""
    for _ in range(TRIES):
        result = good(await patiently(person, person.submit), doing)
        if result.modal is None or BUSY not in result.modal.plain():
            return result
        await person.close()
    raise UnmetError(f"{doing}: the app was busy {TRIES} times")


async def patiently(person: Person, doing: Callable[[], Awaitable[ActResult]]) -> ActResult:
    """Does something in a modal; where a busy app's window has come on top, that goes first."""
    for _ in range(TRIES):
        try:
            return await doing()
        except CannotDo:
            top = await person.modal()
            if top is None or BUSY not in top.plain():
                raise
            await person.close()
    return await doing()


async def done(person: Person, doing: str, sentence: str) -> None:
    """Submits the modal on top; afterwards the window says a sentence, and is closed."""
    shown = (await submitted(person, doing)).modal
    if shown is None or sentence not in shown.plain():
        raise UnmetError(f"{doing}: expected “{sentence}”, saw {shown.plain()[:200] if shown else 'no window'!r}")
    await person.close()


async def closes(person: Person, doing: str) -> None:
    """Submits the modal on top, which closes it."""
    if not (await submitted(person, doing)).closed:
        raise UnmetError(f"{doing}: the window stays open")


async def window(person: Person, sign: str) -> Modal:
    """The window on top, once it shows a text."""
    try:
        return await person.wait_modal(timeout=SOON, fits=lambda modal: sign in modal.plain())
    except TimeoutError as error:
        there = await person.modal()
        seen = f"there is “{there.plain()[:200]}”" if there else "no window is open"
        raise UnmetError(f"no window with “{sign}”: {seen}") from error


async def said_to(person: Person, sentence: str, channel: str | None = None, after: str = "") -> Message:
    """A message or a whisper, once there is one with a text."""
    try:
        return await person.wait_message(sentence, timeout=SOON, channel=channel, after=after)
    except TimeoutError as error:
        raise UnmetError(f"no message with “{sentence}”") from error
