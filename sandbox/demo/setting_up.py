"""Day 0: the security team, departments, suppliers by form and by file, the channels, and the round."""

from __future__ import annotations

import asyncio
import shlex
from functools import partial
from typing import Any

from sandbox.demo import days, names
from sandbox.demo.acting import done, good, said_to, submitted, window
from sandbox.demo.people import LOBBY, SECURITY_CHANNEL, Department, Someone, Supplier, Work
from sandbox.demo.plan import SupplierPlan
from sandbox.demo.stage import Stage, UnmetError

PAGE = 15
MORE_PAGES = 2
"""Letters of the preview that are looked at behind the owners': the first ones to suppliers."""


async def security_team(stage: Stage) -> None:
    """The first administrator tries a public channel, is told why not, and takes the private one."""
    admin = stage.person(stage.plan.cast.admin)
    await stage.command(stage.plan.cast.admin, "security #general", LOBBY)
    await said_to(admin, "公開チャンネルはセキュリティ担当にできない", LOBBY)
    await stage.command(stage.plan.cast.admin, "security #security-room", LOBBY)
    await said_to(admin, f"セキュリティ担当は{len(stage.plan.cast.security) + 1}名です", LOBBY)


async def departments(stage: Stage) -> None:
    """Each department with whoever answers, stands in, and hears of silence."""
    clerk = stage.plan.cast.security[0]
    for one in stage.plan.cast.departments:
        await stage.act(f"department {one.name}", _department(stage, clerk, one))
        stage.step(f"department {one.name}")


async def _department(stage: Stage, clerk: Someone, one: Department) -> None:
    person = stage.person(clerk)
    await stage.command(clerk, f"department {one.name}", SECURITY_CHANNEL)
    await window(person, "部門の登録")
    for label, somebody in (
        ("主担当者", one.primary),
        ("副担当者", one.stands_in),
        ("エスカレーション先", one.escalation),
    ):
        if somebody:
            await person.choose(label, somebody.id)
    await done(person, f"saving {one.name}", f"部門「{one.name}」を登録しました")


# -- suppliers -----------------------------------------------------------------------------------------------------------


async def register(stage: Stage) -> None:
    """A few suppliers by the form: the first number is mistyped, seen, corrected and submitted again."""
    clerk = stage.plan.cast.security[1]
    for n, supplier in enumerate(s for s in stage.plan.cast.suppliers if s.by_hand):
        wrong = names.misread(supplier.number) if n == 0 else ""
        doing = _register(stage, clerk, supplier, supplier.works[0], wrong=wrong)
        await stage.act(f"registering {supplier.name}", doing)
        stage.step(f"register {supplier.name}")


async def more_work(stage: Stage) -> None:
    """A piece of work for a company that is there already: the number says so, and no second record is made."""
    clerk = stage.plan.cast.security[1]
    for supplier in stage.plan.cast.suppliers:
        for work in supplier.works:
            if work.by_hand and not supplier.by_hand:
                said = f"「{supplier.name}」は登録済みのため、新しい委託業務を追加しました"
                await _register(stage, clerk, supplier, work, said=said)


async def _register(
    stage: Stage, clerk: Someone, supplier: Supplier, work: Work, *, wrong: str = "", said: str = ""
) -> None:
    person = stage.person(clerk)
    await stage.command(clerk, "register", SECURITY_CHANNEL)
    await window(person, "委託先の登録")
    for label, value in _form(supplier, work, wrong):
        await _enter(person, label, value)
    if wrong:
        refused = await person.submit()
        if "検査数字が合いません" not in " ".join(refused.errors.values()):
            raise UnmetError(f"a wrong check digit was answered with {refused}")
        await person.fill("法人番号", supplier.number)
    await done(person, f"registering {supplier.name}", said or f"「{supplier.name}」を登録しました")


def _form(supplier: Supplier, work: Work, wrong: str) -> list[tuple[str, Any]]:
    return [
        ("法人番号", wrong or supplier.number),
        ("名称", supplier.name),
        ("区分", [supplier.kind]),
        ("言語", ["英語" if supplier.language == "en" else "日本語"]),
        ("部門", [work.department]),
        ("業務内容", work.business),
        ("契約形態", [work.contract]),
        ("開始日", work.starts),
        ("個人データの取扱い", ["あり" if work.personal else "なし"]),
    ]


async def _enter(person: Any, label: str, value: Any) -> None:
    """Text and dates are typed, what stands in a list is one of a menu."""
    if isinstance(value, list):
        await person.choose(label, value[0])
    elif value:
        await person.fill(label, value)


