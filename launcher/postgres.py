"""A PostgreSQL server of the tests' own, for as long as they run; nothing of it stays."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher.running import run

DEBIAN = "/usr/lib/postgresql"
NEEDS = ("initdb", "pg_ctl")
OWNER = "postgres"  # the server refuses to run as root, and Debian's package brings this person


def find_postgres() -> Path | None:
    """Gives the folder of PostgreSQL's programs: from PATH, or Debian's newest; None if absent."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path(DEBIAN).glob("*/bin"), key=lambda place: place.parent.name, reverse=True)
    return next((p for p in places if all((p / name).exists() for name in NEEDS)), None)


def step_down() -> list[str | Path]:
    """Gives the words before a command that make it run as somebody other than root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"]


def free_port() -> int:
    """Gives a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def private_postgres(programs: Path) -> Iterator[str]:
    """Gives the address of an empty database on a server that ends with this block.

    Args:
        programs: The folder of PostgreSQL's programs.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="unclench-postgres-") as folder:
        data = Path(folder) / "data"
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER, OWNER)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        control = [*step_down(), programs / "pg_ctl", "-D", data, "-w", "-s"]

        def ask(command: Sequence[str | Path], name: str) -> None:
            run(command, env=os.environ, log=name)

        initdb = [*step_down(), programs / "initdb", "-D", data, "-U", "unclench", "--no-sync"]
        ask([*initdb, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"], "postgres-initdb")
        ask([*control, "-l", Path(folder) / "log", "-o", options, "start"], "postgres-start")
        try:
            yield f"postgresql://unclench@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, cwd=folder)
