"""Interactive elements -> HTML controls without script, all carrying data-action-id and data-block-id.

A page that wants to be alive listens for them; a transcript puts them into a disabled fieldset. To add one: a function and
a row of DRAWN, a row in `sandbox/elements.py`, and its text form in `markdown.py`. What is not in DRAWN is drawn as a red box.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import groupby

from sandbox.render import rich_text
from sandbox.render.attributes import data_of, text, words, wrong_of
from sandbox.render.mrkdwn import JST
from sandbox.render.safe import Typed, editable, esc, safe_url, tag, undrawn, void
from sandbox.render.spans import to_html
from sandbox.render.state import Choice, Env, choices, current, file_name
from sandbox.world import Json

Draw = Callable[[Json, str, Env], str]


def draw(element: Json, block_id: str, env: Env) -> str:
    """One element; an unknown one as a red box."""
    drawn = DRAWN.get(str(element.get("type")))
    if env.scope:
        element = {**element, "dom_id": f"{env.scope}/{block_id}/{element.get('action_id')}"}
    return drawn(element, block_id, env) if drawn else undrawn("要素", element.get("type"))


def _button(element: Json, block_id: str, env: Env) -> str:
    style = element.get("style", "")
    confirm = element.get("confirm") or {}
    shared = {
        **data_of(element, block_id),
        "cls": f"btn {style}" if style in ("primary", "danger") else "btn",
        "title": "\n".join(filter(None, (words(confirm.get(part), env.names) for part in ("title", "text")))),
        "data_confirm": bool(confirm) or None,
        "aria_label": element.get("accessibility_label"),
    }
    label = text(element.get("text"), env.names)
    url = safe_url(element.get("url"))
    if url:
        return tag("a", label, href=url, target="_blank", rel="noopener noreferrer nofollow", **shared)
    return tag("button", label, type="button", **shared)


def _overflow(element: Json, block_id: str, env: Env) -> str:
    data = data_of(element, block_id)
    items = (
        tag("button", esc(one.label), type="button", cls="btn", value=one.value, **data)
        for one in choices(element, block_id, env)
    )
    return tag("details", tag("summary", "⋯", aria_label="その他の操作"), tag("div", *items), cls="overflow", **data)


def _ticks(kind: str) -> Draw:
    """Radio buttons or checkboxes, one a line."""

    def drawn(element: Json, block_id: str, env: Env) -> str:
        name = f"{block_id}/{element.get('action_id', '')}"
        ticks = (_tick(kind, name, one) for one in choices(element, block_id, env))
        return tag(
            "div", *ticks, cls="ticks", role="radiogroup" if kind == "radio" else "group", **data_of(element, block_id)
        )

    return drawn


def _tick(kind: str, name: str, one: Choice) -> str:
    box = void("input", type=kind, name=name, value=one.value, checked=one.chosen)
    more = tag("small", esc(one.description)) if one.description else ""
    return tag("label", box, tag("span", esc(one.label), more))


def _select(element: Json, block_id: str, env: Env) -> str:
    listed = choices(element, block_id, env)
    placeholder = words(element.get("placeholder"), env.names) or "選択してください"
    # an option without a value attribute would send its label
    nothing = f'<option value="">{esc(placeholder)}</option>'
    if env.live and element.get("type") != "static_select":
        return _combo(element, block_id, env, many=False)
    return tag(
        "select",
        nothing,
        *(_group(label, list(some)) for label, some in groupby(listed, key=lambda one: one.group)),
        cls="field",
        data_min_query_length=element.get("min_query_length"),
        **data_of(element, block_id),
    )


def _group(label: str, some: list[Choice]) -> str:
    drawn = "".join(tag("option", esc(one.label), value=one.value, selected=one.chosen) for one in some)
    return tag("optgroup", drawn, label=label) if label else drawn


def _combo(element: Json, block_id: str, env: Env, *, many: bool) -> str:
    """A field to search in: what is chosen as chips, a text field, and the list that a page puts below it."""
    label = element.get("label") if isinstance(element.get("label"), str) else None
    placeholder = words(element.get("placeholder"), env.names) or "検索して選択"
    field = void(
        "input",
        type="text",
        role="combobox",
        id=f"{element['dom_id']}/search" if "dom_id" in element else None,
        aria_expanded="false",
        aria_autocomplete="list",
        aria_label=label or placeholder,
        **wrong_of(element),
        autocomplete="off",
        placeholder=placeholder,
        cls="search",
    )
    return tag(
        "div",
        *(_chip(one) for one in choices(element, block_id, env) if one.chosen),
        field,
        cls="field combo",
        data_many=many,
        data_min=element.get("min_query_length"),
        **{**data_of(element, block_id), "aria_label": None, "aria_invalid": None, "aria_describedby": None},
    )


def _chip(one: Choice) -> str:
    gone = tag("button", "×", type="button", cls="gone", aria_label=f"{one.label} を外す")
    return tag("span", tag("span", esc(one.label)), gone, cls="chip", data_value=one.value)


def _multi_select(element: Json, block_id: str, env: Env) -> str:
    """The chosen ones as chips; unfolded, a list to tick."""
    if env.live:
        return _combo(element, block_id, env, many=True)
    listed = choices(element, block_id, env)
    chips = "".join(tag("span", esc(one.label), cls="chip") for one in listed if one.chosen)
    placeholder = esc(words(element.get("placeholder"), env.names) or "選択してください")
    name = f"{block_id}/{element.get('action_id', '')}"
    return tag(
        "details",
        tag("summary", chips or tag("span", placeholder, cls="placeholder")),
        tag("div", *(_tick("checkbox", name, one) for one in listed), cls="ticks"),
        cls="field multi",
        **data_of(element, block_id),
    )


def _input(kind: str) -> Draw:
    """A one-line input of HTML's `kind`; text inputs may be multiline."""

    def drawn(element: Json, block_id: str, env: Env) -> str:
        value = current(element, block_id, env)
        value = "" if value is None else str(value)
        shared = {
            "placeholder": words(element.get("placeholder"), env.names),
            "cls": "field",
            **data_of(element, block_id),
        }
        limits = {"minlength": element.get("min_length"), "maxlength": element.get("max_length")}
        if element.get("multiline"):
            # the line end after <textarea> is not part of the text, so one is always written
            return tag(
                "textarea",
                "\n" + (editable(value) if env.live else esc(value)),
                rows=max(3, min(8, value.count("\n") + 1)),
                **limits,
                **shared,
            )
        if kind == "number":
            step = "any" if element.get("is_decimal_allowed") else None
            limits = {"min": element.get("min_value"), "max": element.get("max_value"), "step": step}
        return void("input", type=kind, value=Typed(value) if env.live else value, **limits, **shared)

    return drawn


