"""Talking to a person and running programs for them."""

from __future__ import annotations

import contextlib
import fcntl
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from launcher.places import DATA, ROOT, shown


class LauncherError(Exception):
    """A reason to stop that a person can act on; shown without a traceback."""


# What an installer says when something is wrong, and what a person can do about it.
REASONS = {
    r"No space left on device|os error 28\b|Disk quota exceeded": (
        "The disk is full. Make about 1 GB of room, then run the same command again."
    ),
    r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate|UnknownIssuer|self.signed certificate": (
        "The package index shows a certificate that this machine does not trust. Behind a company "
        "proxy, set SSL_CERT_FILE to the company's certificate file and run the command again."
    ),
    r"DO NOT MATCH THE HASHES|[Hh]ash mismatch": (
        "A package that arrived is not the one that was locked, so nothing was installed. Try "
        "again; if it happens twice, something between here and the package index changes files."
    ),
    r"name resolution|[Nn]ame or service not known|nodename nor servname|dns error"
    r"|Network is unreachable|[Cc]onnection refused|Failed to establish a new connection"
    r"|[Cc]onnect error|error sending request|timed out|ProxyError|tunnel|No route to host": (
        "The package index cannot be reached. The first set-up needs the internet (or a pip "
        "configuration that names a mirror); later runs do not."
    ),
    r"no wheels with a matching Python|matching Python (ABI|implementation)"
    r"|No matching distribution found|requires a different Python": (
        "A package has no ready-made build for Python {}.{} on this machine. "
        "Try another: make serve PYTHON=python3.11".format(*sys.version_info)
    ),
    r"Permission denied|Read-only file system|os error (13|30)\b": (
        f"A folder cannot be written. Check who owns this folder and {shown(DATA)}."
    ),
}


def explain(output: str) -> str:
    """Gives the reason of a failure as a sentence where it is known, else the last lines."""
    for pattern, words in REASONS.items():
        if re.search(pattern, output):
            return words
    return "It did not work. The last lines were:\n" + "\n".join(output.splitlines()[-15:])


def say(words: str) -> None:
    """Prints one line at once, also into a pipe."""
    print(words, flush=True)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Says what is being done, and then how long it took."""
    print(f"  {name:<60}", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("  failed")
        raise
    say(f"{time.monotonic() - began:6.1f} s")


def run(argv: Sequence[str | Path], *, env: Mapping[str, str], log: str) -> str:
    """Runs a program quietly and gives what it printed, which is kept in the log folder.

    Raises:
        LauncherError: it failed; says why in a sentence, and where the whole output is.
    """
    words = [str(part) for part in argv]
    record = DATA / "log" / f"{log}.log"
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=env,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        record.write_text(f"$ {shlex.join(words)}\n{done.stdout}", encoding="utf-8")
    except OSError as error:
        raise LauncherError(explain(str(error))) from None
    if done.returncode != 0:
        raise LauncherError(f"{explain(done.stdout)}\nEverything it said is in {shown(record)}.")
    return done.stdout


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Holds off a second launcher while this one sets things up."""
    try:
        DATA.mkdir(parents=True, exist_ok=True)
        handle = (DATA / "launcher.lock").open("w")
    except OSError as error:
        raise LauncherError(explain(str(error))) from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another launcher is setting up here; waiting for it to finish.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
