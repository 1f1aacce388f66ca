"""Limits of Block Kit's newer blocks: tables, charts, cards, plans, alerts, feedback.

Facts: slack_platform.md §2.4; sb = slackblocks 3.0.0. Where the sources differ the smaller number stands. To add one, as
in `blocks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.limits.elements import ELEMENTS
from sandbox.limits.objects import confirm, identifier, image, plain, text
from sandbox.limits.rich_text import rich_text
from sandbox.limits.shapes import (
    Check,
    Place,
    at_least_one,
    boolean,
    choice,
    integer,
    items,
    number,
    one_of,
    shape,
    string,
    typed,
    url,
)

_ID: dict[str, Check] = {"block_id": identifier}
_CELLS: dict[str, Check] = {"raw_text": typed("raw_text", {"text": string()}), "rich_text": rich_text}
_DATA_CELLS: dict[str, Check] = {**_CELLS, "raw_number": typed("raw_number", {"value": number, "text": string()})}
MAX_TABLE_TEXT = 20_000


def text_length(value: Any) -> int:
    """Characters of all `text` strings inside."""
    if isinstance(value, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else text_length(v) for k, v in value.items())
    return sum(map(text_length, value)) if isinstance(value, list) else 0


def _data_table(value: Any, place: Place) -> Iterator[str]:
    rows = value["rows"]
    if len({len(row) for row in rows}) != 1:
        yield place.at("rows").wrong("all rows must have the same number of columns")
    if any(cell["type"] == "rich_text" for cell in rows[0]):
        yield place.at("rows").at(0).wrong("header cells must not be rich_text")
    if value.get("row_header_column_index", 0) >= len(rows[0]):
        yield place.at("row_header_column_index").wrong("must be the index of a column")
    if text_length(rows) > MAX_TABLE_TEXT:
        yield place.at("rows").wrong(f"must have less than {MAX_TABLE_TEXT + 1} characters")


_TABLES: dict[str, Check] = {
    "table": typed(
        "table",
        {"rows": items(items(one_of(_CELLS), 1, 20), 1, 100)},
        {
            **_ID,
            "column_settings": items(
                shape({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean}), 1, 20
            ),
        },
    ),
    "data_table": typed(
        "data_table",
        {"rows": items(items(one_of(_DATA_CELLS), 1, 20), 2, 101), "caption": string()},
        {**_ID, "page_size": integer(1, 100), "row_header_column_index": integer(0)},
        _data_table,
    ),
}


def _positive(value: Any, place: Place) -> Iterator[str]:
    if value["value"] <= 0:
        yield place.at("value").wrong("must be more than 0")


def _series_fit(value: Any, place: Place) -> Iterator[str]:
    """A chart: names and categories differ; each series has one point for each category."""
    categories, names = value["axis_config"]["categories"], [series["name"] for series in value["series"]]
    if len(set(categories)) != len(categories):
        yield place.at("axis_config").at("categories").wrong("must not repeat a category")
    if len(set(names)) != len(names):
        yield place.at("series").wrong("must not repeat a name")
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield place.at("series").at(index).wrong("must have one point for each category")


def _axis_chart(kind: str) -> Check:
    point = shape({"label": string(20), "value": number})
    series = shape({"name": string(20), "data": items(point, 1, 20)})
    axis = shape({"categories": items(string(20), 1, 20)}, {"x_label": string(50), "y_label": string(50)})
    return typed(kind, {"series": items(series, 1, 12), "axis_config": axis}, {}, _series_fit)


_segment = shape({"label": string(20), "value": number}, {}, _positive)
_CHARTS: dict[str, Check] = {kind: _axis_chart(kind) for kind in ("line", "bar", "area")}
_CHARTS["pie"] = typed("pie", {"segments": items(_segment, 1, 12)})


def _one_icon(value: Any, place: Place) -> Iterator[str]:
    if "icon" in value and "slack_icon" in value:
        yield place.wrong("icon and slack_icon must not both be given")


_card = typed(
    "card",
    {},
    {
        **_ID,
        "hero_image": image,
        "icon": image,
        "slack_icon": typed("icon", {"name": string(255)}),
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": items(one_of(ELEMENTS, frozenset({"button"})), 1, 3),
    },
    at_least_one("hero_image", "title", "actions", "body"),
    _one_icon,
)

_TASK: dict[str, Check] = {"task_id": string(), "title": string()}
_TASK_MORE: dict[str, Check] = {
    "details": rich_text,
    "output": rich_text,
    "sources": items(typed("url", {"url": url(), "text": string()}), 1),
}
# A task card that stands alone cannot be pending; one in a plan can, and has no type of its own.
_task_card = typed("task_card", {**_TASK, "status": choice("in_progress", "complete", "error")}, {**_ID, **_TASK_MORE})
_task = shape({**_TASK, "status": choice("pending", "in_progress", "complete", "error")}, _TASK_MORE)


def _tasks_differ(value: Any, place: Place) -> Iterator[str]:
    if len({task["task_id"] for task in value["tasks"]}) != len(value["tasks"]):
        yield place.at("tasks").wrong("must not repeat a task_id")


_feedback = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": typed(
        "feedback_buttons", {"positive_button": _feedback, "negative_button": _feedback}, {"action_id": identifier}
    ),
    "icon_button": typed(
        "icon_button",
        {"icon": choice("trash"), "text": plain(75)},
        {
            "action_id": identifier,
            "value": string(2000),
            "confirm": confirm,
            "accessibility_label": string(75),
            "visible_to_user_ids": items(string(255), 1, 10),
        },
    ),
}

NEWER_BLOCKS: dict[str, Check] = {
    **_TABLES,
    "data_visualization": typed("data_visualization", {"title": string(50), "chart": one_of(_CHARTS)}, _ID),
    "alert": typed(
        "alert", {"text": text(200)}, {**_ID, "level": choice("default", "info", "warning", "error", "success")}
    ),
    "card": _card,
    "carousel": typed("carousel", {"elements": items(_card, 1, 10)}, _ID),
    "plan": typed("plan", {"title": string(), "tasks": items(_task, 1, 50)}, _ID, _tasks_differ),
    "task_card": _task_card,
    "context_actions": typed("context_actions", {"elements": items(one_of(_CONTEXT_ACTIONS), 1, 5)}, _ID),
}

_MESSAGE, _NOT_MODAL = frozenset({"message"}), frozenset({"message", "home"})
NEWER_SURFACES: dict[str, frozenset[str]] = {
    "table": _NOT_MODAL,
    "data_table": _NOT_MODAL,
    "data_visualization": _NOT_MODAL,
    "alert": frozenset({"modal"}),
    "carousel": _NOT_MODAL,
    "plan": _MESSAGE,
    "task_card": _MESSAGE,
    "context_actions": _MESSAGE,
}
