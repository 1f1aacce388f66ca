"""Settings from the environment (or `.env`), frozen. Secrets are masked; an incomplete set stops the start in one line.

To add a setting: a field with a description here, its line in docs/settings.md (a test compares them).
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SLACK = "https://slack.com/api/"
_SIGNING_SECRET = re.compile(r"^(?!xox|xapp)[!-~]{16,}$")


class SettingsError(Exception):
    """The environment is incomplete or wrong; the text is one line that says what to do."""


class Settings(BaseSettings):
    """Everything that can be set from outside. Each is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    slack_bot_token: SecretStr = Field(description="Bot token, xoxb-…")
    slack_app_token: SecretStr = Field(default=SecretStr(""), description="App-level token for Socket Mode, xapp-…")
    slack_signing_secret: SecretStr = Field(
        default=SecretStr(""), validate_default=True, description="Signing secret for HTTP mode, 32 characters"
    )
    slack_api_url: str = Field(default=SLACK, description="Base URL of the Web API; another one only for a local Slack")
    database_url: str = Field(default="sqlite:///vendor-review.db", description="sqlite:///file or postgresql://…")
    first_admin: str = Field(default="", description="Slack user id of the first administrator, U…")
    company_name: str = Field(default="", description="Our company's name, as suppliers should read it")
    time_zone: str = Field(default="Asia/Tokyo", description="The company's time zone: due days and quiet hours")
    evidence_dir: str = Field(default="var/evidence", description="Folder of the evidence store")
    checklist_dir: str = Field(default="", description="Folder of the checklists; empty: the ones that ship")
    policy_file: str = Field(
        default="", description="The company's rules of tiers and scope; empty: the ones that ship"
    )
    clock_url: str = Field(default="", description="Business time from a local Slack; refused against slack.com")
    http_host: str = Field(default="127.0.0.1", min_length=1, description="HTTP mode: address to listen on")
    http_port: int = Field(default=3000, ge=1, le=65535, description="HTTP mode: port to listen on, behind a TLS proxy")
    socket_connections: int = Field(default=2, ge=1, le=10, description="Socket Mode: connections held at once")
    watchdog_seconds: float = Field(
        default=120.0, gt=0, description="Socket Mode: silence of every connection after which the process ends"
    )
    drain_seconds: float = Field(default=25.0, gt=0, description="Longest wait for what is under way at a stop")
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
    corporate_register_url: str = Field(
        default="https://api.houjin-bangou.nta.go.jp/4/", description="Base URL of the corporate-number Web-API"
    )
    corporate_register_id: SecretStr = Field(
        default=SecretStr(""), description="Our own application id of the Web-API; empty: the imported file alone"
    )
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
        if value.get_secret_value() and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("is not an app-level token (xapp-…)")
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _one_mode(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        """Exactly one of the two decides how Slack reaches us. Here, because a missing bot token must not hide it."""
        secret = value.get_secret_value()
        if secret and not _SIGNING_SECRET.match(secret):
            raise ValueError("is not a signing secret (the app's Basic Information page shows it, 32 characters)")
        if "slack_app_token" not in info.data:
            return value  # the token itself is wrong, which is said already
        token = info.data["slack_app_token"].get_secret_value()
        if not token and not secret:
            raise ValueError("(HTTP) or SLACK_APP_TOKEN (Socket Mode) is missing; set one of them")
        if token and secret:
            raise ValueError("(HTTP) and SLACK_APP_TOKEN (Socket Mode) are both set; keep one of them")
        return value

    @field_validator("slack_api_url", "clock_url", "corporate_register_url")
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

    @property
    def mode(self) -> Literal["socket", "http"]:
        """How Slack reaches us: Socket Mode with an app token, HTTP with a signing secret."""
        return "socket" if self.slack_app_token.get_secret_value() else "http"


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
