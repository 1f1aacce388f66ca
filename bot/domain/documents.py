"""Documents of a supplier or of one engagement: a title, and a link or a stored file. Removed ones stay for the history.

A link is an https address and nothing else, and it is shown as text, letter for letter: nobody is led anywhere by a name.
A file is kept by its content (`sha256`), however many documents have the same; what may be kept says `evidence.py`.
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
FILE = "file"


class Document(Root):
    """One document, with either a link or a file. `engagement_id` None: it is the company's. `removed_at` None: it stands
    in the record. `added_by` uploaded the file; `added_at` is when it was stored.
    """

    supplier_id: str
    engagement_id: str | None = None
    title: str
    link: str = ""
    sha256: str | None = None
    file_name: str = ""
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


def title_of(text: str, field: str) -> str:
    """A document's name. Raises Refusal(EMPTY, TOO_LONG) on `field`."""
    return one_line(text, field, TITLE)


DOCUMENT_FIELDS: tuple[Field, ...] = (
    Field("title", DOCUMENT, Input.LINE, Part.DOCUMENT, "", title_of, must=True),
    Field("link", DOCUMENT, Input.LINE, Part.DOCUMENT, "", link),
)


def one_of(link: str, files: int) -> list[Refusal]:
    """What is wrong with a new document: it has either a link or one file (NO_LINK_NO_FILE, LINK_AND_FILE on `file`)."""
    if not link and not files:
        return [Refusal(Code.NO_LINK_NO_FILE, FILE)]
    return [Refusal(Code.LINK_AND_FILE, FILE)] if (link and files) or files > 1 else []
