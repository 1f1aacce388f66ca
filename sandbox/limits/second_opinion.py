"""A second opinion on blocks that is not our code: slackblocks (PyPI), whose limits come from a specification.

slackblocks validates while its objects are built and has no reader for elements, so they are built up here from the
JSON, from the inside out: `type`, or the key for objects without a type, names the class; the fields are the arguments.
What slackblocks has no argument for is left out: unknown fields are the business of our own tables. To add a type, add
a row to `_TYPES` or `_KEYS`, and to `_RENAMED` where the argument has another name than the field.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from slackblocks import blocks, elements, messages, objects, views
from slackblocks.errors import InvalidUsageError
from slackblocks.rich_text import elements as inline
from slackblocks.rich_text import objects as rich_text

Json = dict[str, Any]
Make = Callable[..., Any]

_BLOCKS: dict[str, Make] = {
    "actions": blocks.ActionsBlock,
    "alert": blocks.AlertBlock,
    "card": blocks.CardBlock,
    "carousel": blocks.CarouselBlock,
    "container": blocks.ContainerBlock,
    "context": blocks.ContextBlock,
    "context_actions": blocks.ContextActionsBlock,
    "data_table": blocks.DataTableBlock,
    "data_visualization": blocks.DataVisualizationBlock,
    "divider": blocks.DividerBlock,
    "header": blocks.HeaderBlock,
    "image": blocks.ImageBlock,
    "input": blocks.InputBlock,
    "markdown": blocks.MarkdownBlock,
    "plan": blocks.PlanBlock,
    "rich_text": blocks.RichTextBlock,
    "section": blocks.SectionBlock,
    "table": blocks.TableBlock,
    "task_card": blocks.TaskCardBlock,
    "video": blocks.VideoBlock,
}
_TYPES: dict[str, Make] = {
    **_BLOCKS,
    "button": elements.Button,
    "checkboxes": elements.CheckboxGroup,
    "datepicker": elements.DatePicker,
    "datetimepicker": elements.DateTimePicker,
    "email_text_input": elements.EmailInput,
    "feedback_buttons": elements.FeedbackButtons,
    "file_input": elements.FileInput,
    "icon_button": elements.IconButton,
    "image": elements.Image,
    "multi_static_select": elements.StaticMultiSelectMenu,
    "multi_external_select": elements.ExternalMultiSelectMenu,
    "multi_users_select": elements.UserMultiSelectMenu,
    "multi_conversations_select": elements.ConversationMultiSelectMenu,
    "multi_channels_select": elements.ChannelMultiSelectMenu,
    "number_input": elements.NumberInput,
    "overflow": elements.OverflowMenu,
    "plain_text_input": elements.PlainTextInput,
    "radio_buttons": elements.RadioButtonGroup,
    "static_select": elements.StaticSelectMenu,
    "external_select": elements.ExternalSelectMenu,
    "users_select": elements.UserSelectMenu,
    "conversations_select": elements.ConversationSelectMenu,
    "channels_select": elements.ChannelSelectMenu,
    "timepicker": elements.TimePicker,
    "url_text_input": elements.URLInput,
    "url": elements.URLSource,
    "rich_text_input": elements.RichTextInput,
    "icon": objects.SlackIcon,
    "raw_text": objects.RawText,
    "raw_number": objects.RawNumber,
    "pie": objects.PieChart,
    "bar": objects.BarChart,
    "area": objects.AreaChart,
    "line": objects.LineChart,
    "rich_text_section": rich_text.RichTextSection,
    "rich_text_list": rich_text.RichTextList,
    "rich_text_quote": rich_text.RichTextQuote,
    "rich_text_preformatted": rich_text.RichTextCodeBlock,
    "text": inline.RichText,
    "link": inline.RichTextLink,
    "emoji": inline.RichTextEmoji,
    "user": inline.RichTextUser,
    "usergroup": inline.RichTextUserGroup,
    "channel": inline.RichTextChannel,
}
_KEYS: dict[str, Make] = {
    "confirm": objects.ConfirmationDialogue,
    "options": objects.Option,
    "initial_option": objects.Option,
    "initial_options": objects.Option,
    "option_groups": objects.OptionGroup,
    "filter": objects.ConversationFilter,
    "dispatch_action_config": objects.DispatchActionConfiguration,
    "slack_file": objects.SlackFile,
    "column_settings": objects.ColumnSettings,
    "positive_button": elements.FeedbackButton,
    "negative_button": elements.FeedbackButton,
    "tasks": blocks.TaskCardBlock,
    "series": objects.DataSeries,
    "data": objects.DataPoint,
    "segments": objects.ChartSegment,
    "axis_config": objects.AxisConfig,
}
_RENAMED = {"initial_date_time": "initial_datetime", "usergroup_id": "user_group_id"}
_UNKNOWN_INLINE = frozenset({"broadcast", "date", "color"})


def check_message(message_blocks: list[Json]) -> list[str]:
    """What slackblocks says against the blocks of a message that our own tables accept; at most one sentence."""
    return _opinion(lambda: messages.Message(channel="C0", text="-", blocks=_top(message_blocks)))


def check_view(view: Json) -> list[str]:
    """What slackblocks says against a view that our own tables accept; at most one sentence."""
    make = views.HomeTabView if view["type"] == "home" else views.ModalView
    fields = {key: value for key, value in view.items() if key not in ("type", "blocks")}
    return _opinion(lambda: _make(make, fields | {"blocks": _top(view["blocks"])}))


def _opinion(build: Callable[[], object]) -> list[str]:
    try:
        build()
    except InvalidUsageError as error:
        return [f"second opinion (slackblocks): {error}"]
    return []


def _top(message_blocks: list[Json]) -> list[Any]:
    return [_make(_BLOCKS[block["type"]], block) for block in message_blocks]


def _build(value: Any, key: str) -> Any:
    """The object for the JSON that stands under `key`."""
    if isinstance(value, list):
        return [_build(item, key) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if kind in ("plain_text", "mrkdwn"):
        return objects.Text.from_dict(value)
    if key == "child_blocks":
        return _make(_BLOCKS[str(kind)], value)
    if kind in _UNKNOWN_INLINE:
        return inline.RichText(text=str(kind))
    return _make(_KEYS[key] if kind is None else _TYPES[kind], value)


def _make(make: Make, fields: Json) -> Any:
    """An object of slackblocks from its JSON; arguments without a default that are not there are None."""
    required, known = _arguments(make)
    given = {_RENAMED.get(key, key): value for key, value in _simplified(make, fields).items() if key != "type"}
    built = {key: _build(value, key) for key, value in given.items() if key in known}
    return make(**dict.fromkeys(required) | built)


def _simplified(make: Make, fields: Json) -> Json:
    """Where the objects of slackblocks are built differently from the JSON they stand for."""
    if "option_groups" in fields:  # it wants a whole group as the initial option, Slack an option
        return {key: value for key, value in fields.items() if key not in ("initial_option", "initial_options")}
    if make is blocks.TableBlock:  # its rich cells are the part inside the rich_text
        return fields | {"rows": [[_cell(cell) for cell in row] for row in fields["rows"]]}
    if isinstance(fields.get("style"), dict):
        return {key: value for key, value in fields.items() if key != "style"} | dict(fields["style"])
    return fields


def _cell(cell: Json) -> Any:
    return cell["elements"][0] if cell["type"] == "rich_text" else cell


@cache
def _arguments(make: Make) -> tuple[list[str], frozenset[str]]:
    """Names of the arguments without a default, and of all."""
    arguments = inspect.signature(make).parameters
    return [name for name, a in arguments.items() if a.default is a.empty], frozenset(arguments)
