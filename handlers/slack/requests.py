"""What payloads become before anything looks at them: frozen requests with names instead of Slack's dictionaries."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from bot.domain.people import Who
from bot.domain.press import Press

FormValue = str | list[str] | None


class Request(BaseModel):
    """Something that reached us. `press` says who, when, and under which key it counts."""

    model_config = ConfigDict(frozen=True)

    press: Press

    @property
    def who(self) -> Who:
        """The identity behind it; nothing about rights."""
        return self.press.who


class Command(Request):
    """A slash command; `words` are its arguments with Slack's marks and smart quotes undone."""

    words: tuple[str, ...]
    channel_id: str
    channel_name: str


class ActionPress(Request):
    """A button or an element that acts on change. `values` are the inputs of the message or modal at that moment.

    `chosen` is what the element now holds: a button's value, the chosen option(s), a date, a user. `view_id` is the modal's
    (a press on the Home tab has none: what it opens is the first modal).
    """

    action_id: str
    block_id: str
    chosen: FormValue
    trigger_id: str
    channel_id: str = ""
    message_ts: str = ""
    view_id: str = ""
    view_hash: str = ""
    callback_id: str = ""
    metadata: str = ""
    values: dict[str, FormValue] = {}
    response_url: str = ""


class Suggest(Request):
    """What somebody typed into a menu whose options we offer; the options are the acknowledgement."""

    typed: str


class Submitted(Request):
    """A submitted modal. `values`: block_id → what its input holds; `inputs`: the block_ids of inputs, in order."""

    callback_id: str
    view_id: str
    metadata: str
    values: dict[str, FormValue]
    inputs: tuple[str, ...]


class Closed(Request):
    """A modal closed with × or its close button, with what its inputs held (where Slack sends that)."""

    callback_id: str
    view_id: str
    metadata: str
    values: dict[str, FormValue]
