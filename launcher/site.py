"""The site: its environment, what has to be ready before it starts, and its server."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from launcher.places import DATA, LOCKS, PYTHON, ROOT, fingerprint, is_stamped, set_stamp
from launcher.running import LauncherError, run, say, step

SITE = ROOT / "src" / "unclench_site"
MODEL = ROOT / "src" / "unclench" / "pharmacology"
# A home has few visitors at once. Whoever hosts for more sets these.
MANAGE = ROOT / "manage.py"
COMPANIONS = {
    "worker": ["db_worker"],  # what pages put off: mail, pushes, personal answers
    "laboratory": ["lab_worker"],  # long runs, which must not hold up mail
    "clock": ["clock"],  # what has its hour: reminders, the lab, the week's figures
}
"""What runs beside the server, by its log: the arguments of manage.py."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PAUSE_S = 5.0
SERVER_DEFAULTS = {"GRANIAN_WORKERS": "1", "GRANIAN_BLOCKING_THREADS": "4"}
WARM = "from unclench.pharmacology.people import warm; warm(['{}'])"
KERNELS = ("prepare", "march")  # one process each: compiling is most of the wait


def site_env(data: Path) -> dict[str, str]:
    """Gives the environment in which the site, its tests and its tools run."""
    env = dict(os.environ, UNCLENCH_DATA=str(data), DJANGO_SETTINGS_MODULE="unclench_site.settings")
    # Outside the source tree, which may be read-only; shared, for compiling takes seconds.
    env.setdefault("NUMBA_CACHE_DIR", str(DATA / "numba"))
    return env


class Part(NamedTuple):
    """Something that has to be ready: what makes it, for which state, and what is there then."""

    name: str
    words: str
    command: list[str | Path]
    want: str
    made: Path

    @property
    def stamp(self) -> Path:
        """Where it is noted for which state this was made."""
        return DATA / "stamps" / self.name

    def is_ready(self) -> bool:
        """Says whether this was made for the present state, and is still there."""
        return is_stamped(self.stamp, self.want) and self.made.exists()

    def make(self, env: dict[str, str]) -> None:
        """Makes it, and notes so."""
        run(self.command, env=env, log=self.name)
        set_stamp(self.stamp, self.want)


def parts(env: dict[str, str]) -> list[Part]:
    """Gives everything that has to be ready before the server starts."""
    lock = LOCKS / "run.txt"
    static = sorted([*SITE.glob("static"), *SITE.glob("*/static")])
    migrations = sorted(SITE.glob("*/migrations"))
    elsewhere = env.get("UNCLENCH_DATABASE_URL")
    return [
        Part(
            "database",
            "database",
            [PYTHON, "manage.py", "migrate", "--no-input"],
            fingerprint(lock, elsewhere, *migrations),
            DATA if elsewhere else DATA / "unclench.sqlite3",
        ),
        Part(
            "static",
            "static files",
            [PYTHON, "manage.py", "collectstatic", "--no-input"],
            fingerprint(lock, *static),
            DATA / "static" / "staticfiles.json",
        ),
        *(
            Part(
                f"kernel-{name}",
                f"kernel ({name})",
                [PYTHON, "-c", WARM.format(name)],
                # Numba compiles again when the file's time changes, even if its words do not.
                fingerprint(lock, MODEL, (MODEL / "kernel.py").stat().st_mtime_ns),
                Path(env["NUMBA_CACHE_DIR"]),
            )
            for name in KERNELS
        ),
    ]


def prepare_site() -> dict[str, str]:
    """Makes whatever is not ready, side by side; gives the environment to start the server in."""
    env = site_env(DATA)
    due = [part for part in parts(env) if not part.is_ready()]
    if due:
        name = "Preparing " + ", ".join(part.words for part in due)
        with step(name), ThreadPoolExecutor() as pool:
            for made in [pool.submit(part.make, env) for part in due]:
                made.result()
    return env


