"""The virtual environment and the locked packages in it."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.util
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

from launcher.places import BIN, LOCKS, PYTHON, ROOT, VENV, fingerprint, is_stamped, set_stamp
from launcher.running import LauncherError, explain, run, step

Argv = list[str | Path]


def ensure_packages(kind: str) -> None:
    """Installs the locked packages of a kind, `run` or `test`, and the project itself, once."""
    ensure_venv()
    lock = LOCKS / f"{kind}.txt"
    want = fingerprint(lock, LOCKS / "uv.txt", ROOT / "pyproject.toml", sys.version)
    stamp = VENV / f"{kind}.stamp"
    if is_stamped(stamp, want):
        return
    count = len(re.findall(r"(?m)^[a-z0-9].*==", lock.read_text(encoding="utf-8")))
    with step(f"Installing {count} locked packages"):
        install(lock)
    set_stamp(stamp, want)


def ensure_venv() -> None:
    """Makes .venv; makes it anew when the project's folder was moved or its Python is gone."""
    home = VENV / "home.stamp"
    want = f"{ROOT} {sys.version}"
    made_by_hand = not home.exists()
    if os.access(PYTHON, os.X_OK) and (is_stamped(home, want) or made_by_hand):
        return
    with_pip = pip_to_borrow() is None
    if with_pip and importlib.util.find_spec("ensurepip") is None:
        raise LauncherError(
            "This Python cannot make virtual environments. On Debian and Ubuntu: "
            "sudo apt install python{}.{}-venv".format(*sys.version_info)
        )
    with step("Making a Python environment in .venv"):
        try:
            venv.create(VENV, with_pip=with_pip, clear=True, symlinks=True)
            set_stamp(home, want)
        except (OSError, subprocess.CalledProcessError) as error:
            raise LauncherError(explain(str(error))) from None


@functools.cache
def pip_to_borrow() -> Argv | None:
    """Gives the pip of the Python that .venv is made from, where it can work on .venv.

    That saves making one of its own, which takes longer than everything else in .venv.
    """
    base = [getattr(sys, "_base_executable", sys.executable), "-m", "pip"]
    with contextlib.suppress(LauncherError):
        said = run([*base, "--version"], env=os.environ, log="pip-version")
        found = re.match(r"pip (\d+)", said)
        if found and int(found[1]) >= 23:  # the first with --python was 22.3
            return [*base, "--python", PYTHON]
    return None


def pip() -> Argv:
    """Gives the command line of a pip that works on .venv."""
    return pip_to_borrow() or [PYTHON, "-m", "pip"]


def install(lock: Path) -> None:
    """Installs with uv, which takes seconds; where uv fails, with pip, which takes a minute."""
    env = installer_env()
    uv: Argv = [BIN / "uv", "pip", "install", "--quiet", "--python", PYTHON]
    pip_install = [*pip(), "install", "--quiet"]
    locked = ["--require-hashes", "-r"]
    itself = ["--no-deps", "--no-build-isolation", "--editable", "."]
    try:
        run([*pip_install, *locked, LOCKS / "uv.txt"], env=env, log="install-uv")
        run([*uv, *locked, lock], env=env, log="install-with-uv")
        run([*uv, *itself], env=env, log="install-with-uv-itself")
    except LauncherError:
        run([*pip_install, *locked, lock], env=env, log="install-with-pip")
        run([*pip_install, *itself], env=env, log="install-with-pip-itself")


def installer_env() -> dict[str, str]:
    """Gives the environment for pip and uv: the same package index and certificates for both."""
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    env.setdefault("PIP_RETRIES", "2")  # no network: say so soon
    if env.get("SSL_CERT_FILE"):
        env.setdefault("PIP_CERT", env["SSL_CERT_FILE"])
    for name, value in uv_settings(
        run([*pip(), "config", "list"], env=env, log="pip-config")
    ).items():
        env.setdefault(name, value)
    return env


def uv_settings(pip_config: str) -> dict[str, str]:
    """Gives pip's configuration as environment variables of uv, which does not read pip's.

    Args:
        pip_config: what `pip config list` prints: lines such as `global.index-url='...'`.
    """
    found = {}
    for line in pip_config.splitlines():
        key, equals, value = line.partition("=")
        with contextlib.suppress(ValueError, SyntaxError):
            found[key.rpartition(".")[2]] = str(ast.literal_eval(value)) if equals else ""
    settings = {
        "UV_DEFAULT_INDEX": found.get("index-url", ""),
        "UV_EXTRA_INDEX_URL": " ".join(found.get("extra-index-url", "").split()),
        "UV_FIND_LINKS": ",".join(found.get("find-links", "").split()),
        "SSL_CERT_FILE": found.get("cert", ""),
    }
    if settings["UV_EXTRA_INDEX_URL"]:
        # Look at every index, as pip does. The hashes in the lock decide what is accepted.
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in settings.items() if value}


def lock_packages() -> None:
    """Locks the newest packages that pyproject.toml allows, with hashes and without addresses."""
    # Not from a further index: it may hold one file of a release, and a lock wants the hash of all.
    further = {"UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"}
    env = {name: value for name, value in installer_env().items() if name not in further}
    compile_lock: Argv = [BIN / "uv", "pip", "compile", "--quiet", "--upgrade", "--universal"]
    compile_lock += ["--python-version=3.11", "--fork-strategy=fewest", "--generate-hashes"]
    compile_lock += ["--no-emit-index-url", "--no-annotate", "--no-header"]
    to_run: Argv = ["pyproject.toml", "--extra=site", "--group=setup"]
    to_test: Argv = ["pyproject.toml", "--all-extras", "--group=setup", "--group=test"]
    to_test += ["--constraint", LOCKS / "run.txt"]  # the tests see what the site runs
    with step("Locking"):
        for kind, asked in (("uv", ["--group=installer"]), ("run", to_run), ("test", to_test)):
            run([*compile_lock, *asked, "-o", LOCKS / f"{kind}.txt"], env=env, log=f"lock-{kind}")
