"""CannotDo: what Slack's own screen would not let a person do. The test or driver is wrong, not the app."""

from __future__ import annotations


class CannotDo(Exception):  # noqa: N818 - reads as the sentence it is: "cannot do: not in #channel"
    """`str()` is the reason, naming what is there instead where that helps."""
