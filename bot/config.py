"""Settings from the environment (or `.env`), frozen. Secrets are masked; an incomplete set stops the start in one line.

To add a setting: a field with a description here, its line in docs/settings.md (a test compares them).
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SLACK = "https://slack.com/api/"


class SettingsError(Exception):
    """The environment is incomplete or wrong; the text is one line that says what to do."""


class Settings(BaseSettings):
    """Everything that can be set from outside. Each is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    slack_bot_token: SecretStr = Field(description="Bot token, xoxb-…")
    slack_app_token: SecretStr = Field(description="App-level token for Socket Mode, xapp-…")
    slack_api_url: str = Field(default=SLACK, description="Base URL of the Web API; another one only for a local Slack")
    database_url: str = Field(default="sqlite:///vendor-review.db", description="sqlite:///file or postgresql://…")
    first_admin: str = Field(default="", description="Slack user id of the first administrator, U…")
    company_name: str = Field(default="", description="Our company's name, as suppliers should read it")
    time_zone: str = Field(default="Asia/Tokyo", description="The company's time zone: due days and quiet hours")
    evidence_dir: str = Field(default="var/evidence", description="Folder of the evidence store")
    checklist_dir: str = Field(default="", description="Folder of the checklists; empty: the ones that ship")
    clock_url: str = Field(default="", description="Business time from a local Slack; refused against slack.com")
    tick_seconds: float = Field(default=2.0, gt=0, description="How often due work is looked for")
    in_doubt_seconds: float = Field(default=60.0, ge=0, description="Wait before a send in doubt is looked up")
    lease_seconds: float = Field(default=30.0, gt=0, description="How long a claimed notice belongs to one process")
    hold_seconds: float = Field(
        default=15.0, gt=0, description="Wait before a notice that may not go out is looked at again"
    )
    post_spacing_seconds: float = Field(default=1.0, ge=0, description="Least time between two posts to one place")
    channel_check_seconds: float = Field(
        default=60.0, ge=0, description="How old a look at a channel's companies may be"
    )
    sweep_seconds: float = Field(default=3600.0, gt=0, description="How often people and channels are looked at again")
    quiet_hours: str = Field(default="18-9", description="Hours without reminders in the company's time zone, from-to")
    owner_wait_days: int = Field(default=10, ge=1, description="Business days an owner has before suppliers are asked")
    sqlite_sync: Literal["FULL", "NORMAL"] = Field(default="FULL", description="SQLite's synchronous pragma")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Log level")

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("is not a bot token (xoxb-…)")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("xapp-"):
            raise ValueError("is not an app-level token (xapp-…)")
        return value

    @field_validator("slack_api_url", "clock_url")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("is not a URL like https://host/path")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("is not a time zone, e.g. Asia/Tokyo") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        if value == "sqlite:///":
            raise ValueError("needs a file: sqlite:///path/to/file")
        return value

    @field_validator("first_admin")
    @classmethod
    def _admin(cls, value: str) -> str:
        if value and not value.startswith(("U", "W")):
            raise ValueError("is not a Slack user id (U…)")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _quiet(cls, value: str) -> str:
        start, _, end = value.partition("-")
        if not (start.isdigit() and end.isdigit() and int(start) < 24 and int(end) < 24):
            raise ValueError("must be two hours like 18-9")
        return value

    @model_validator(mode="after")
    def _clock(self) -> Settings:
        host = (urlsplit(self.slack_api_url).hostname or "").rstrip(".")
        real = any(host == name or host.endswith("." + name) for name in ("slack.com", "slack-gov.com"))
        if self.clock_url and (real or urlsplit(self.clock_url).hostname != urlsplit(self.slack_api_url).hostname):
            raise ValueError(
                "CLOCK_URL is the clock of a local Slack, on the host of SLACK_API_URL; remove it for slack.com"
            )
        return self


def load(**overrides: object) -> Settings:
    """The settings, or SettingsError with one line that names each variable and what is wrong with it."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("; ".join(_line(e) for e in error.errors())) from None


def _line(error: object) -> str:
    found = dict(error)  # type: ignore[call-overload]
    name = "_".join(str(part) for part in found["loc"]).upper()
    what = "is missing" if found["type"] == "missing" else str(found["msg"]).removeprefix("Value error, ")
    return f"{name} {what}".strip()
