"""Small drawings beside words, as inline SVG: no font has to have them. To add one: a row of PATHS (24 by 24, stroked)."""

from __future__ import annotations

from sandbox.render.safe import tag

PATHS = {
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "hash": "M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6 0 0 1 13 0M16 5a3 3 0 0 1 0 6M18 14.5a6 6 0 0 1 3 5.5",
    "clip": "M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 17a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
    "home": "M4 11l8-7 8 7M6 9.5V20h4.5v-5h3v5H18V9.5",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    "back": "M15 4l-8 8 8 8",
    "send": "M4 12 20 4l-5 16-4-7z",
}


def icon(name: str) -> str:
    """The drawing; words beside it, or a label around it, say what it means."""
    path = tag("path", d=PATHS[name])
    return tag("svg", path, cls="icon", viewBox="0 0 24 24", width="18", height="18", aria_hidden="true")