def chosen_address() -> tuple[str, int]:
    """Gives host and port from HOST and PORT, having made sure that the port is free."""
    host = os.environ.get("HOST") or "127.0.0.1"
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise LauncherError(
            f"PORT is {text!r}. Expected: a number from 1 to 65535. Try: PORT=8001 make serve"
        )
    port = int(text)
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise LauncherError(f"HOST is {host!r}, which is not an address.") from None
    except PermissionError:
        raise LauncherError(f"Port {port} needs root. Try: PORT=8001 make serve") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise LauncherError(f"HOST {host!r} does not work here: {error.strerror}.") from None
        raise LauncherError(
            f"Port {port} is taken by another program. Stop that program, or choose another port: "
            f"PORT={port % 65535 + 1} make serve"
        ) from None
    return host, port


def server_command(host: str, port: int) -> list[str]:
    """Gives the command line of the server."""
    return [
        *(str(PYTHON), "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--log-level", "warning", "--no-access-log"),  # an address can carry a dose: never logged
        *("--static-path-route", "/static", "--static-path-mount", str(DATA / "static")),
        "unclench_site.wsgi:application",
    ]


class Companion:
    """A process beside the server, started anew when it ends: a crash must not end reminders."""

    def __init__(
        self, name: str, arguments: list[str], env: dict[str, str], *, once: bool = False
    ) -> None:
        """Starts it; `once` lets it end when it is done."""
        self.argv = [str(PYTHON), str(MANAGE), *arguments]
        self.once = once
        self.env = env
        self.log = DATA / "log" / f"{name}.log"
        self.start()

    def start(self) -> None:
        """Starts the process; what it says goes into its log."""
        self.began = time.monotonic()
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.argv, cwd=ROOT, env=self.env, stdout=out, stderr=subprocess.STDOUT
            )

    def keep(self) -> None:
        """Starts it again where it has ended, though not all the time."""
        ended = self.process.poll() is not None and not self.once
        if ended and time.monotonic() - self.began > PAUSE_S:
            self.start()

    def tell(self) -> None:
        """Tells it to end; it may finish what it is doing."""
        self.process.terminate()

    def stop(self) -> None:
        """Waits until it has ended, and ends it after a few seconds."""
        try:
            self.process.wait(PAUSE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run_server(env: dict[str, str], *, host: str, port: int) -> int:
    """Runs the server until Ctrl-C or SIGTERM; gives the exit code: 0 when it was told to stop."""
    name = f"[{host}]" if ":" in host else host
    env = {**SERVER_DEFAULTS, "UNCLENCH_URL": f"http://{name}:{port}", **env}
    if host in LOOPBACK and not os.environ.get(
        "UNCLENCH_URL"
    ):  # nobody else comes here: look around
        env.setdefault("UNCLENCH_DEMONSTRATION", "yes")
    server = subprocess.Popen(server_command(host, port), cwd=ROOT, env=env)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as Ctrl-C does
    beside: list[Companion] = []
    try:
        if answers(server, host=host, port=port):
            say(f"\nUnclench is at http://{name}:{port}/   Ctrl-C stops it.")
            beside += [Companion(*one, env) for one in COMPANIONS.items()]
            if env.get("UNCLENCH_DEMONSTRATION") == "yes":  # adds the days since the last start
                beside.append(Companion("demonstration", ["demonstrate"], env, once=True))
        while (code := ended(server)) is None:
            for companion in beside:
                companion.keep()
        return code
    except KeyboardInterrupt:
        server.terminate()  # a terminal sends Ctrl-C to the server too; other callers do not
        server.wait()
        say("\nStopped.")
        return 0
    finally:
        for companion in beside:
            companion.tell()
        for companion in beside:
            companion.stop()


def ended(server: subprocess.Popen[bytes]) -> int | None:
    """Gives the exit code of a server that ends within a second, else None."""
    try:
        return server.wait(1.0)
    except subprocess.TimeoutExpired:
        return None


def answers(server: subprocess.Popen[bytes], *, host: str, port: int) -> bool:
    """Says whether the server came up, having waited until it answered or ended."""
    while server.poll() is None:
        connection = http.client.HTTPConnection(host, port, timeout=30)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return True
        finally:
            connection.close()
    return False
