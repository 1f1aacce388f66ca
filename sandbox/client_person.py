"""A person at their Slack, as `client.py` gives it to tests and drivers: what they see, what they do, what they wait for.

To add an act, add it to `people.ACTS` and a method here.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sandbox.cannot import CannotDo
from sandbox.client_wire import Wire
from sandbox.screen import Message, Modal
from sandbox.world import Json

T = TypeVar("T")


@dataclass(frozen=True)
class ActResult:
    """What an act came to. `error_shown` is what the person was shown when the app did not take it well."""

    acked: bool
    error_shown: str | None
    ms: int
    errors: dict[str, str] = field(default_factory=dict)  # of a submission: under which input, what
    closed: bool = False  # of a submission: that view is gone
    modal: Modal | None = None  # of a submission: what is on top now

    @property
    def ok(self) -> bool:
        """Acknowledged, and nothing wrong with it in the person's eyes."""
        return self.acked and self.error_shown is None and not self.errors


class Person:
    """Somebody at their Slack. `on` is the message or view to act on; without it, the modal on top."""

    def __init__(self, wire: Wire, user: str) -> None:
        self._wire = wire
        self.id = user

    def __repr__(self) -> str:
        return f"Person({self.id})"

    async def messages(self, channel: str) -> list[Message]:
        """All of a channel they are in, with replies, oldest first."""
        return [Message(**shown) for shown in await self._wire.see(self.id, "messages", channel)]

    async def thread(self, message: Message) -> list[Message]:
        """The replies under a message, without it."""
        root = message.thread_ts or message.ts
        return [reply for reply in await self.messages(message.channel) if reply.thread_ts == root]

    async def dm_with_bot(self) -> list[Message]:
        return [Message(**shown) for shown in await self._wire.see(self.id, "dm")]

    async def ephemerals(self, channel: str | None = None) -> list[Message]:
        """What only they see, in one channel or in all."""
        return [Message(**shown) for shown in await self._wire.see(self.id, "ephemerals", channel)]

    async def everything(self, channel: str | None = None) -> list[Message]:
        """All messages they see, ephemerals too, in one channel or in all, oldest first."""
        return [Message(**shown) for shown in await self._wire.see(self.id, "everything", channel)]

    async def refreshed(self, message: Message) -> Message:
        """The same message in its present version; CannotDo when it is gone."""
        for shown in await self.everything(message.channel):
            if (shown.channel, shown.ts) == (message.channel, message.ts):
                return shown
        raise CannotDo(f"no message {message.ts} in {message.channel} any more")

    async def modal(self) -> Modal | None:
        """The modal on top."""
        shown = await self._wire.see(self.id, "modal")
        return Modal(**shown) if shown else None

    async def home(self) -> Modal | None:
        """The app's Home tab as last published."""
        shown = await self._wire.see(self.id, "home")
        return Modal(**shown) if shown else None

    async def command(self, command: str, text: str = "", channel: str | None = None) -> ActResult:
        """Types a slash command in a channel, or in the direct messages with the app."""
        return await self._act("command", command=command, text=text, channel=channel)

    async def shortcut(self, name: str) -> ActResult:
        """Chooses a global shortcut of the app by its name."""
        return await self._act("shortcut", which=name)

    async def press(
        self,
        on: Message | Modal | None = None,
        *,
        action_id: str | None = None,
        label: str | None = None,
        block_id: str | None = None,
        value: str | None = None,
        nth: int | None = None,
    ) -> ActResult:
        """Presses the one button that fits; CannotDo when none or several do (then narrow it down)."""
        wanted = {"action_id": action_id, "label": label, "block_id": block_id, "value": value, "nth": nth}
        return await self._act("press", target=await self._target(on), **wanted)

    async def fill(self, where: str, value: Any, on: Message | Modal | None = None) -> ActResult:
        """Enters text, a number or a date; files as [(name, bytes)]. `where`: block_id, action_id or label."""
        return await self._enter(where, value, on)

    async def choose(
        self, where: str, option: Any, on: Message | Modal | None = None, query: str | None = None
    ) -> ActResult:
        """Chooses by label or value: an option, a list of them (exactly these), a user or channel id, None for none.

        `query` is what the person types to find it in an external_select; the option itself by default.
        """
        return await self._enter(where, option, on, query)

    async def submit(self) -> ActResult:
        """Presses the submit button of the modal on top; see `errors`, `closed` and `modal` of the result."""
        return await self._act("submit")

    async def close(self, *, everything: bool = False) -> ActResult:
        """Cancel: the modal on top; `everything` is the ×: the whole stack."""
        return await self._act("close", everything=everything)

    async def say(
        self, channel: str, text: str = "", thread_ts: str | None = None, files: Iterable[tuple[str, bytes]] = ()
    ) -> Message:
        """Posts, in a thread if asked, with files (name, content)."""
        uploads = [_upload(name, content) for name, content in files]
        said = await self._do("say", channel=channel, text=text, thread_ts=thread_ts or "", uploads=uploads)
        return Message(**said)

    async def open_home(self) -> Modal | None:
        """Opens the Home tab; the app hears of it. Gives what is there now."""
        shown = await self._do("open_home")
        return Modal(**shown) if shown else None

    async def open_dm(self) -> str:
        """The channel id of the direct messages with the app."""
        return str(await self._do("open_dm"))

    async def wait_message(
        self,
        predicate: Callable[[Message], bool] | str,
        timeout: float = 10,  # noqa: ASYNC109 - the wait ends with a look, not a cancellation
        channel: str | None = None,
        after: str = "",
    ) -> Message:
        """The newest message or ephemeral they see that fits, or whose visible text contains the string.

        `channel` narrows it down (and is quicker for somebody in many channels); `after` is the ts it must be newer than.
        """
        fits = predicate if callable(predicate) else lambda message: predicate in message.plain()

        async def look() -> Message | None:
            shown = await self.everything(channel)
            return next((m for m in reversed(shown) if m.ts > after and fits(m)), None)

        failure = f"no message {predicate if isinstance(predicate, str) else 'that fits'}"
        return await self._wait(look, timeout, failure, "posted,updated,ephemeral,deleted")

    async def wait_modal(
        self,
        callback_id: str | None = None,
        timeout: float = 10,  # noqa: ASYNC109 - the wait ends with a look, not a cancellation
        fits: Callable[[Modal], bool] | None = None,
    ) -> Modal:
        """The modal on top, once there is one with this callback_id (and that `fits`)."""

        async def look() -> Modal | None:
            modal = await self.modal()
            good = modal and callback_id in (None, modal.callback_id) and (fits is None or fits(modal))
            return modal if good else None

        return await self._wait(look, timeout, f"no modal {callback_id or ''}")

    async def wait_home(
        self,
        fits: Callable[[Modal], bool],
        timeout: float = 10,  # noqa: ASYNC109 - the wait ends with a look, not a cancellation
    ) -> Modal:
        """The Home tab, once it `fits`."""

        async def look() -> Modal | None:
            home = await self.home()
            return home if home and fits(home) else None

        return await self._wait(look, timeout, "no such Home tab")

    async def _wait(
        self, look: Callable[[], Awaitable[T | None]], seconds: float, failure: str, kinds: str = "view,closed"
    ) -> T:
        """Looks, and again after each new entry of these kinds in the record."""
        until = time.monotonic() + seconds
        since = await self._last(0, kinds, wait=0)
        while True:
            seen = await look()
            if seen is not None:
                return seen
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{self.id} sees {failure} within {seconds} s")
            since = await self._last(since, kinds, wait=left)

    async def _last(self, since: int, kinds: str, wait: float) -> int:
        answer = await self._wire.get("/sandbox/last", since=since, kinds=kinds, wait=wait)
        return int(answer["result"])

    async def _enter(self, where: str, value: Any, on: Message | Modal | None, query: str | None = None) -> ActResult:
        if isinstance(value, date):
            value = value.isoformat()
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            value = [_upload(name, content) for name, content in value]
        return await self._act("enter", target=await self._target(on), where=where, given=value, query=query)

    async def _target(self, on: Message | Modal | None) -> Json:
        target = on or await self.modal()
        if target is None:
            raise CannotDo(f"{self.id} has no modal open")
        return target.target

    async def _act(self, act: str, **arguments: Any) -> ActResult:
        result = await self._do(act, **arguments)
        modal = result.pop("modal", None)
        del result["payload"]
        return ActResult(**result, modal=Modal(**modal) if modal else None)

    async def _do(self, act: str, **arguments: Any) -> Any:
        return (await self._wire.post(f"/sandbox/people/{self.id}/{act}", **arguments))["result"]


def _upload(name: str, content: bytes) -> tuple[str, str]:
    return name, base64.b64encode(content).decode("ascii")
