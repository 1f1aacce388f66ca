"""Finding a company for the register form: while somebody types, when one is chosen, and in the national register.

What is offered while somebody types comes from our database alone: it is the acknowledgement. Choosing and asking are
presses; their order is kept in the inbox, so that of two quick ones the last wins, whichever process has it (`newest`). What
the national register tells is kept in the look-up, so that submitting the form needs nothing but the number.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import registering as forms
from bot.domain import searching
from bot.domain.ledger import Department, Supplier
from bot.domain.names import name_key
from bot.domain.national_register import ANSWERED, Answer, RegisterEntry
from bot.domain.people import Actor
from bot.domain.permissions import Action, allows, require, roles
from bot.domain.placing import OPEN_TO_WORK, require_open
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.registering import Choice, Company, Note, RegisterForm, Suggested, Wanted
from bot.services.desk import Desk
from bot.services.finding import standing
from bot.services.ports import NationalRegister, RegisterFailed
from storage import companies, inbox, national_register
from storage.tx import Taken, Tx

log = logging.getLogger(__name__)

OURS, OTHERS = 20, 30


@dataclass(frozen=True)
class Chosen:
    """What an option stands for: a record of ours, or a number of the register; neither where nothing is chosen."""

    supplier_id: str = ""
    number: str = ""


class Companies:
    """`zone` is the company's: which day is today. `national` is None without an application id."""

    def __init__(self, desk: Desk, zone: ZoneInfo, national: NationalRegister | None = None) -> None:
        self._desk = desk
        self._zone = zone
        self._national = national

    async def form(self, press: Press, words: str = "", supplier_id: str = "") -> RegisterForm:
        """The empty form, or one with a record of ours, or with what was typed behind the command.

        Raises Refusal(NOT_YOURS, NO_DEPARTMENT, SUPPLIER_BLOCKED).
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> RegisterForm:
            form = await self._form(tx, actor, now)
            if supplier_id and await tx.get(Supplier, supplier_id):
                return form.model_copy(update={"company": await _company(tx, Chosen(supplier_id=supplier_id))})
            return form.model_copy(update=forms.words_of(words)) if words else form

        return await self._desk.look(press, work)

    async def suggest(self, press: Press, typed: str) -> Suggested:
        """Our own records and those of the look-up for what is typed. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> Suggested:
            require(Action.PROPOSE, roles(actor))
            typed_ = typed[:200]
            key, digits = name_key(typed_), forms.digits_of(typed_)
            ours = await companies.ours(tx, searching.terms(digits or typed_), key, OURS)
            there = {s.corporate_number for s in ours}
            entries = await national_register.beginning_with(tx, "" if digits else key, digits, OTHERS)
            others = tuple(forms.of_entry(e, {}) for e in entries if e.id not in there)
            return Suggested(ours=tuple(map(forms.of_supplier, ours)), others=others)

        return await self._desk.look(press, work)

    async def choose(self, press: Press, chosen: Chosen) -> RegisterForm:
        """The form with a company that was chosen, or without one. Raises Refusal(NOT_FOUND) where it is gone."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> RegisterForm:
            form = await self._form(tx, actor, now)
            company = await _company(tx, chosen)
            if chosen.number and company is None:
                raise Refusal(Code.NOT_FOUND)
            return form.model_copy(update={"company": company})

        return await self._desk.once("register.choose", press, RegisterForm, work)

    async def want(self, press: Press, number: str, name: str) -> Wanted:
        """What is to be looked up. The check digit is looked at before any call. Raises Refusal or Refusals."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Wanted:
            form = await self._form(tx, actor, now)
            digits, words = forms.wanted(number, name)
            return Wanted(form=form.model_copy(update={"note": Note.SEARCHING}), number=digits, name=words)

        return await self._desk.once("register.want", press, Wanted, work)

    async def find(self, wanted: Wanted) -> RegisterForm:
        """Ask the national register, keep what it says, and show it. Never raises RegisterFailed: the form says it."""
        today = self._today(self._desk.clock.now())
        try:
            answer = await self._ask(wanted, today)
        except RegisterFailed as failed:
            return await self._without(wanted, failed)
        entries = answer.entries[:ANSWERED]
        try:
            async with self._desk.db.begin("register.told") as tx:
                await national_register.replace(tx, entries)
        except Taken:
            log.info("another process keeps the same answer just now")
        async with self._desk.db.read() as tx:
            found = await _with_names(tx, entries)
        return _shown(wanted.form, found, answer.count)

    async def newest(self, press: Press) -> bool:
        """Whether nobody has chosen, asked or handed in anything in this view after this press."""
        async with self._desk.db.read() as tx:
            return not await inbox.overtaken(tx, press.key)

    async def _ask(self, wanted: Wanted, today: date) -> Answer:
        if self._national is None:
            raise RegisterFailed("no_id")
        if wanted.number:
            return await self._national.numbered([wanted.number], today)
        return await self._national.named(wanted.name, today)

    async def _without(self, wanted: Wanted, failed: RegisterFailed) -> RegisterForm:
        """The register does not tell: what the look-up knows of the number, and why there is no more."""
        said = {"note": Note(failed.reason), "seconds": int(failed.after + 0.999)}
        async with self._desk.db.read() as tx:
            company = await _company(tx, Chosen(number=wanted.number)) if wanted.number else None
        return wanted.form.model_copy(update=said | {"company": company})

    async def _form(self, tx: Tx, actor: Actor, now: datetime) -> RegisterForm:
        held = roles(actor)
        require(Action.PROPOSE, held)
        departments = [d for d in await tx.find(Department, order="name") if d.archived_at is None]
        if not departments:
            raise Refusal(Code.NO_DEPARTMENT)
        return RegisterForm(
            departments=tuple(Choice(id=d.id, name=d.name) for d in departments),
            today=self._today(now),
            proposing=not allows(Action.REGISTER, held),
            asks=self._national is not None,
        )

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()


