"""Files out of Slack. The token goes to Slack's own hosts only, and never along a redirect to another one (K31).

Error codes of the SendFailed that `fetch` raises: `gone` (deleted, or no longer to be had), `not_a_file` (a link to
another service, a redirect elsewhere), `too_big`; all final. Anything passing is not, and an HTML page in place of the
content may be: a login page while the token is refused, the page of a proxy (`not_a_file`, to be tried again).
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.errors import WAIT, reading
from bot.services.ports import FetchedFile, SendFailed
from bot.slack_answers import retry_after

log = logging.getLogger(__name__)

LIMIT = 50 * 1024 * 1024
"""Bytes; the content is held in memory while it is checked and stored."""
HOPS = 3
_HTML = "text/html"
GONE = frozenset({"file_not_found", "file_deleted", "not_visible", "not_found"})
_ELSEWHERE = frozenset({"external", "gdrive", "email", "space", "quip", "canvas", "list"})
_UNREADABLE = frozenset({"tombstone", "hidden_by_limit", "file_access_denied"})


class SlackFiles:
    """`ports.Files` on Slack. `token` is the bot's; it needs files:read."""

    def __init__(self, client: AsyncWebClient, token: str) -> None:
        self._client = client
        self._token = token

    async def fetch(self, slack_file_id: str) -> FetchedFile:
        """A file's name and content. Raises SendFailed."""
        file = await self._info(slack_file_id)
        if int(file.get("size") or 0) > LIMIT:
            raise SendFailed("too_big", permanent=True)
        try:
            url, html = str(file.get("url_private_download") or ""), file.get("mimetype") == _HTML
            content = await self._download(slack_file_id, url, html=html)
        except httpx.HTTPError as error:
            raise SendFailed(type(error).__name__, permanent=False, after=WAIT) from error
        except (httpx.InvalidURL, ValueError) as error:
            raise _no_file(slack_file_id, "an address that is none") from error
        return FetchedFile(name=str(file.get("name") or file.get("title") or slack_file_id), content=content)

    async def _info(self, slack_file_id: str) -> dict[str, Any]:
        try:
            file: dict[str, Any] = (await reading(self._client.files_info(file=slack_file_id)))["file"]
        except SendFailed as failed:
            if failed.error in GONE:
                raise SendFailed("gone", permanent=True) from failed
            raise
        mode = file.get("mode") or ""
        if mode in _UNREADABLE or file.get("is_deleted"):
            raise SendFailed("gone", permanent=True)
        if file.get("is_external") or mode in _ELSEWHERE:
            raise _no_file(slack_file_id, f"mode {mode}")
        return file

    async def _download(self, slack_file_id: str, url: str, *, html: bool) -> bytes:
        """Redirects are followed by hand, and only where the host stays the same. `html`: the file itself is a page."""
        if not _ours(url, self._client.base_url):
            raise _no_file(slack_file_id, "no address of Slack's to download it from")
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(timeout=30.0, follow_redirects=False) as web:
            for _ in range(HOPS):
                async with web.stream("GET", url, headers=headers) as answer:
                    if not answer.is_redirect:
                        _check(answer, html=html)
                        return await _read(answer)
                    there = urljoin(url, answer.headers.get("location", ""))
                if _host(there) != _host(url):
                    raise _no_file(slack_file_id, "redirected to another host")
                url = there
        raise _no_file(slack_file_id, "redirected without an end")


def _check(answer: httpx.Response, *, html: bool) -> None:
    """A missing or refused token is answered with an HTML login page and status 200; so is a proxy's trouble."""
    if answer.status_code in (401, 403, 404, 410):
        raise SendFailed("gone", permanent=True)
    if answer.status_code != httpx.codes.OK:
        asked = retry_after(answer.headers)
        raise SendFailed(f"http_{answer.status_code}", permanent=False, after=WAIT if asked is None else asked)
    if not html and answer.headers.get("content-type", "").lower().startswith(_HTML):
        raise SendFailed("not_a_file", permanent=False, after=WAIT)


async def _read(answer: httpx.Response) -> bytes:
    """Counted while it comes: what was declared may be wrong."""
    parts, size = [], 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > LIMIT:
            raise SendFailed("too_big", permanent=True)
        parts.append(part)
    return b"".join(parts)


def _no_file(slack_file_id: str, why: str) -> SendFailed:
    log.info("file %s: %s", slack_file_id, why)
    return SendFailed("not_a_file", permanent=True)


def _host(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _ours(url: str, base_url: str) -> bool:
    """Whether the token may go there: the host of the Web API itself, or another one of slack.com over TLS."""
    if _host(url) == _host(base_url):
        return True
    host = urlsplit(url).hostname or ""
    return url.startswith("https://") and (host == "slack.com" or host.endswith(".slack.com"))
