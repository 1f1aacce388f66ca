"""Documents of a supplier or of one engagement: a title and a link. Removed ones stay for the history.

A link is an https address and nothing else, and it is shown as text, letter for letter: nobody is led anywhere by a name.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import AwareDatetime

from bot.domain.base import Root
from bot.domain.entered import one_line
from bot.domain.fields import Field, Input, Part
from bot.domain.refusal import Code, Refusal

DOCUMENT = "document"
TITLE = 150
LINK = 1000


class Document(Root):
    """One document. `engagement_id` None: it is the company's. `removed_at` None: it stands in the record."""

    supplier_id: str
    engagement_id: str | None = None
    title: str
    link: str
    added_by: str
    added_at: AwareDatetime
    removed_at: AwareDatetime | None = None


def link(text: str, field: str) -> str:
    """An https address. Raises Refusal(BAD_LINK, EMPTY, TOO_LONG) on `field`."""
    line = one_line(text, field, LINK)
    try:
        parts = urlsplit(line)
        fit = (
            parts.scheme == "https" and bool(parts.hostname) and "." in (parts.hostname or "") and parts.port in _PORTS
        )
    except ValueError:
        fit = False
    if not fit or parts.username is not None or set(line) & set(' <>"|\\`'):
        raise Refusal(Code.BAD_LINK, field)
    return line


_PORTS = (None, *range(1, 65536))


def _title(text: str, field: str) -> str:
    return one_line(text, field, TITLE)


DOCUMENT_FIELDS: tuple[Field, ...] = (
    Field("title", DOCUMENT, Input.LINE, Part.DOCUMENT, "", _title, must=True),
    Field("link", DOCUMENT, Input.LINE, Part.DOCUMENT, "", link, must=True),
)
