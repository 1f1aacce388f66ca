"""The company's policy from its YAML file, all or nothing, with line and column for whatever has to be mended.

`load_policy(path, checklists)` reads it; `checklists` are the keys that exist, because a tier that names one which is not
there would be found only when somebody opens a round. The meaning of the fields: `policy.yaml`, docs/policy.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from bot.domain.policy import Policy, unknown_checklists
from storage.strict_yaml import StrictYamlError, read
from storage.yaml_values import checked

SHIPPED = Path(__file__).parent.parent / "policy.yaml"
MANUAL = "docs/policy.md"


class PolicyError(StrictYamlError):
    """The policy has to be mended; `message` says how, `line` and `column` count from 1."""


def load_policy(path: Path = SHIPPED, checklists: Iterable[str] | None = None) -> Policy:
    """The policy in a file. Raises PolicyError, also where there is no such file."""
    try:
        document = read(path)
        policy = checked(document, Policy, MANUAL)
        for loc, message in unknown_checklists(policy, frozenset(checklists)) if checklists is not None else ():
            raise document.error(document.place(loc), message)
    except StrictYamlError as error:
        raise PolicyError(error.path, error.line, error.column, error.message) from error
    except OSError as error:
        raise PolicyError(path, 1, 1, f"the file cannot be read: {error.strerror or error}") from error
    return policy


@lru_cache(maxsize=1)
def shipped() -> Policy:
    """The policy that ships."""
    return load_policy()
