"""The business clock at the top, and moving it: an hour, a day, a week, or to a date. It is everybody's."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.cannot import CannotDo
from sandbox.live import Live
from sandbox.play.icons import icon
from sandbox.play.scene import Scene
from sandbox.render.mrkdwn import JST
from sandbox.render.safe import tag, void
from sandbox.render.story import day

FIRST, LAST = datetime(2000, 1, 1, tzinfo=JST), datetime(2099, 12, 31, 23, 59, tzinfo=JST)
STEPS = {"hour": ("＋1時間", 3600), "day": ("＋1日", 86400), "week": ("＋1週間", 604800)}

_BOUNDS = {"min": f"{FIRST:%Y-%m-%dT%H:%M}", "max": f"{LAST:%Y-%m-%dT%H:%M}"}


def draw(scene: Scene) -> str:
    """The part `clock`: the same until it is set; the script counts on from there."""
    base, real, running = scene.live.clock.setting
    now = base.astimezone(JST)
    counted = {"data_base": f"{now:%Y-%m-%dT%H:%M:%S}", "data_set": str(int(real.timestamp())), "data_runs": running}
    shown = tag("time", f"{day(now)} {now:%H:%M}", **counted)
    buttons = (tag("button", text, type="button", cls="btn", data_move=key) for key, (text, _) in STEPS.items())
    date = void("input", type="datetime-local", cls="field", aria_label="業務時計の日時", **_BOUNDS)
    go = tag("button", "この日時にする", type="button", cls="btn", data_move="date")
    told = tag("p", "期限・リマインドはこの時計で進みます。全員に共通です。")
    panel = tag("div", tag("div", *buttons, cls="steps"), tag("div", date, go, cls="steps"), told, cls="panel")
    return tag("details", tag("summary", icon("clock"), shown), panel, id="clock", cls="clock")


def move(live: Live, how: str, to: str) -> None:
    """Moves the clock; CannotDo for what is no date, or further than the clock goes."""
    moment = live.clock.now() + timedelta(seconds=STEPS[how][1]) if how in STEPS else _date(to)
    if not FIRST <= moment <= LAST:
        raise CannotDo(f"the clock goes from {FIRST.year} to {LAST.year}")
    live.clock.set(moment)
    live.activity.touch()
    live.sandbox.record.write("clock", now=live.clock.now().isoformat())


def _date(to: str) -> datetime:
    try:
        return datetime.fromisoformat(to).replace(tzinfo=JST)
    except ValueError as error:
        raise CannotDo(f"{to!r} is not a date") from error
