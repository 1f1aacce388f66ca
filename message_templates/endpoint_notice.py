"""What the security team is told about endpoints: one was suspended, or a review has none."""

from __future__ import annotations

from typing import Any

from bot.domain.base import Value
from message_templates import kit
from message_templates.catalogs import Text

Json = dict[str, Any]


class Suspended(Value):
    """Why nothing is sent to a supplier's channel any more: `why` is a Difference, with the names that belong to it."""

    supplier: str
    channel_id: str
    why: str
    companies: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def suspended(t: Text, what: Suspended) -> list[Json]:
    """What changed, what was stopped, what to do."""
    names = t("link.between").join(what.companies or what.people) or t("link.unnamed")
    return [
        kit.header(t("endpoint.suspended_title")),
        kit.section(kit.plain(t("endpoint.supplier", supplier=what.supplier))),
        kit.section(kit.plain(t(f"endpoint.why.{what.why}", names=names))),
        kit.section(kit.plain(t("endpoint.stopped"))),
        kit.section(kit.md(t, "endpoint.to_do", channel=what.channel_id)),
    ]


def suspended_text(t: Text, what: Suspended) -> str:
    """The text of notifications."""
    return kit.fallback(t("endpoint.suspended_text", supplier=what.supplier))


def no_endpoint(t: Text, supplier: str) -> list[Json]:
    """A review cannot go out: there is no verified endpoint."""
    return [
        kit.header(t("endpoint.none_title")),
        kit.section(kit.plain(t("endpoint.none", supplier=supplier))),
        kit.section(kit.md(t, "endpoint.none_to_do")),
    ]


def no_endpoint_text(t: Text, supplier: str) -> str:
    """The text of notifications."""
    return kit.fallback(t("endpoint.none", supplier=supplier))
