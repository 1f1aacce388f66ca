"""Block Kit -> Markdown for a transcript, and -> plain text (everything a person can read, for searching and for verdicts).

One drawing serves both: a `Pen` writes text either escaped for Markdown or bare. Buttons are ［label］, options (●)/( ), ticks
☑/☐, inputs 【value】. To add a block or element: a function that gives lines, and a row of BLOCKS or ELEMENTS. What is in
neither is written out as 描画できない… with its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.render import commonmark, rich_text
from sandbox.render.html import file_size
from sandbox.render.mrkdwn import Names, parse, read_text
from sandbox.render.safe import visible
from sandbox.render.spans import Span, escape_markdown, to_markdown, to_plain
from sandbox.render.state import Env, choices, current, file_name
from sandbox.world import Json


@dataclass(frozen=True)
class Pen:
    """How text is written. `env` holds names, values and errors."""

    env: Env = field(default_factory=Env)
    plain: bool = False

    def spans(self, spans: Iterable[Span]) -> str:
        return (to_plain(spans) if self.plain else to_markdown(spans)).strip("\n")

    def text(self, value: Json | None) -> str:
        return self.spans(read_text(value, self.env.names))

    def raw(self, value: object) -> str:
        return visible(value) if self.plain else escape_markdown(value)

    def bold(self, text: str) -> str:
        return text if self.plain or not text else f"**{text}**"


def blocks(
    content: Sequence[Json], names: Names, values: Json | None = None, errors: Mapping[str, str] | None = None
) -> str:
    """Markdown of a list of blocks; arguments as in `html.blocks`."""
    return _paragraphs(content, Pen(Env(names, values or {}, errors or {})))


def plain(content: Sequence[Json], names: Names | None = None, values: Json | None = None) -> str:
    """All visible text of a list of blocks, also labels, options, hints, placeholders and confirmations."""
    return _paragraphs(content, Pen(Env(names or {}, values or {}), plain=True))


def body(content: Json, names: Names, *, as_plain: bool = False) -> str:
    """The content of a message: blocks (else text) and files."""
    pen = Pen(Env(names), as_plain)
    shown = _paragraphs(content.get("blocks") or [], pen) or pen.spans(parse(str(content.get("text") or ""), names))
    files = [_file(pen, one) for one in content.get("files") or []]
    return _join([shown, "  ".join(files)], pen)


def view(
    content: Json, values: Json | None, errors: Mapping[str, str] | None, names: Names, *, as_plain: bool = False
) -> str:
    """A modal with title and buttons, or a Home tab."""
    pen = Pen(Env(names, values or {}, errors or {}), as_plain)
    known = {one.get("block_id") for one in content.get("blocks", [])}
    stray = [f"⚠ {pen.raw(key)}: {pen.raw(text)}" for key, text in (errors or {}).items() if key not in known]
    buttons = "".join(f"［{pen.text(content[key])}］" for key in ("close", "submit") if content.get(key))
    title = pen.bold(pen.text(content.get("title")))
    return _join([title, *stray, _paragraphs(content.get("blocks", []), pen), buttons], pen)


def _join(parts: Iterable[str], pen: Pen) -> str:
    return ("\n" if pen.plain else "\n\n").join(part for part in parts if part)


def _paragraphs(content: Sequence[Json], pen: Pen) -> str:
    return _join((_block(one, pen) for one in content), pen)


def _block(content: Json, pen: Pen) -> str:
    drawn = BLOCKS.get(str(content.get("type")))
    lines = drawn(content, pen) if drawn else [_undrawn("ブロック", content, pen)]
    error = pen.env.errors.get(str(content.get("block_id")))
    if error:
        lines.append(f"⚠ {pen.raw(error)}")
    # two spaces at the end keep the lines of one block apart in Markdown
    text = "\n".join(line for line in lines if line)
    return (
        text if pen.plain or content.get("type") in ("table", "markdown", "rich_text") else text.replace("\n", "  \n")
    )


def _undrawn(what: str, content: Json, pen: Pen) -> str:
    return f"■ 描画できない{what}: {pen.raw(content.get('type'))}"


def _section(content: Json, pen: Pen) -> list[str]:
    fields = [pen.text(one) for one in content.get("fields") or []]
    accessory = content.get("accessory")
    return [pen.text(content.get("text")), *fields, *(_element(accessory, content, pen) if accessory else [])]


def _header(content: Json, pen: Pen) -> list[str]:
    return [pen.bold(pen.text(content.get("text")))]


def _divider(_content: Json, pen: Pen) -> list[str]:
    return [] if pen.plain else ["———"]


def _context(content: Json, pen: Pen) -> list[str]:
    return ["  ".join(_small(one, pen) for one in content.get("elements", []))]


def _small(element: Json, pen: Pen) -> str:
    if element.get("type") in ("mrkdwn", "plain_text"):
        return pen.text(element)
    return _picture(element, pen) if element.get("type") == "image" else _undrawn("要素", element, pen)


def _actions(content: Json, pen: Pen) -> list[str]:
    drawn = [_element(one, content, pen) for one in content.get("elements", [])]
    return [
        " ".join(lines[0] for lines in drawn if len(lines) == 1),
        *(line for lines in drawn if len(lines) > 1 for line in lines),
    ]


def _input(content: Json, pen: Pen) -> list[str]:
    optional = "（任意）" if content.get("optional") else ""
    label = pen.bold(pen.text(content.get("label"))) + optional
    return [label, *_element(content.get("element", {}), content, pen), pen.text(content.get("hint"))]


def _picture(element: Json, pen: Pen) -> str:
    return "🖼 " + pen.raw(element.get("alt_text") or "画像")


def _image(content: Json, pen: Pen) -> list[str]:
    return [pen.text(content.get("title")), _picture(content, pen)]


def _table(content: Json, pen: Pen) -> list[str]:
    rows = [[_cell(cell, pen) for cell in row] for row in content.get("rows", [])]
    if pen.plain or not rows:
        return ["  ".join(row) for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return [lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]


def _cell(cell: Json, pen: Pen) -> str:
    if cell.get("type") == "rich_text":
        return pen.spans(rich_text.read(cell, pen.env.names)).replace("\n", " ")
    known = cell.get("type") in ("raw_text", "raw_number")
    return pen.raw(cell.get("text", cell.get("value", ""))).replace("\n", " ") if known else _undrawn("セル", cell, pen)


def _file(pen: Pen, file: object) -> str:
    size = file.get("size") if isinstance(file, dict) else None
    return f"📎 {pen.raw(file_name(file))}" + (f" ({file_size(size)})" if size else "")


def _element(element: Json, content: Json, pen: Pen) -> list[str]:
    drawn = ELEMENTS.get(str(element.get("type")))
    return drawn(element, str(content.get("block_id", "")), pen) if drawn else [_undrawn("要素", element, pen)]


def _button(element: Json, _block_id: str, pen: Pen) -> list[str]:
    confirm = element.get("confirm") or {}
    asked = " / ".join(filter(None, (pen.text(confirm.get(part)) for part in ("title", "text", "confirm", "deny"))))
    return [f"［{pen.text(element.get('text'))}］" + (f"（確認: {asked}）" if asked else "")]


def _overflow(element: Json, block_id: str, pen: Pen) -> list[str]:
    return ["⋯ " + " ".join(f"［{pen.raw(one.label)}］" for one in choices(element, block_id, pen.env))]


def _ticks(on: str, off: str) -> Callable[[Json, str, Pen], list[str]]:
    def drawn(element: Json, block_id: str, pen: Pen) -> list[str]:
        return [
            f"{on if one.chosen else off} {pen.raw(one.label)}"
            + (f" — {pen.raw(one.description)}" if one.description else "")
            for one in choices(element, block_id, pen.env)
        ]

    return drawn


def _menu(element: Json, block_id: str, pen: Pen) -> list[str]:
    """What is chosen; then the other options, which a person sees when it is unfolded."""
    listed = choices(element, block_id, pen.env)
    chosen = "、".join(pen.raw(one.label) for one in listed if one.chosen)
    rest = " / ".join(pen.raw(one.label) for one in listed if not one.chosen)
    return [
        f"【{chosen or pen.text(element.get('placeholder')) or '選択してください'} ▾】" + (f" {rest}" if rest else "")
    ]


def _typed(element: Json, block_id: str, pen: Pen) -> list[str]:
    value = current(element, block_id, pen.env)
    if isinstance(value, dict):
        return [f"【{pen.spans(rich_text.read(value, pen.env.names))}】"]
    return [
        f"【{pen.raw(value) if value is not None and value != '' else pen.text(element.get('placeholder')) or '　'}】"
    ]


def _moment(element: Json, block_id: str, pen: Pen) -> list[str]:
    seconds = current(element, block_id, pen.env)
    return [f"【{pen.spans(parse(f'<!date^{seconds}^{{date_num}} {{time}}|>', {})) if seconds else '　'}】"]


def _files(element: Json, block_id: str, pen: Pen) -> list[str]:
    return ["  ".join(_file(pen, one) for one in current(element, block_id, pen.env) or []) or "【＋ ファイルを追加】"]


def _image_element(element: Json, _block_id: str, pen: Pen) -> list[str]:
    return [_picture(element, pen)]


ELEMENTS: dict[str, Callable[[Json, str, Pen], list[str]]] = {
    "button": _button,
    "workflow_button": _button,
    "overflow": _overflow,
    "image": _image_element,
    "radio_buttons": _ticks("(●)", "( )"),
    "checkboxes": _ticks("☑", "☐"),
    **dict.fromkeys(
        ("static_select", "external_select", "users_select", "conversations_select", "channels_select"), _menu
    ),
    **dict.fromkeys(("multi_static_select", "multi_external_select", "multi_users_select"), _menu),
    **dict.fromkeys(("multi_conversations_select", "multi_channels_select"), _menu),
    **dict.fromkeys(("plain_text_input", "email_text_input", "url_text_input", "number_input"), _typed),
    **dict.fromkeys(("datepicker", "timepicker", "rich_text_input"), _typed),
    "datetimepicker": _moment,
    "file_input": _files,
}

BLOCKS: dict[str, Callable[[Json, Pen], list[str]]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "rich_text": lambda content, pen: [pen.spans(rich_text.read(content, pen.env.names))],
    "markdown": lambda content, pen: [pen.spans(commonmark.parse(str(content.get("text", ""))))],
    "table": _table,
    "alert": lambda content, pen: [f"〔{pen.text(content.get('text'))}〕"],
}
