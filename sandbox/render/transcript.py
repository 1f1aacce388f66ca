"""The transcript of a record: who saw and pressed what, channel by channel, DM by DM, as Markdown and as one HTML page.

    build(record.entries(), WorldNames.of(world), "デモの記録").html()

Pure: entries in, text out. `reader.py` reads the record, `page.py` and `listing.py` draw it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.render import listing, page
from sandbox.render.names import WorldNames
from sandbox.render.reader import Reader
from sandbox.render.story import Story
from sandbox.world import Json


@dataclass(frozen=True)
class Transcript:
    """What was read, and its two forms."""

    story: Story

    def markdown(self) -> str:
        return listing.draw(self.story)

    def html(self) -> str:
        """A complete page that needs nothing from outside."""
        return page.draw(self.story)


def build(entries: Iterable[Json], world_names: WorldNames, title: str) -> Transcript:
    """Reads the entries of a record (see sandbox/README.md), those of a broken run as well as those of a good one."""
    reader = Reader(world_names)
    reader.read(entries)
    return Transcript(Story(title, world_names, reader.finish(), reader.problems, reader.faults))
