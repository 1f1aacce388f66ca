"""The hub (点検の案内): the one message through which a supplier works. Who asks, why, by when, how far, and the way in.

It is refreshed in place and never shows answers: everybody in the channel sees it.
"""

from __future__ import annotations

from typing import Any

from bot.domain.hubs import HubView, PageProgress
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]
BUTTONS = 5


def hub_blocks(t: Text, hub: HubView) -> list[Json]:
    """The whole card."""
    return [kit.header(t("hub.title", title=hub.title)), *_letter(t, hub), *_state(t, hub)]


def hub_text(t: Text, hub: HubView) -> str:
    """The text of notifications and screen readers."""
    return kit.fallback(t("hub.fallback", company=hub.company, title=hub.title, due=t.date(hub.due_on)))


def _letter(t: Text, hub: HubView) -> list[Json]:
    if hub.state != "open":
        return [kit.section(kit.plain(t("hub.dear", supplier=hub.supplier)))]
    greeting = t("hub.letter", supplier=hub.supplier, company=hub.company, minutes=hub.minutes)
    return [
        kit.section(kit.plain(greeting)),
        kit.section(kit.plain(t("hub.why", purpose=hub.purpose))),
        kit.fields(
            [
                kit.md(t, "hub.due", due=t.date(hub.due_on)),
                kit.md(t, "hub.minutes", minutes=hub.minutes),
            ]
        ),
        kit.context(kit.plain(t("hub.use", company=hub.company)), kit.plain(t("hub.together"))),
        kit.divider(),
    ]


def _state(t: Text, hub: HubView) -> list[Json]:
    if hub.state != "open":
        return [kit.section(kit.plain(t(f"hub.state_{hub.state}", company=hub.company, due=t.date(hub.due_on))))]
    overall = t("hub.progress", bar=kit.bar(hub.answered, hub.total), answered=hub.answered, total=hub.total)
    return [kit.section(kit.plain(overall)), *_pages(t, hub), _submit(t, hub)]


def _pages(t: Text, hub: HubView) -> list[Json]:
    """A button per page, in rows; finished ones carry a tick, the first unfinished one is the primary button."""
    first = next((p.page for p in hub.pages if p.answered < p.total), None)
    buttons = [
        kit.button(
            page_label(t, page),
            f"{ids.Do.HUB_OPEN}.{page.page}",
            ids.pack(hub.review_id, hub.endpoint_id, page.page),
            style="primary" if page.page == first else "",
        )
        for page in hub.pages
    ]
    return [
        kit.actions(buttons[n : n + BUTTONS], block_id=f"vr1.hub_pages.{n}") for n in range(0, len(buttons), BUTTONS)
    ]


def page_label(t: Text, page: PageProgress) -> str:
    """A page on a button: tick or count, heading, and the engagement it is about."""
    mark = "✓" if page.answered >= page.total else f"{page.answered}/{page.total}"
    about = t("hub.about", about=kit.cut(page.about, 20)) if page.about else ""
    return f"{mark} {page.title}{about}"


def _submit(t: Text, hub: HubView) -> Json:
    value = ids.pack(hub.review_id, hub.endpoint_id)
    button = kit.button(t("hub.submit"), ids.Do.HUB_SUBMIT, value, style="primary" if hub.complete else "")
    return kit.actions([button], block_id="vr1.hub_submit")
