"""The form that asks where a dropped file belongs, its searching menu, and what is said of documents' files."""

from __future__ import annotations

from typing import Any

from bot.domain.documents import TITLE
from bot.domain.papers import Filed, Given, PaperForm, Places
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

WHERE, NAME = "where", "title"


def paper_view(t: Text, form: PaperForm) -> Json:
    """Which record or which work, and under which name; the file's own name is proposed."""
    menu = {
        "type": "external_select",
        "action_id": ids.Do.DOCUMENT_WHERE.value,
        "min_query_length": 1,
        "placeholder": kit.plain(t("document.where_placeholder"), 150),
    }
    proposed = form.file_name.rpartition(".")[0] or form.file_name
    blocks = [
        kit.context(kit.plain(t("record.file", name=form.file_name))),
        kit.input_block(t("document.where"), menu, ids.field_block(WHERE), optional=False),
        kit.input_block(
            t("document.field.title"),
            kit.text_input(ids.Field.VALUE, proposed, limit=TITLE),
            ids.field_block(NAME),
            optional=False,
        ),
    ]
    return kit.modal(
        t("record.form.document"),
        blocks,
        callback_id=ids.View.DOCUMENT_FILE,
        metadata=ids.pack(form.transfer_id, str(form.cycle)),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def place_options(t: Text, found: Places) -> Json:
    """The acknowledgement of what is typed: records, and the works of each."""
    options = []
    for place in found.places:
        about = kit.cut(place.business, 40) if place.business else t("record.of_company")
        text = t("document.place", name=kit.cut(place.name, 30), about=about)
        options.append(kit.option(text, ids.pack(place.kind, place.id)))
    return {"options": options}


def filed_text(t: Text, filed: Filed) -> str:
    """It stands in the record now."""
    about = filed.business or t("record.of_company")
    return t("document.filed", title=filed.title, name=filed.name, about=kit.cut(about, 300))


def given_text(t: Text, given: Given) -> str:
    """It is on its way."""
    return t("document.given", title=given.title)
