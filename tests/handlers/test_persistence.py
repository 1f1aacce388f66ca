"""How long a call that a person waits for is held back: as Slack asks, but no longer than somebody goes on looking."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from slack_sdk.errors import SlackApiError

from handlers.slack.persistence import again


def error(status: int, name: str, **headers: str) -> SlackApiError:
    data = {"ok": False, "error": name} if name else "no JSON"
    return SlackApiError(name, SimpleNamespace(data=data, status_code=status, headers=headers))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("met", "slept"),
    [
        (error(429, "ratelimited", **{"Retry-After": "1"}), [1.0]),
        (error(429, "ratelimited", **{"retry-after": "30"}), [1.2]),
        (error(429, ""), [0.3]),
        (error(503, ""), [0.3]),
        (error(200, "internal_error"), [0.3]),
    ],
)
async def test_it_waits_as_asked_up_to_a_limit_and_calls_again(
    monkeypatch: pytest.MonkeyPatch, met: SlackApiError, slept: list[float]
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    answers: list[SlackApiError | str] = [met, "shown"]

    async def call() -> str:
        answer = answers.pop(0)
        if isinstance(answer, SlackApiError):
            raise answer
        return answer

    assert await again(call, (0.3,)) == "shown"
    assert waited == slept


@pytest.mark.parametrize("met", [error(200, "not_found"), error(200, "expired_trigger_id"), error(403, "")])
async def test_slacks_last_word_is_not_asked_for_again(met: SlackApiError) -> None:
    calls: list[int] = []

    async def call() -> None:
        calls.append(1)
        raise met

    with pytest.raises(SlackApiError):
        await again(call, (0.0, 0.0))
    assert len(calls) == 1