def _shown(form: RegisterForm, found: tuple[Company, ...], count: int) -> RegisterForm:
    """One is put into the form, several are offered."""
    if not found:
        return form.model_copy(update={"note": Note.NOT_FOUND})
    if len(found) == 1:
        return form.model_copy(update={"note": None, "company": found[0]})
    return form.model_copy(update={"note": None, "found": found, "count": max(count, len(found))})


async def _company(tx: Tx, chosen: Chosen) -> Company | None:
    """Raises Refusal(NOT_FOUND, SUPPLIER_BLOCKED). Nothing is said of a number that nobody knows."""
    if chosen.supplier_id:
        supplier = await tx.get(Supplier, chosen.supplier_id)
        supplier = await standing(tx, supplier) if supplier else None
        if supplier is None:
            raise Refusal(Code.NOT_FOUND)
        require_open(supplier)
        known = await national_register.known(tx, [supplier.corporate_number] if supplier.corporate_number else [])
        return forms.of_supplier(supplier, known.get(supplier.corporate_number or ""))
    known = await national_register.known(tx, [chosen.number] if chosen.number else [])
    found = await _with_names(tx, known.values())
    return found[0] if found else None


async def _with_names(tx: Tx, entries: Iterable[RegisterEntry]) -> tuple[Company, ...]:
    """The register's companies: those that are in our ledger as our records, each with the name of its successor."""
    every = list(entries)
    names = {e.id: e.name for e in (await national_register.known(tx, _successors(every))).values()}
    mine = {s.corporate_number: s for s in await tx.find(Supplier, corporate_number=[e.id for e in every])}
    found = []
    for entry in every:
        supplier = mine.get(entry.id)
        active = supplier is not None and supplier.state in OPEN_TO_WORK
        one = forms.of_supplier(supplier, entry) if supplier and active else forms.of_entry(entry, names)
        found.append(one.model_copy(update={"successor_name": names.get(entry.successor or "", "")}))
    return tuple(found)


def _successors(entries: Iterable[RegisterEntry]) -> list[str]:
    return [e.successor for e in entries if e.successor]
