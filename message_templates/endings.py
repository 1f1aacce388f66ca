"""Contracts that end: the question to the owner, what goes on to others, the list, and the two forms of the answer.

Days are named, never counted from the day of reading: a message may be read a week later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.domain.ending import Answered, EndForm, EndingLine, EndingPage, EndQuestion, EndSettled
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NAME = 80
SHORT = 40
SETTLED = 15
"""Lines of what is settled: they fit into one block."""
UNTIL, NO_END = "until", "no_end"


def question_text(t: Text, total: int) -> str:
    """The sentence of the question; also the notification's text. `total`: how many are still open."""
    return t("ends.letter", count=total) if total else t("ends.all_answered")


def question_blocks(
    t: Text, questions: Sequence[EndQuestion], total: int, settled: Sequence[EndSettled] = ()
) -> list[Json]:
    """One card over everything that this person is asked about today; what is settled by now has no buttons."""
    blocks = [kit.header(t("ends.title")), kit.section(kit.plain(question_text(t, total)))]
    for one in questions:
        value = ids.pack(one.engagement_id)
        buttons = [
            kit.button(t("ends.renew"), ids.Do.END_RENEW, value, style="primary"),
            kit.button(t("ends.ends"), ids.Do.END_ENDS, value),
        ]
        blocks += [kit.divider(), kit.section(kit.plain(_question(t, one))), kit.actions(buttons)]
    if total > len(questions):
        blocks.append(kit.context(kit.md(t, "ends.more", count=total - len(questions))))
    why = [kit.context(kit.plain(t("ends.why")))] if total else []
    return [*blocks, *_settled(t, settled), *why]


def _settled(t: Text, settled: Sequence[EndSettled]) -> list[Json]:
    if not settled:
        return []
    rows = [_settled_line(t, one) for one in settled[:SETTLED]]
    rows += [t("ends.more_lines", count=len(settled) - SETTLED)] if len(settled) > SETTLED else []
    return [kit.divider(), kit.section(kit.plain("\n".join(rows)))]


def _settled_line(t: Text, one: EndSettled) -> str:
    what = t(f"ends.settled.{one.what}", on=t.date(one.ends_on) if one.ends_on else "")
    by = t("digest.line_by", name=_short(one.by)) if one.by else ""
    when = t("ends.settled_on", on=t.date(one.on), by=by) if one.on else ""
    return t("ends.settled_line", supplier=_short(one.supplier), business=_short(one.business), what=what, when=when)


def _short(name: str) -> str:
    """A name in one line."""
    return kit.cut(" ".join(kit.clean(name).split()), SHORT)


def _question(t: Text, one: EndQuestion) -> str:
    lines = [_work(t, one.supplier, one.business), t(f"ends.step.{one.step.value}", on=t.date(one.ends_on))]
    if one.notice_by:
        key = "ends.notice_passed" if one.notice_passed else "ends.notice_by"
        lines.append(t(key, on=t.date(one.notice_by)))
    return "\n".join(lines)


def _work(t: Text, supplier: str, business: str) -> str:
    return t("ends.work", supplier=kit.cut(supplier, NAME), business=kit.cut(business, NAME))


def unanswered_text(t: Text, count: int) -> str:
    """The sentence to those whom it goes on to."""
    return t("ends.unanswered", count=count)


def unanswered_blocks(t: Text, found: Sequence[tuple[str, str, date]], total: int) -> list[Json]:
    """Ends that nobody has answered for; facts, no blame."""
    rows = [t("ends.line", work=_work(t, supplier, business), on=t.date(on)) for supplier, business, on in found]
    rows += [t("ends.more_lines", count=total - len(found))] if total > len(found) else []
    return [
        kit.section(kit.plain(unanswered_text(t, total))),
        kit.section(kit.plain("\n".join(rows))),
        kit.context(kit.plain(t("ends.unanswered_ask"))),
        kit.actions([kit.button(t("ends.open_list"), ids.Do.END_PAGE, ids.pack(1))], block_id="vr1.ends.go"),
    ]


def opened_text(t: Text, supplier: str, business: str) -> str:
    """The sentence of a closing list's card."""
    return t("closing.opened", work=_work(t, supplier, business))


def opened_blocks(t: Text, engagement_id: str, supplier: str, business: str, ends_on: date | None) -> list[Json]:
    """To the owner: what has to be settled, and where."""
    return _list_card(t, engagement_id, opened_text(t, supplier, business), ends_on, "closing.opened_how")


def ready_text(t: Text, supplier: str, business: str) -> str:
    """The sentence to the security team."""
    return t("closing.ready", work=_work(t, supplier, business))


def ready_blocks(t: Text, engagement_id: str, supplier: str, business: str, ends_on: date | None) -> list[Json]:
    """To the security team: everything is settled."""
    return _list_card(t, engagement_id, ready_text(t, supplier, business), ends_on, "closing.ready_how")


