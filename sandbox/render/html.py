"""Block Kit -> HTML for people: `blocks`, `message`, `view`. Pure functions, no script, nothing from outside.

Contract: whatever the blocks say, the HTML is safe (see `safe.py`) and shows everything or a red box with the type of what
it cannot draw. Buttons and inputs carry data-action-id and data-block-id, modals data-view-id and data-callback-id, so that
a page may bring them to life. Styles are in blocks.css. To add a block: a function and a row of BLOCKS, and its text form in
`markdown.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.render import commonmark, rich_text
from sandbox.render.attributes import text, words
from sandbox.render.elements import draw
from sandbox.render.mrkdwn import Names, parse
from sandbox.render.names import Person, avatar, badge
from sandbox.render.safe import esc, safe_url, tag, undrawn, void
from sandbox.render.spans import to_html
from sandbox.render.state import Env, file_name
from sandbox.render.tables import table
from sandbox.world import Json


def blocks(
    content: Sequence[Json],
    names: Names,
    values: Json | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    live: bool = False,
    scope: str = "",
) -> str:
    """A list of blocks. `values`: block_id -> action_id -> state value; `errors`: block_id -> text."""
    return "".join(block(one, Env(names, values or {}, errors or {}, live, scope)) for one in content)


def block(content: Json, env: Env) -> str:
    """One block; an unknown one as a red box."""
    drawn = BLOCKS.get(str(content.get("type")))
    inner = drawn(content, env) if drawn else undrawn("ブロック", content.get("type"))
    error = env.errors.get(str(content.get("block_id")))
    said = tag("p", esc(error), cls="error", role="alert", id=_error_id(content, env)) if error else ""
    return _identified(inner, content, env) + said


def _error_id(content: Json, env: Env) -> str | None:
    """Of the sentence under an input, for the input to point at; None where nothing has an id."""
    return f"{env.scope}/{content.get('block_id')}/error" if env.scope else None


def _identified(inner: str, content: Json, env: Env) -> str:
    """With an id around it where the page needs one."""
    block_id = content.get("block_id")
    return tag("div", inner, id=f"{env.scope}/{block_id}") if env.scope and block_id else inner


def message(
    content: Json,
    author: str,
    person: Person,
    names: Names,
    *,
    when: str = "",
    marks: Sequence[str] = (),
    live: bool = False,
) -> str:
    """A message as in a channel: avatar, name, badge, time, content. `marks` are short notes such as 編集済み."""
    head = tag(
        "div",
        tag("b", esc(person.name), cls="name"),
        badge(person),
        tag("time", esc(when), cls="time") if when else "",
        *(tag("span", esc(mark), cls="mark") for mark in marks),
        cls="head",
    )
    return tag(
        "div", avatar(author, person), tag("div", head, body(content, names, live=live), cls="said"), cls="message"
    )


def body(content: Json, names: Names, *, live: bool = False) -> str:
    """The content of a message: its blocks (else its text), with what was entered in them (`values`), and its files."""
    shown = blocks(content.get("blocks") or [], names, content.get("values"), live=live)
    if not shown and content.get("text"):
        shown = tag("div", to_html(parse(str(content["text"]), names)), cls="b section")
    files = "".join(file_chip(one) for one in content.get("files") or [])
    return tag("form", shown, method="dialog", cls="blocks") + (tag("div", files, cls="chips") if files else "")


def file_chip(file: Any) -> str:
    """A file by name, with its size where it is known; a bare id when nothing else is. With `href` it can be fetched."""
    about = file if isinstance(file, dict) else {}
    size, href = about.get("size"), about.get("href")
    inner = ("📎 ", esc(file_name(file)), tag("small", " ", esc(file_size(size))) if size else "")
    return tag("a", *inner, cls="chip file", href=href, download=True) if href else tag("span", *inner, cls="chip file")


def file_size(size: Any) -> str:
    """Bytes as people read them."""
    number = int(size)
    if number < 1024:
        return f"{number} B"
    return f"{number / 1024:.0f} KB" if number < 1024**2 else f"{number / 1024**2:.1f} MB"


def view(
    content: Json, values: Json | None, errors: Mapping[str, str] | None, names: Names, *, live: bool = False
) -> str:
    """A modal as a window with title, submit and close, or a Home tab. Errors of no block of the view stand on top."""
    scope = str(content.get("id") or "") if live else ""
    known = {one.get("block_id") for one in content.get("blocks", [])}
    stray = (f"{key}: {value}" for key, value in (errors or {}).items() if key not in known)
    inner = "".join(tag("p", esc(one), cls="error", role="alert") for one in stray)
    inner += blocks(content.get("blocks", []), names, values, errors, live=live, scope=scope)
    shared: dict[str, object] = {
        "method": "dialog",
        "data_view_id": content.get("id"),
        "data_callback_id": content.get("callback_id"),
    }
    if content.get("type") == "home":
        return tag("form", inner, cls="home blocks", **shared)
    if content.get("type") != "modal":
        return undrawn("画面", content.get("type"))
    title = tag("header", tag("b", text(content.get("title"), names)), _cross())
    return tag(
        "form", title, tag("div", inner, cls="modal-body"), _footer(content, names), cls="modal blocks", **shared
    )


def _cross() -> str:
    return tag("button", "✕", type="button", cls="x", data_role="clear", aria_label="すべて閉じる")


def _footer(content: Json, names: Names) -> str:
    submit = content.get("submit")
    close = words(content.get("close"), names) or ("キャンセル" if submit else "閉じる")
    buttons = tag("button", esc(close), type="button", cls="btn", data_role="close")
    if submit:
        buttons += tag("button", text(submit, names), type="button", cls="btn primary", data_role="submit")
    return tag("footer", buttons)


def _box(content: Json, kind: str, *inner: str) -> str:
    return tag("div", *inner, cls=f"b {kind}", data_block_id=content.get("block_id"))


def _section(content: Json, env: Env) -> str:
    said = text(content.get("text"), env.names)
    fields = "".join(tag("div", text(one, env.names)) for one in content.get("fields") or [])
    inner = (tag("div", said) if said else "") + (tag("div", fields, cls="fields") if fields else "")
    accessory = content.get("accessory")
    if not accessory:
        return _box(content, "section", inner)
    beside = tag("div", _element(accessory, content, env), cls="accessory")
    return _box(content, "section with", tag("div", inner, cls="grow"), beside)


def _element(element: Json, content: Json, env: Env) -> str:
    if element.get("type") == "image":
        return _picture(element)
    return draw(element, str(content.get("block_id", "")), env)


def _header(content: Json, env: Env) -> str:
    return tag("h4", text(content.get("text"), env.names), cls="b header", data_block_id=content.get("block_id"))


def _divider(_content: Json, _env: Env) -> str:
    return void("hr", cls="b divider")


def _context(content: Json, env: Env) -> str:
    return _box(content, "context", *(tag("span", _small(one, env)) for one in content.get("elements", [])))


def _small(element: Json, env: Env) -> str:
    if element.get("type") in ("mrkdwn", "plain_text"):
        return text(element, env.names)
    return _picture(element) if element.get("type") == "image" else undrawn("要素", element.get("type"))


def _actions(content: Json, env: Env) -> str:
    return _box(content, "actions", *(_element(one, content, env) for one in content.get("elements", [])))


def _input(content: Json, env: Env) -> str:
    optional = tag("small", "（任意）") if content.get("optional") else ""
    label = tag("div", text(content.get("label"), env.names), optional, cls="label")
    hint = text(content.get("hint"), env.names)
    said = {"dispatch": content.get("dispatch_action"), "label": words(content.get("label"), env.names)}
    wrong = " wrong" if content.get("block_id") in env.errors else ""
    told = {"wrong": bool(wrong), "error_id": _error_id(content, env) if wrong else None}
    element = {**content.get("element", {}), **said, **told}
    field = _element(element, content, env)
    return _box(content, f"input{wrong}", label, field, tag("p", hint, cls="hint") if hint else "")


def _picture(element: Json) -> str:
    """Never fetched: a drawing must not call out. Its text and, where harmless, a link stand for it."""
    label = "🖼 " + esc(element.get("alt_text") or "画像")
    url = safe_url(element.get("image_url"))
    return (
        tag("a", label, href=url, cls="picture", rel="noopener noreferrer nofollow")
        if url
        else tag("span", label, cls="picture")
    )


def _image(content: Json, env: Env) -> str:
    title = text(content.get("title"), env.names)
    return _box(content, "image", tag("div", title) if title else "", _picture(content))


def _rich_text(content: Json, env: Env) -> str:
    return _box(content, "rich_text", to_html(rich_text.read(content, env.names)))


def _markdown(content: Json, _env: Env) -> str:
    return _box(content, "markdown", to_html(commonmark.parse(str(content.get("text", "")))))


def _alert(content: Json, env: Env) -> str:
    level = content.get("level", "default")
    known = level if level in ("info", "warning", "error", "success") else "default"
    return tag("div", text(content.get("text"), env.names), cls=f"b alert {known}", role="status")


BLOCKS: dict[str, Callable[[Json, Env], str]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "table": table,
    "alert": _alert,
}
