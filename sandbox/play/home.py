"""The app's Home tab as this person sees it. People of other workspaces see what Slack tells them (`sight.home`)."""

from __future__ import annotations

from sandbox import sight
from sandbox.play.scene import Scene
from sandbox.render import html
from sandbox.render.safe import tag


def draw(scene: Scene) -> str:
    """Inside the part `main`."""
    if not scene.live.sandbox.world.app.home_tab:
        return tag("div", tag("p", "このアプリにはホームタブがありません。"), cls="log nothing")
    view = sight.home(scene.live, scene.user)
    if view is None:
        return tag("div", tag("p", "ホームタブを準備しています…"), cls="log nothing", role="status")
    content = view["content"] | {"id": view["id"]}
    drawn = html.view(content, view["values"], view["errors"], scene.known.flat, live=True)
    return tag("div", drawn, id="log", cls="log home-tab", tabindex="0")