async def import_file(stage: Stage, command: str) -> None:
    """The operator takes the file in at the command line: a look first, then in earnest."""
    expected = [w for w in stage.plan.cast.works if not w.by_hand]
    suppliers = len({w.supplier for w in expected})
    for options, sentence in (
        ("--dry-run", f"登録 {len(expected)}件"),
        ("", f"委託先 {suppliers}社、委託業務 {len(expected)}件を登録、0件を更新しました"),
    ):
        line = f"{command} {options}".strip()
        run = await asyncio.create_subprocess_exec(
            *shlex.split(line), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        shown = (await run.communicate())[0].decode()
        if run.returncode or sentence not in shown:
            raise UnmetError(f"{line} ended with {run.returncode} and said {shown.strip()[-600:]!r}")
    stage.step("import")


# -- channels ------------------------------------------------------------------------------------------------------------


async def link_all(stage: Stage) -> None:
    """Everybody of the security team links the channels they look after, one after the other."""
    mine: dict[str, list[SupplierPlan]] = {}
    for one in stage.plan.suppliers:
        if one.linked == 0:
            mine.setdefault(stage.plan.cast.linker(one.supplier).id, []).append(one)

    async def link_mine(those: list[SupplierPlan]) -> None:
        for one in those:
            if not stage.gone:
                await stage.act(f"linking {one.supplier.name}", link(stage, one.supplier))
                stage.step(f"link {one.supplier.name}")

    await asyncio.gather(*(link_mine(those) for those in mine.values()))


async def link(stage: Stage, supplier: Supplier) -> None:
    """Types the command in the channel, reads who is there, chooses the supplier and confirms."""
    clerk = stage.plan.cast.linker(supplier)
    person = stage.person(clerk)
    await stage.command(clerk, f"link {supplier.name.split()[0]}", supplier.channel)
    form = await window(person, "次の方々が読めます")
    unseen = [somebody.name for somebody in stage.plan.cast.readers(supplier) if somebody.name not in form.plain()]
    if unseen:
        raise UnmetError(f"the form does not name {', '.join(unseen)}")
    await person.choose("委託先", _option(form.field("委託先").options, supplier.name))
    said = f"を「{supplier.name}」の窓口として登録しました"
    await done(person, f"linking {supplier.name}", said)


def _option(options: tuple[tuple[str, str], ...], name: str) -> str:
    """What is written in the menu for a supplier: long names are cut there."""
    for written, _value in options:
        if written == name or (written.endswith("…") and name.startswith(written[:-1])):
            return written
    raise UnmetError(f"the menu does not offer {name}: {[written for written, _ in options]}")


# -- looking around, and the round ---------------------------------------------------------------------------------------


async def look_around(stage: Stage) -> None:
    """Help for the team and for others, the list and its next page, one record."""
    cast = stage.plan.cast
    clerk, person = cast.security[2], stage.person(cast.security[2])
    await stage.command(clerk, "help", SECURITY_CHANNEL)
    await said_to(person, "使い方", SECURITY_CHANNEL)
    await stage.command(cast.bystander, "help", LOBBY)
    await said_to(stage.person(cast.bystander), "業務をお願いしている委託先の情報セキュリティを", LOBBY)
    await _list(stage, person, clerk, len(cast.works))
    await show(stage, cast.suppliers[0], cast.suppliers[0].works[0].business)


async def _list(stage: Stage, person: Any, clerk: Someone, count: int) -> None:
    """The ledger in its window, and its second page where there is one."""
    await stage.command(clerk, "list", SECURITY_CHANNEL)
    await window(person, f"{count}件中{count}件")
    if count > PAGE:
        good(await person.press(label="次のページ"), "the next page of the ledger")
        await window(person, "(2/")
    await person.close()


async def show(stage: Stage, supplier: Supplier, sign: str) -> None:
    """Looks one supplier up."""
    clerk = stage.plan.cast.security[2]
    before = await stage.person(clerk).ephemerals(SECURITY_CHANNEL)
    await stage.command(clerk, f"show {supplier.name}", SECURITY_CHANNEL)
    await said_to(stage.person(clerk), sign, SECURITY_CHANNEL, after=before[-1].ts if before else "")


async def open_round(stage: Stage) -> None:
    """The form, a few letters of the preview, and the word that lets it all leave."""
    clerk, person = stage.plan.cast.security[0], stage.person(stage.plan.cast.security[0])
    await stage.command(clerk, "round", SECURITY_CHANNEL)
    form = await window(person, "モニタリングの開始")
    for label, day in (("担当者の回答期限", days.on(days.ATTEST_BY)), ("委託先の回答期限", days.on(days.DUE))):
        if form.field(label).value != day.isoformat():
            raise UnmetError(f"{label}: {form.field(label).value} is proposed, not {day}")
    await person.fill("件名", stage.plan.title)
    await person.choose("点検票", "情報セキュリティ基本点検(25問)")
    preview = (await submitted(person, "the round's form")).modal
    if preview is None or "送付先" not in preview.plain():
        raise UnmetError(f"no preview: {preview.plain()[:200] if preview else ''}")
    last = _owners(stage) + MORE_PAGES
    for page in range(2, last + 1):
        good(await person.press(label="次の送付先"), "the next letter of the preview")
        preview = await window(person, f"送付先 {page}/")
    if "委託先:" not in preview.plain():
        raise UnmetError(f"letter {last} of the preview is not to a supplier: {preview.plain()[:200]}")
    await done(person, "opening the round", f"担当者{_owners(stage)}名に現況確認をお願いし")
    stage.step("round")


def _owners(stage: Stage) -> int:
    return len({one.asked[0].person.id for one in stage.plan.works if one.asked})


async def set_up(stage: Stage, command: str) -> None:
    """All of day 0, one after the other; a step that fails does not keep the others from being tried."""
    for what, doing in (
        ("setting the security team", security_team(stage)),
        ("entering departments", departments(stage)),
        ("registering suppliers", register(stage)),
        ("importing the file", import_file(stage, command)),
        ("registering one more piece of work", more_work(stage)),
        ("linking the channels", link_all(stage)),
        ("looking around", look_around(stage)),
        ("opening the round", open_round(stage)),
    ):
        stage.said(what)
        await stage.act(what, doing)
    await stage.rest()


def linking_late(stage: Stage, number: int) -> list[tuple[str, Any]]:
    """Channels that are linked only on this day."""
    return [
        (f"linking {one.supplier.name}", partial(link, stage, one.supplier))
        for one in stage.plan.suppliers
        if one.linked == number and number > 0
    ]
