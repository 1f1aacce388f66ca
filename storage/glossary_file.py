"""The glossary from `checklists/glossary.yaml`, read as strictly as the checklists: line and column for a mistake."""

from __future__ import annotations

from pathlib import Path

from bot.domain.lint.glossary import Glossary
from storage.checklist_files import FOLDER, GLOSSARY, MANUAL
from storage.strict_yaml import read
from storage.yaml_values import checked

NO_TERMS = Glossary(terms=())


def load_glossary(folder: Path = FOLDER) -> Glossary:
    """The terms of a folder of checklists; none where it has no glossary. Raises StrictYamlError."""
    path = folder / GLOSSARY
    return checked(read(path), Glossary, MANUAL) if path.exists() else NO_TERMS
