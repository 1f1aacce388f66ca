"""What a browser asks for. `attach` puts it all on the server of a local Slack; to serve one more path, add a row to `routes`.

A person's paths begin with /as/<user id>/. Whoever is not there, and whatever they do not have, is 404 alike.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox import sight
from sandbox.app_routes import LIVE
from sandbox.cannot import CannotDo
from sandbox.play import acts, asked, chooser, page, pulse, suggest, words
from sandbox.play.guard import HEADERS, guard
from sandbox.play.scene import MEMORY, Memory, Place, Scene
from sandbox.render.safe import visible

STATIC = Path(__file__).with_name("static")
DRAWINGS = Path(__file__).parent.parent / "render"
FILES = {
    "play.css": (STATIC, "text/css"),
    "blocks.css": (DRAWINGS, "text/css"),
    **{one.name: (STATIC, "text/javascript") for one in STATIC.glob("*.js")},
    "icon.svg": (STATIC, "image/svg+xml"),
}


async def choose(request: web.Request) -> web.StreamResponse:
    """GET /: who to be."""
    return _html(chooser.draw(request.app[LIVE].sandbox.world))


async def window(request: web.Request) -> web.StreamResponse:
    """GET /as/<user>/[<room>][?thread=<ts>]: a person's window."""
    try:
        scene = _scene(request, _place(request.match_info.get("room", ""), dict(request.query)))
    except web.HTTPNotFound:
        return _html(page.nothing(), status=404)
    return _html(page.window(_since(scene), time.monotonic_ns()))


async def parts(request: web.Request) -> web.StreamResponse:
    """GET /as/<user>/parts?room=&thread=: the same in parts, to go to another room without loading the page."""
    scene = _since(_scene(request, _place(request.query.get("room", ""), dict(request.query))))
    return _json(_fresh(scene) | {"since": scene.place.since})


async def live(request: web.Request) -> web.StreamResponse:
    """GET /as/<user>/live?room=&thread=&since=: what changes on the screen, as it changes."""
    place = _place(request.query.get("room", ""), dict(request.query))
    _scene(request, place)
    return await pulse.stream(request, lambda: _scene(request, place))


async def act(request: web.Request) -> web.StreamResponse:
    """POST /as/<user>/act: does it, and gives what the window shows now; 400 for what no script of ours sends."""
    body = asked.act(await asked.body(request))
    place = body.get("place") or {}
    scene = _scene(request, _place(place.get("room", ""), place))
    outcome = await acts.do(scene, body)
    told = {"notice": outcome.notice, "ok": outcome.ok, "go": outcome.go and f"{scene.base}/{outcome.go}"}
    return _json(_fresh(_scene(request, scene.place)) | told)


async def options(request: web.Request) -> web.StreamResponse:
    """POST /as/<user>/options: the list below a field to search in; {"cannot": sentence} where there is none."""
    body = asked.options(await asked.body(request))
    scene = _scene(request, Place())
    try:
        if "sign" in body:
            found = suggest.mentions(scene, body["sign"], body["typed"])
        else:
            where = (body["target"], body["block_id"], body["action_id"], body["typed"])
            found = await suggest.options(scene, *where)
    except CannotDo as reason:
        return _json({"cannot": words.refusal(reason), "options": []})
    shown = (one._replace(label=visible(one.label), more=visible(one.more)) for one in found)
    return _json({"options": [one._asdict() for one in shown]})


async def download(request: web.Request) -> web.StreamResponse:
    """GET /as/<user>/files/<id>: a file of one of their rooms, or their own. Always saved, never shown."""
    scene = _scene(request, Place())
    file = scene.live.sandbox.world.files.get(request.match_info["id"])
    rooms = {room.id for room in scene.rooms}
    if file is None or file.deleted or not (file.user == scene.user.id or rooms.intersection(file.channels)):
        raise web.HTTPNotFound(text="not found")
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    headers = {**HEADERS, "Content-Disposition": disposition}
    return web.Response(body=file.data, content_type="application/octet-stream", headers=headers)


async def static(request: web.Request) -> web.StreamResponse:
    """GET /static/<name>: style and script."""
    found = FILES.get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound(text="not found")
    folder, kind = found
    text = (folder / request.match_info["name"]).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=kind, headers=HEADERS)


def _scene(request: web.Request, place: Place) -> Scene:
    """404 for nobody, and for a room they are not in."""
    try:
        user = sight.person(request.app[LIVE], request.match_info["user"])
        scene = Scene(request.app[LIVE], request.app[MEMORY], user, place)
        assert scene.room is None or user.id in scene.room.members
    except CannotDo:
        raise web.HTTPNotFound(text="not found") from None
    return scene


def _place(room: str, asked: dict[str, Any]) -> Place:
    return Place(room, str(asked.get("thread") or ""), str(asked.get("since") or ""))


def _since(scene: Scene) -> Scene:
    """The same look, which knows up to where its room had been read when it was opened."""
    read = scene.memory.read.get((scene.user.id, scene.room.id), "") if scene.room else ""
    place = Place(scene.place.room, scene.place.thread, read)
    return Scene(scene.live, scene.memory, scene.user, place)


def _fresh(scene: Scene) -> dict[str, Any]:
    at = time.monotonic_ns()
    return {"at": at, "parts": page.parts(scene)}


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=HEADERS, status=status)


def _json(value: Any) -> web.Response:
    return web.json_response(value, headers=HEADERS)


routes = [
    web.get("/", choose),
    web.get("/static/{name}", static),
    web.get("/as/{user}/", window),
    web.get("/as/{user}/parts", parts),
    web.get("/as/{user}/live", live),
    web.post("/as/{user}/act", act),
    web.post("/as/{user}/options", options),
    web.get("/as/{user}/files/{id}", download),
    web.get("/as/{user}/{room}", window),
]


def attach(application: web.Application) -> None:
    """The pages, what they remember, and who may ask."""
    application[MEMORY] = Memory()
    application.middlewares.append(guard)
    application.add_routes(routes)