def _moment(element: Json, block_id: str, env: Env) -> str:
    """datetimepicker: Unix seconds, shown in Japanese time."""
    seconds = current(element, block_id, env)
    if env.live:
        shown = f"{datetime.fromtimestamp(int(seconds), JST):%Y-%m-%dT%H:%M}" if seconds else ""
        return void("input", type="datetime-local", value=shown, cls="field", **data_of(element, block_id))
    date = {"type": "mrkdwn", "text": f"<!date^{seconds}^{{date_num}} {{time}}|>"} if seconds else None
    return void("input", type="text", value=words(date, env.names), cls="field", **data_of(element, block_id))


def _files(element: Json, block_id: str, env: Env) -> str:
    chips = "".join(
        tag("span", "📎 ", esc(file_name(one)), cls="chip") for one in current(element, block_id, env) or []
    )
    accept = ",".join(f".{kind}" for kind in element.get("filetypes") or [])
    many = int(element.get("max_files", 10)) > 1
    pick = void("input", type="file", multiple=many, accept=accept, **data_of(element, block_id))
    return tag(
        "div", tag("span", chips, cls="chips") if chips else "", tag("label", "＋ ファイルを追加", pick), cls="files"
    )


def _rich_text_input(element: Json, block_id: str, env: Env) -> str:
    value = current(element, block_id, env)
    inner = to_html(rich_text.read(value, env.names)) if value else ""
    return tag("div", inner, cls="field rich", contenteditable="true", **data_of(element, block_id))


DRAWN: dict[str, Draw] = {
    "button": _button,
    "workflow_button": _button,
    "overflow": _overflow,
    "radio_buttons": _ticks("radio"),
    "checkboxes": _ticks("checkbox"),
    "static_select": _select,
    "external_select": _select,
    "users_select": _select,
    "conversations_select": _select,
    "channels_select": _select,
    "multi_static_select": _multi_select,
    "multi_external_select": _multi_select,
    "multi_users_select": _multi_select,
    "multi_conversations_select": _multi_select,
    "multi_channels_select": _multi_select,
    "datepicker": _input("date"),
    "timepicker": _input("time"),
    "datetimepicker": _moment,
    "plain_text_input": _input("text"),
    "email_text_input": _input("email"),
    "url_text_input": _input("url"),
    "number_input": _input("number"),
    "rich_text_input": _rich_text_input,
    "file_input": _files,
}
