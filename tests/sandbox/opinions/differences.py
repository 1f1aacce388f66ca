"""Where slackblocks 3.0.0 and the local Slack's own limits disagree about a block, why, and who says so.

Whichever refuses, the local Slack refuses: `check_message(…) or second_opinion.check_message(…)`. So a row where ours
refuses says that slackblocks would have let it pass, and one where slackblocks refuses says what it adds. Rows are found
by the sentence of the side that refuses and by where the block was changed, both as patterns; docs/local-slack.md shows
them in this order. A disagreement without a row fails the test, and so does a row without a disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["ours", "slackblocks"]


@dataclass(frozen=True)
class Difference:
    """`side` refuses with a sentence like `says` where `where` was changed."""

    side: Side
    says: str
    where: str
    why: str
    source: str


_TYPES = "node-slack-sdk types/block-kit"
_SDK = "slack_sdk models/blocks"
DIFFERENCES = [
    Difference(
        "ours",
        "must be more than 0 characters",
        r".*\.(alt_text|block_id|text|value|x_label|channel_id|user_id|usergroup_id|filetypes\[\]|initial_(channel|users?(\[\])?))",
        "An empty string is no text, id or value; slackblocks measures the upper end only where its spec names no lower one.",
        "`invalid_blocks` of chat.postMessage; slack_platform §2.1",
    ),
    Difference(
        "ours",
        "no fewer than 1 items allowed",
        r"(actions|context|rich_text\.elements\[rich_text_(quote|preformatted)\])\.elements|section\.fields|card\.actions"
        r"|plan\.tasks|task_card\.sources|table\.(column_settings|rows\[\])|.*(initial_(options|users)|filetypes)",
        "An empty list is refused as `invalid_blocks`; for these lists slackblocks knows only the most.",
        f"{_SDK}/blocks.py; slack_platform §2.4",
    ),
    Difference(
        "ours",
        "missing required field: (elements|text|url|user_id|usergroup_id|channel_id|icon)",
        r"(actions|context)\.elements|.*\[.*\]\.[a-z_]+",
        "Required in Slack's reference. slackblocks takes the argument with None, which then is not sent.",
        f"{_TYPES}/blocks.ts, block-elements.ts",
    ),
    Difference(
        "ours",
        "missing required field: alt_text",
        r".*alt_text",
        "An image needs a text for those who cannot see it; slackblocks puts a blank there by itself.",
        f"{_SDK}/block_elements.py ImageElement (alt_text: required)",
    ),
    Difference(
        "ours",
        "exactly one of options, option_groups must be given",
        r".*static_select.*",
        "A menu offers options or groups; slackblocks builds it with neither.",
        f"{_SDK}/block_elements.py StaticSelectElement",
    ),
    Difference(
        "ours",
        "must be less than 76 characters",
        r".*(options?(\[\])?)\.(value|text\.text)",
        "The SDK and slackblocks say 150 for a value, Slack's own types 75; the smaller is sure to pass. The text of an "
        "option chosen at first is an option's text.",
        "slack_platform §2.1; node-slack-sdk types/composition-objects.ts",
    ),
    Difference(
        "ours",
        "must be less than 76 characters",
        r"context_actions\.elements\[icon_button\]\.text\.text",
        "A button's text, whichever button it is; slackblocks has no limit for this one.",
        "slack_platform §2.1 (button text 75)",
    ),
    Difference(
        "ours",
        "must be less than 200 characters",
        r"video\.title\.text",
        "Slack says less than 200, the SDK and slackblocks count to 200.",
        "slack_platform §2.1 (video title <200)",
    ),
    Difference(
        "ours",
        "must be less than 256 characters",
        r".*(_id|initial_(user|channel)s?(\[\])?|filetypes\[\])",
        "An id of Slack's, or a file's ending, longer than 255 is none; slackblocks takes any string.",
        "slack_platform §2.1 (ids 255)",
    ),
    Difference(
        "ours",
        "must be a (user|public channel) id",
        r".*initial_(user|channel)s?(\[\])?",
        "The letters of an id say what it is of; slackblocks takes any string. A name here is a mistake of the app.",
        "slack_platform §1.1 (U, W; C, G, D)",
    ),
    Difference(
        "ours",
        "must be a valid http or https URL",
        r".*url",
        "Slack refuses another address; slackblocks measures its length only.",
        "docs.slack.dev block-elements (button url, image_url)",
    ),
    Difference(
        "ours",
        "must be among the options",
        r".*(checkboxes|static_select|radio_buttons).*",
        "What is chosen at first must be one of the options, word for word; slackblocks does not compare.",
        f"{_TYPES}/block-elements.ts (initial_option)",
    ),
    Difference(
        "ours",
        "must not be more than max_selected_items",
        r".*initial_(options|users)",
        "More chosen at first than may be chosen; slackblocks does not compare.",
        f"{_TYPES}/block-elements.ts (max_selected_items)",
    ),
    Difference(
        "ours",
        "no more than (10|100) items allowed",
        r".*initial_options",
        "Options chosen at first are options: not more than there may be; slackblocks does not count them.",
        "slack_platform §2.1 (10 checkboxes, 100 options)",
    ),
    Difference(
        "ours",
        "option value already exists: .*",
        r".*option_groups",
        "A value picks one option of all groups, so no two may be the same; slackblocks does not compare.",
        "strict reading: Slack's answer to a press would not say which",
    ),
    Difference(
        "ours",
        "must be a number",
        r".*number_input\.(initial_value|is_decimal_allowed)",
        "A first value must be a number, and a whole one unless decimals are allowed; slackblocks takes any string.",
        f"{_TYPES}/block-elements.ts NumberInput",
    ),
    Difference(
        "ours",
        "must be between 1000000000 and 9999999999",
        r".*datetimepicker\]?\.initial_date_time",
        "Seconds since 1970 in ten digits; slackblocks takes any number.",
        "slack_platform §2.1 (10-digit epoch)",
    ),
    Difference(
        "ours",
        "must be less than or equal to max_lines",
        r".*rich_text_input\.min_lines",
        "The least must not be more than the most; slackblocks looks at each alone.",
        f"{_TYPES}/block-elements.ts RichTextInput",
    ),
    Difference(
        "ours",
        "must be one of primary, danger",
        r".*button.*\.style",
        "There are two styles; slackblocks takes any string for a button's.",
        f"{_SDK}/basic_components.py ButtonStyles",
    ),
    Difference(
        "ours",
        "(must be one of here, channel, everyone|missing required field: range)",
        r".*\[broadcast\]\.range",
        "slackblocks has no broadcast, date or color in rich text; to it they are text.",
        f"{_SDK}/block_elements.py RichTextElementParts.Broadcast",
    ),
    Difference(
        "ours",
        "no more than 101 items allowed",
        r"data_table\.rows",
        "Slack's page says 101 rows with the heading, slackblocks 201; the smaller number stands.",
        "slack_platform §2.4 (data_table 2–101 rows)",
    ),
    Difference(
        "ours",
        "unsupported type: file_input",
        r"input\.file_input",
        "Files are asked for in modals only; slackblocks takes it in messages and Home.",
        "slack_platform §2.1 (file_input: modal input only)",
    ),
    Difference(
        "slackblocks",
        "Unknown Slack icon name: .*",
        r".*slack_icon:icon\.name",
        "slackblocks has the list of icons; ours takes any name.",
        "slackblocks objects.SlackIcon",
    ),
    Difference(
        "slackblocks",
        "`action_id` cannot be None\\.",
        r"input\.element:rich_text_input\.action_id",
        "slackblocks wants one here; Slack fills it in as for every element. Refused, to be on the safe side.",
        "slackblocks elements.RichTextInput",
    ),
]
