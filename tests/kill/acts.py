"""What people of the kill proof do and look for, whoever they are. All of it can be done again after the bot has died."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.client import Message, Modal, Person
from tests.kill.play import Look, Play

Act = Callable[[], Awaitable[Any]]


def modal_with(person: Person, words: str) -> Look:
    """Whether a modal with these words is on top."""

    async def look() -> bool:
        modal = await person.modal()
        return modal is not None and words in modal.plain()

    return look


def nothing_open(person: Person) -> Look:
    """Whether every modal is closed."""

    async def look() -> bool:
        return await person.modal() is None

    return look


def whispered(person: Person, *words: str) -> Look:
    """Whether an ephemeral with one of these words was shown."""

    async def look() -> bool:
        return any(word in m.plain() for m in await person.ephemerals() for word in words)

    return look


def message_with(person: Person, words: str, channel: str | None = None) -> Look:
    """Whether a message with these words is there."""

    async def look() -> bool:
        return any(words in m.plain() for m in await person.everything(channel))

    return look


def row(play: Play, query: str) -> Look:
    """Whether the query finds a row in the bot's database: for what nobody is shown."""

    async def look() -> bool:
        with sqlite3.connect(play.database, timeout=30) as connection:
            return connection.execute(query).fetchone() is not None

    return look


def no(look: Look) -> Look:
    """Whether it is not so."""

    async def other() -> bool:
        return not await look()

    return other


def submit_label(modal: Modal) -> str:
    """What stands on the modal's submit button; '' where it has none."""
    return str((modal.content.get("submit") or {}).get("text", ""))


async def find(person: Person, words: str, channel: str | None = None) -> Message:
    """The newest message with these words."""
    return await person.wait_message(words, timeout=30, channel=channel)


async def close(person: Person) -> None:
    """Close whatever is open."""
    while await person.modal():
        await person.close(everything=True)


async def through(play: Play, person: Person, open_: Act, values: dict[str, Any], seen: Look, what: str) -> None:
    """Open a form, fill it by its labels, submit it, and see something; from the beginning where the bot died."""

    async def act() -> Any:
        modal = await opened(person, open_)
        if not modal.fields:
            return None
        for label, value in values.items():
            where = next(f for f in modal.fields if f.label.startswith(label))
            enter = person.choose if where.options or "select" in where.type else person.fill
            await enter(where.block_id, value)
        return await person.submit()

    await play.do(act, seen, what)


async def form(play: Play, person: Person, open_: Act, values: dict[str, Any], done: str) -> None:
    """A form that says in its own place what came of it."""
    await through(play, person, open_, values, modal_with(person, done), done)
    await close(person)


async def opened(person: Person, open_: Act) -> Modal:
    """The form that is open, or a fresh one, or what is said in its place. Raises TimeoutError where nothing comes."""
    modal = await person.modal()
    if modal is not None and modal.fields:
        return modal
    await close(person)
    await open_()
    return await person.wait_modal(timeout=5, fits=lambda m: m.callback_id != "vr1.wait")
