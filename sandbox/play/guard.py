"""Who may ask: a browser on this machine, from these pages. Nothing here is a secret, but another page must not act.

A browser says from where a request comes (Origin, Sec-Fetch-Site): what changes something is taken from our own pages only.
A foreign Host is refused, so that no outside name that points at 127.0.0.1 can read along. Programs (the app, tests, drivers)
send no such headers and are let through. Pages may load from here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

_HOSTS = {"127.0.0.1", "localhost", "[::1]", "::1"}
_OWN = {"same-origin", "none"}
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """403 for what a foreign page asks; for the whole server, because the drivers' paths can do even more."""
    why = foreign(request)
    return web.Response(status=403, text=why) if why else await handler(request)


def foreign(request: web.Request) -> str:
    """Why it is not taken, or ""."""
    host = request.headers.get("Host", "")
    if urlsplit(f"//{host}").hostname not in _HOSTS:
        return "this host is not served here"
    if request.method in ("GET", "HEAD") and "Origin" not in request.headers:
        return ""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "none")
    if site not in _OWN or origin not in (None, f"http://{host}"):
        return "only pages of this local Slack may act"
    return ""
