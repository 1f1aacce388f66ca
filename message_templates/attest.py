"""The modals behind an attestation card: what changed, when it ended, whose it is. The work stands on top, in full."""

from __future__ import annotations

from typing import Any

from bot.domain.attesting import NOTE_LIMIT, What
from bot.domain.digests import Work
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.digest import work_text

Json = dict[str, Any]
WHOLE = 2000


def changed_modal(t: Text, attestation_id: str, work: Work) -> Json:
    """What has changed; personal data holds what the ledger says."""
    options = [kit.option(t(f"attest.what.{what.value}"), what.value) for what in What]
    answers = [kit.option(t("common.yes"), "yes"), kit.option(t("common.no"), "no")]
    personal = kit.radio(ids.Field.VALUE, answers, "yes" if work.personal_data else "no")
    inputs = [
        _input(t, "what", "what", kit.checkboxes(ids.Field.VALUE, options)),
        _input(t, "personal_data", "personal_data", personal),
        _input(t, "ends_on", "ends_on", kit.date_input(ids.Field.VALUE), hint=True),
    ]
    return _modal(t, ids.View.ATTEST_CHANGED, attestation_id, work, [*inputs, _note(t)])


def ended_modal(t: Text, attestation_id: str, work: Work) -> Json:
    """When it ended."""
    ended = _input(t, "ends_on", "ended_on", kit.date_input(ids.Field.VALUE), hint=True, optional=False)
    return _modal(t, ids.View.ATTEST_ENDED, attestation_id, work, [ended, _note(t)])


def not_mine_modal(t: Text, attestation_id: str, work: Work) -> Json:
    """Whose it is, where that is known."""
    person = _input(t, "person", "person", kit.user_input(ids.Field.VALUE), hint=True)
    return _modal(t, ids.View.ATTEST_NOT_MINE, attestation_id, work, [person, _note(t)])


def _modal(t: Text, view: ids.View, attestation_id: str, work: Work, inputs: list[Json]) -> Json:
    title = t("attest." + view.value.rpartition("attest_")[2] + "_title")
    return kit.modal(
        title,
        [kit.section(kit.plain(work_text(t, work, WHOLE))), kit.divider(), *inputs],
        callback_id=view,
        metadata=ids.pack(attestation_id),
        submit=t("attest.submit"),
        close=t("common.cancel"),
    )


def _input(t: Text, name: str, words: str, element: Json, *, hint: bool = False, optional: bool = True) -> Json:
    """An input whose block carries the field's name; a refusal of that field stands under it."""
    below = t(f"attest.field_{words}_hint") if hint else ""
    return kit.input_block(t(f"attest.field_{words}"), element, ids.field_block(name), hint=below, optional=optional)


def _note(t: Text) -> Json:
    return _input(t, "note", "note", kit.text_input(ids.Field.VALUE, multiline=True, limit=NOTE_LIMIT), hint=True)