def _list_card(t: Text, engagement_id: str, sentence: str, ends_on: date | None, how: str) -> list[Json]:
    go = kit.button(t("closing.open"), ids.Do.CLOSING_OPEN, ids.pack(engagement_id), style="primary")
    end = [kit.context(kit.plain(t("ends.end", on=t.date(ends_on))))] if ends_on else []
    return [
        kit.section(kit.plain(sentence)),
        *end,
        kit.context(kit.plain(t(how))),
        kit.actions([go], block_id="vr1.closing.go"),
    ]


# -- the list and the forms ------------------------------------------------------------------------------------------------


def endings_view(t: Text, page: EndingPage) -> Json:
    """What ends soon and what is being closed, with the buttons for each."""
    if not page.lines:
        blocks = [kit.section(kit.plain(t("ends.none_all" if page.everything else "ends.none_mine")))]
    else:
        counted = t("ends.count", total=page.total, page=page.page, pages=page.pages)
        blocks = [kit.section(kit.plain(counted)), *_turning(t, page)]
        for line in page.lines:
            blocks += [kit.divider(), kit.section(kit.plain(_line(t, line))), _buttons(t, line)]
    return kit.modal(t("ends.list_title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


def _turning(t: Text, page: EndingPage) -> list[Json]:
    pages = [("ledger.previous", page.page - 1), ("ledger.next", page.page + 1)]
    buttons = [
        kit.button(t(key), f"{ids.Do.END_PAGE}.{n}", ids.pack(number))
        for n, (key, number) in enumerate(pages)
        if 1 <= number <= page.pages
    ]
    return [kit.actions(buttons, block_id="vr1.ends.turn")] if buttons else []


def _line(t: Text, line: EndingLine) -> str:
    rows = [_work(t, line.supplier, line.business), t("ends.department", name=kit.cut(line.department, NAME))]
    rows += [t("ends.end", on=t.date(line.ends_on))] if line.ends_on else []
    if line.closing:
        rows.append(t("closing.left", count=line.open_items) if line.open_items else t("closing.all_settled"))
        rows += [t("closing.overdue")] if line.overdue else []
    return "\n".join(rows)


def _buttons(t: Text, line: EndingLine) -> Json:
    value = ids.pack(line.engagement_id)
    if line.closing:
        return kit.actions([kit.button(t("closing.open"), ids.Do.CLOSING_OPEN, value)])
    return kit.actions(
        [kit.button(t("ends.renew"), ids.Do.END_RENEW, value), kit.button(t("ends.ends"), ids.Do.END_ENDS, value)]
    )


def renew_view(t: Text, form: EndForm) -> Json:
    """Renewed until when."""
    value = ids.Field.VALUE
    options = [kit.option(t("ends.until"), UNTIL), kit.option(t("ends.no_end"), NO_END)]
    blocks = [
        kit.section(kit.plain(_facts(t, form))),
        kit.input_block(t("ends.how_long"), kit.radio(value, options, UNTIL), ids.field_block("term"), optional=False),
        kit.input_block(
            t("ends.new_end"),
            kit.date_input(value, form.proposed.isoformat()),
            ids.field_block("ends_on"),
            hint=t("ends.new_end_hint"),
        ),
    ]
    return _form(t, "ends.renew_title", ids.View.END_RENEW, form, blocks, t("ends.renew_submit"))


def ends_view(t: Text, form: EndForm) -> Json:
    """It ends on which day, and what follows from that."""
    element = kit.date_input(ids.Field.VALUE, form.proposed.isoformat())
    blocks = [
        kit.section(kit.plain(_facts(t, form))),
        kit.input_block(t("ends.last_day"), element, ids.field_block("ends_on"), optional=False),
        kit.context(kit.plain(t("ends.what_follows"))),
    ]
    return _form(t, "ends.ends_title", ids.View.END_ENDS, form, blocks, t("ends.ends_submit"))


def _form(t: Text, title: str, view: ids.View, form: EndForm, blocks: list[Json], submit: str) -> Json:
    return kit.modal(
        t(title),
        blocks,
        callback_id=view,
        metadata=ids.pack(form.engagement_id, form.ends_on.isoformat() if form.ends_on else ""),
        submit=submit,
        close=t("common.cancel"),
    )


def _facts(t: Text, form: EndForm) -> str:
    end = t("ends.end", on=t.date(form.ends_on)) if form.ends_on else t("ends.end_open")
    return f"{_work(t, form.supplier, form.business)}\n{end}"


def renewed_sentence(t: Text, done: Answered) -> str:
    """That it goes on."""
    work = _work(t, done.supplier, done.business)
    return t("ends.renewed", work=work, on=t.date(done.ends_on)) if done.ends_on else t("ends.renewed_open", work=work)
