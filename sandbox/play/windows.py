"""The modal on top, as a dialog. What lies under it is kept and comes back when it closes; only that there is something is told.

Under an input stands what the app answered (`errors`), else what the screen itself did not take (`Memory.wrong`, with the
text as it was typed, so that nobody types it twice).
"""

from __future__ import annotations

import copy

from sandbox import sight, views
from sandbox.elements import ELEMENTS, places
from sandbox.play.scene import Scene
from sandbox.render import html
from sandbox.render.safe import tag
from sandbox.world import Json


def draw(scene: Scene) -> str:
    """The part `windows`."""
    view = sight.modal(scene.live, scene.user)
    if view is None:
        return tag("div", id="windows")
    wrong = scene.memory.wrong.get(view["id"], {})
    values = _as_typed(view, {block: typed for block, (_, typed) in wrong.items()})
    errors = {block: text for block, (text, _) in wrong.items()} | view["errors"]
    content = view["content"] | {"id": view["id"]}
    drawn = html.view(content, values, errors, scene.known.flat, live=True)
    title = str((content.get("title") or {}).get("text", ""))
    depth = len(views.stack(scene.live.sandbox.world, scene.user.id))
    below = tag("p", "閉じると前の画面に戻ります", cls="depth") if depth > 1 else ""
    dialog = tag("dialog", drawn, below, id=f"view-{view['id']}", aria_label=title, data_hash=view["hash"])
    return tag("div", dialog, id="windows")


def _as_typed(view: Json, typed: Json) -> Json:
    """The values, with text that was not taken in its place."""
    values: Json = copy.deepcopy(view["values"])
    for place in places(view["content"]["blocks"]):
        if place.block_id in typed and ELEMENTS[place.type].key == "value" and typed[place.block_id] is not None:
            values[place.block_id][place.action_id]["value"] = typed[place.block_id]
    return values
