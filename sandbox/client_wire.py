"""The HTTP of `client.py`: sends an act or a question, raises CannotDo where Slack's screen would refuse."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.cannot import CannotDo
from sandbox.world import Json


class Wire:
    """`url` is where the local Slack serves."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # Waiting is the server's business, with the limits it is given; this only notices that it hangs.
        timeout, limits = httpx.Timeout(10, read=900, pool=None), httpx.Limits(max_connections=None)
        self._http = httpx.AsyncClient(base_url=self.url, timeout=timeout, limits=limits, trust_env=False)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def get(self, path: str, **query: Any) -> Json:
        return self._answer(await self._http.get(path, params=query))

    async def post(self, path: str, **body: Any) -> Json:
        return self._answer(await self._http.post(path, json=body))

    async def see(self, user: str, what: str, *arguments: Any) -> Any:
        """One look of `sight.LOOKS`."""
        path = f"/sandbox/people/{user}/see/{what}"
        return self._answer(await self._http.post(path, json=list(arguments)))["result"]

    @staticmethod
    def _answer(response: httpx.Response) -> Json:
        if response.status_code != httpx.codes.OK:
            raise RuntimeError(f"local Slack: {response.status_code}\n{response.text}")
        answer: Json = response.json()
        if "cannot" in answer:
            raise CannotDo(answer["cannot"])
        return answer
