"""Sortable ids (UUIDv7, 32 hex characters): the order of ids is about the order of making."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """A new UUIDv7 in hex."""
    return uuid_utils.uuid7().hex
