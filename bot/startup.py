"""What must be there before anything can serve: checklists, a folder for evidence, Slack's word on our tokens.

Each that is missing is a StartError of one line that names the setting.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.assembly import checklists, policy_of
from bot.channels.errors import reading
from bot.channels.slack_inspect import unreachable
from bot.config import Settings
from bot.domain.checklist import Checklist
from bot.services.ports import SendFailed
from storage.checklist_files import ChecklistError
from storage.policy_file import PolicyError


class StartError(Exception):
    """The process cannot start; the text is one line that says what to do."""


def checked(settings: Settings) -> dict[str, Checklist]:
    """The checklists, and a folder for evidence that can be written. StartError names the setting."""
    try:
        known = checklists(settings)
    except (ChecklistError, OSError) as error:
        raise StartError(f"CHECKLIST_DIR: {error}") from error
    if not any(c.audience == "supplier" for c in known.values()):
        raise StartError("CHECKLIST_DIR holds no checklist for suppliers (*.yaml)")
    try:
        policy_of(settings, known)
    except PolicyError as error:
        raise StartError(f"POLICY_FILE: {error}") from error
    try:
        Path(settings.evidence_dir).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=settings.evidence_dir).close()
    except OSError as error:
        raise StartError(f"EVIDENCE_DIR cannot be written: {error.strerror or error}") from error
    return known


async def ask_slack(call: Awaitable[AsyncSlackResponse], setting: str, settings: Settings) -> dict[str, object]:
    """Slack's answer. StartError where it refuses the token of a setting, or cannot be reached."""
    try:
        answer = await reading(call)
    except SendFailed as failed:
        if unreachable(failed.error):
            raise StartError(f"SLACK_API_URL {settings.slack_api_url} cannot be reached ({failed.error})") from failed
        raise StartError(f"Slack refused {setting}: {failed.error}") from failed
    return dict(answer.data) if isinstance(answer.data, dict) else {}


async def first_socket(web: AsyncWebClient, settings: Settings) -> str:
    """The address of the first connection; StartError where the app token is no good."""
    token = settings.slack_app_token.get_secret_value()
    opened = await ask_slack(web.apps_connections_open(app_token=token), "SLACK_APP_TOKEN", settings)
    return str(opened.get("url", ""))
