"""The evidence store: files by the SHA-256 of their content, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


class FolderVault:
    """A folder: `ab/cdef…`. The same content is stored once; nothing is ever overwritten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store and return the SHA-256 in hex. The file is complete and on disk before it has its name."""
        digest = hashlib.sha256(content).hexdigest()
        target = self.path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(target)
        return digest

    def get(self, digest: str) -> bytes:
        """The content with this digest. Raises FileNotFoundError."""
        return self.path(digest).read_bytes()

    def path(self, digest: str) -> Path:
        """Where the content with this digest is kept."""
        return self._folder / digest[:2] / digest[2:]
