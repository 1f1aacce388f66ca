"""What every domain value is: frozen, checked, and strict about its fields."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["ja", "en"]


class Value(BaseModel):
    """A frozen value. Rows are separate classes in `storage/`; one helper maps between them by field name."""

    model_config = ConfigDict(frozen=True, from_attributes=True, extra="forbid")


class Root(Value):
    """A value that is loaded, changed and saved again; `version` makes a second writer on old state fail loudly."""

    id: str
    version: int = 1
