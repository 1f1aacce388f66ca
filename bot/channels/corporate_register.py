"""The national register of corporate numbers over its Web-API (version 4), as its specification says: GET, CSV in UTF-8.

One call at a time and one a second in each process; after a 403 (too many calls), a time-out or a fault of theirs no call is
made for a while, which doubles from 5 seconds to 10 minutes. An answer is read up to a size and never trusted: what is not
what the specification says is RegisterFailed("garbage"). Redirects are not followed, and the address is never logged: the
application id stands in it. **It was never seen against the real service**, only against an imitation of ours.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import httpx

from bot.domain.national_register import Answer, NotTheRegister, read_answer
from bot.services.ports import RegisterFailed

log = logging.getLogger(__name__)

MOST_NUMBERS = 10
CSV_UTF8 = "02"
FIRST_WAIT, LONGEST_WAIT = 5.0, 600.0
REASONS = {400: "refused", 403: "limited", 404: "refused"}
BACK_OFF = frozenset({"limited", "timeout", "down", "unreachable"})


class CorporateRegister:
    """A `ports.NationalRegister`. `clock` is a monotonic one; `spacing` and `patience` (of one whole call) are seconds."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        application_id: str,
        *,
        spacing: float = 1.0,
        patience: float = 10.0,
        largest: int = 4 * 1024 * 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._id = application_id
        self._spacing, self._patience, self._largest = spacing, patience, largest
        self._clock = clock
        self._one = asyncio.Lock()
        self._free_at = 0.0
        self._failures = 0
        self._closed_until = 0.0

    async def numbered(self, numbers: Sequence[str], today: date) -> Answer:
        """What it says of these numbers, ten a call. Raises RegisterFailed."""
        found: list[Answer] = []
        for start in range(0, len(numbers), MOST_NUMBERS):
            asked = ",".join(numbers[start : start + MOST_NUMBERS])
            found.append(await self._ask("num", {"number": asked, "history": "0"}, today))
        return Answer(count=sum(a.count for a in found), entries=tuple(e for a in found for e in a.entries))

    async def named(self, name: str, today: date) -> Answer:
        """Companies with this in their name, however its kana and letters are written. Raises RegisterFailed."""
        return await self._ask("name", {"name": name, "mode": "2", "target": "1", "change": "0", "close": "1"}, today)

    async def _ask(self, what: str, params: Mapping[str, str], today: date) -> Answer:
        async with self._one:
            self._still_closed()
            await asyncio.sleep(max(0.0, self._free_at - self._clock()))
            self._free_at = self._clock() + self._spacing
            try:
                content = await self._fetch(what, params)
                answer = read_answer(content, today)
            except RegisterFailed as failed:
                raise self._failed(failed.reason) from None
            except NotTheRegister as wrong:
                log.warning("the national register answered with something else: %s", wrong)
                raise self._failed("garbage") from None
            self._failures, self._closed_until = 0, 0.0
        return answer

    def _still_closed(self) -> None:
        left = self._closed_until - self._clock()
        if left > 0:
            raise RegisterFailed("waiting", left)

    def _failed(self, reason: str) -> RegisterFailed:
        """Note the failure, and stay away where asking again would make it worse."""
        after = 0.0
        if reason in BACK_OFF:
            after = min(FIRST_WAIT * 2**self._failures, LONGEST_WAIT)
            self._failures = min(self._failures + 1, 16)
            self._closed_until = self._clock() + after
        log.warning("the national register: %s; asked again in %d s at the earliest", reason, after)
        return RegisterFailed(reason, after)

    async def _fetch(self, what: str, params: Mapping[str, str]) -> bytes:
        query = {"id": self._id, "type": CSV_UTF8, **params}
        try:
            async with asyncio.timeout(self._patience):
                async with self._client.stream("GET", f"{self._base}/{what}", params=query) as response:
                    _must_be_well(response.status_code)
                    return await self._content(response)
        except (TimeoutError, httpx.TimeoutException):
            raise RegisterFailed("timeout") from None
        except httpx.DecodingError:
            raise RegisterFailed("garbage") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise RegisterFailed("unreachable") from None

    async def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > self._largest:
                raise RegisterFailed("too_big")
        return bytes(content)


def _must_be_well(status: int) -> None:
    if status != httpx.codes.OK:
        raise RegisterFailed(REASONS.get(status) or ("down" if status >= 500 else "garbage"))
