"""The checklists that can be asked: what stands on the shelf now, and the published versions that rounds pin.

The folder's files, but for those that the security team published in a version of its own, or retired. A version never changes
once it is published; the same content is published once. To let checklists come from somewhere else: here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.checklist import Checklist, content_hash
from bot.domain.checklist_versions import Origin, Shelf
from bot.domain.rounds import ChecklistVersion
from storage import checklists
from storage.ids import new_id
from storage.tx import Tx


@dataclass(frozen=True)
class Standing:
    """One checklist as it stands, retired or not. `n` 0: the file was never asked. `version_id` '' then."""

    checklist: Checklist
    shelf: Shelf | None
    file: Checklist | None
    n: int
    version_id: str

    @property
    def retired(self) -> bool:
        """Whether it is asked no more."""
        return self.shelf is not None and self.shelf.retired_at is not None

    @property
    def newer_file(self) -> bool:
        """Whether the folder has something else than what the team took over for its own version."""
        own = self.shelf is not None and self.shelf.origin is Origin.OWN
        return bool(own and self.file and self.shelf and content_hash(self.file) != self.shelf.file_hash)


class Library:
    """`files`: the checklists of the folder by key, read when the process starts."""

    def __init__(self, files: Mapping[str, Checklist]) -> None:
        self._files = dict(files)

    async def available(self, tx: Tx, audience: str = "supplier") -> dict[str, Checklist]:
        """What can be asked of somebody, by key."""
        return {key: one for key, one in (await self.all(tx)).items() if one.audience == audience}

    async def all(self, tx: Tx) -> dict[str, Checklist]:
        """Everything on the shelf, by key. Two statements."""
        own = {one.key: one for one in await checklists.current(tx)}
        found = dict(self._files)
        for one in await checklists.shelf(tx):
            if one.retired_at is not None:
                found.pop(one.key, None)
            elif one.origin is Origin.OWN and one.key in own:
                found[one.key] = Checklist.model_validate(own[one.key].body)
        return found

    async def standing(self, tx: Tx) -> dict[str, Standing]:
        """Every checklist there is, retired ones too, by key. Three statements."""
        own = {one.id: one for one in await checklists.current(tx)}
        shelf = {one.key: one for one in await checklists.shelf(tx)}
        numbers = await checklists.numbers(tx)
        found = {}
        for key in dict.fromkeys([*self._files, *shelf]):
            placed, file = shelf.get(key), self._files.get(key)
            version = own.get(placed.version_id or "") if placed and placed.origin is Origin.OWN else None
            content = Checklist.model_validate(version.body) if version else file
            if content is not None:
                version_id, n = numbers.get((key, content_hash(content)), ("", 0))
                found[key] = Standing(content, placed, file, n, version_id)
        return found

    async def publish(self, tx: Tx, checklist: Checklist, now: datetime) -> str:
        """The id of the version with exactly this content; published now where it is new."""
        (version_id,) = await self.publish_all(tx, [checklist], now)
        return version_id

    async def publish_all(self, tx: Tx, lists: Sequence[Checklist], now: datetime) -> list[str]:
        """The same of several checklists, in their order. One statement besides what is new."""
        known = await checklists.numbers(tx)
        ids = []
        for one in lists:
            digest = content_hash(one)
            version_id, _n = known.get((one.key, digest), ("", 0))
            if not version_id:
                version_id = new_id()
                n = max((n for (key, _), (_, n) in known.items() if key == one.key), default=0) + 1
                body = one.model_dump(mode="json")
                tx.add(
                    ChecklistVersion(id=version_id, key=one.key, n=n, content_hash=digest, body=body, created_at=now)
                )
                known[one.key, digest] = version_id, n
            ids.append(version_id)
        return ids
