"""Load on the site: a database of many members, and requests at a steady rate as they would come.

Run it with `python -m bench.load`. It fills a database of its own, starts the real server on it,
and asks at a rate that does not wait for answers, so that a slow answer is not hidden by asking
less. What is reported is the wait of the one who asks, from the due moment to the last byte.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import numpy as np

ROOT: Final = Path(__file__).resolve().parent.parent
A_SECOND: Final = 25
VISITORS: Final = 400
"""Members who are signed in during the measurement; each has the same chance of asking next."""
TODAY: Final = "/diary/"
ZONE: Final = "Europe/London"

# One member in a thousand has written a great deal: their page must not be slower.
PEOPLE: Final = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
INSERT INTO accounts_person
  (id, password, is_superuser, public_id, name, email, role, time_zone, joined_at, is_active,
   is_staff)
SELECT i, '!', 0, lower(hex(randomblob(16))), 'member' || i, 'member' || i || '@example.invalid',
  'member', :zone, :now, 1, 0 FROM n
"""
TREATMENTS: Final = """
INSERT INTO plans_treatment
  (owner_id, public_id, regimen, day_one, from_at, zone, medicines, recorded_at)
SELECT id, lower(hex(randomblob(16))), '10 mg at 08:00, 14:00, 20:00', date(:now, '-100 days'),
  datetime(:now, '-100 days'), :zone, '[]', :now FROM accounts_person
"""
ENTRIES: Final = """
WITH RECURSIVE n(i) AS (SELECT :low UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :high)
INSERT INTO diary_entry
  (owner_id, public_id, thread, kind, happened_at, zone, recorded_at, value, due_key, what, note,
   key, withdrawn)
SELECT CASE WHEN i % 10 THEN 1 + abs(random()) % :people ELSE 1 + abs(random()) % :keen END,
  lower(hex(randomblob(16))), lower(hex(randomblob(16))),
  CASE i % 3 WHEN 0 THEN 'spasm' WHEN 1 THEN 'rating' ELSE 'sleepiness' END,
  strftime('%Y-%m-%d %H:%M:%f', :now, '-' || (abs(random()) % 7776000) || ' seconds'), :zone, :now,
  1 + i % 3, '', '', '', lower(hex(randomblob(12))) || i, 0 FROM n
"""


@dataclass(slots=True)
class Waits:
    """How long the answers of one kind took, in milliseconds, and how many were not the one due."""

    ms: list[float] = field(default_factory=list)
    wrong: int = 0

    def row(self, name: str) -> tuple[str, ...]:
        """Give a line of the table."""
        median, high = np.quantile(self.ms, [0.5, 0.95])
        return name, f"{len(self.ms)}", f"{median:.0f}", f"{high:.0f}", f"{self.wrong}"


def fill(database: Path, *, people: int, entries: int) -> None:
    """Write members, what they take and what they logged, into a migrated database."""
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    with sqlite3.connect(database) as rows:
        rows.execute("PRAGMA synchronous=OFF")
        rows.execute("PRAGMA cache_size=-400000")
        given = {"people": people, "keen": max(1, people // 1000), "zone": ZONE, "now": now}
        rows.execute(PEOPLE, given)
        rows.execute(TREATMENTS, given)
        for low in range(0, entries, 500_000):
            part = {**given, "low": low, "high": min(low + 500_000, entries)}
            rows.execute(ENTRIES, part)
            rows.commit()
        rows.execute("ANALYZE")


SESSIONS: Final = """
import sys
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from unclench_site.accounts.models import Person
for person in Person.objects.order_by("id")[: int(sys.argv[1])]:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    print(session.session_key)
"""


@contextmanager
def site(folder: Path, *, people: int, entries: int) -> Iterator[tuple[int, list[str]]]:
    """Give the port of a server on a filled database, and the sessions of some of its members."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = dict(
        os.environ,
        UNCLENCH_DATA=str(folder),
        UNCLENCH_URL=f"http://127.0.0.1:{port}",
        DJANGO_SETTINGS_MODULE="unclench_site.settings",
        UNCLENCH_DEBUG="",
        NUMBA_CACHE_DIR=str(ROOT / "var" / "numba"),
    )
    for command in (["migrate", "--no-input"], ["collectstatic", "--no-input"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    fill(folder / "unclench.sqlite3", people=people, entries=entries)
    made = subprocess.run(
        [sys.executable, "-c", SESSIONS, str(VISITORS)],
        cwd=ROOT, env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    sessions = [line for line in made.stdout.split() if re.fullmatch(r"[a-z0-9]{32}", line)]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--port"),
            *(str(port), "--workers", "1", "--blocking-threads", "4", "--no-access-log"),
            *("--log-level", "warning", "unclench_site.wsgi:application"),
        ],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield port, sessions
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    """Wait until the server answers, and has warmed up."""
    for _ in range(600):
        try:
            get(port, "/help/", "")
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(5.0)
            return
    raise SystemExit("The server did not start.")


connections = threading.local()


def get(
    port: int, address: str, cookie: str, form: dict[str, str] | None = None
) -> tuple[int, str]:
    """Ask once over a kept connection; give the status and the text."""
    connection = getattr(connections, "one", None)
    if connection is None:
        connection = connections.one = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Accept-Encoding": "identity"}
    body = None
    if form is not None:
        body = urlencode(form)
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("GET" if form is None else "POST", address, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        connections.one = None
        connection.close()
        raise


def steadily(task: Callable[[int], bool], *, seconds: float, waits: Waits) -> None:
    """Start a task at each due moment, whether or not the ones before are done."""

    def one(i: int, due: float) -> None:
        fine = task(i)
        waits.ms.append(1000.0 * (time.perf_counter() - due))
        waits.wrong += not fine

    with ThreadPoolExecutor(16) as pool:
        start = time.perf_counter()
        for i in range(int(seconds * A_SECOND)):
            due = start + i / A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(one, i, due)


TOKEN: Final = "t" * 32
"""The form's token: a cookie and a field that agree."""


def measure(*, people: int, entries: int, seconds: float) -> dict[str, Waits]:
    """Fill, serve and ask; give the waits for the page of today and for one tap."""
    found = {"today": Waits(), "one tap": Waits()}
    with (
        tempfile.TemporaryDirectory(prefix="unclench-load-") as folder,
        site(Path(folder), people=people, entries=entries) as (port, sessions),
    ):

        def cookie(i: int) -> str:
            session = sessions[(i * 7919) % len(sessions)]
            return f"sessionid={session}; csrftoken={TOKEN}"

        def today(i: int) -> bool:
            status, text = get(port, TODAY, cookie(i))
            return status == 200 and "spasm" in text.lower()

        def tap(i: int) -> bool:
            form = {
                "csrfmiddlewaretoken": TOKEN,
                "key": secrets.token_hex(16),
                "kind": "spasm",
                "value": "2",
            }
            status, _ = get(port, LOG, cookie(i), form)
            return status in {200, 201, 302, 303}

        for i in range(40):
            today(i)
            tap(i)
        steadily(today, seconds=seconds, waits=found["today"])
        steadily(tap, seconds=seconds, waits=found["one tap"])
    return found


LOG: Final = "/diary/log/"


HEAD: Final = (
    *("rows of the diary", "what", "asked", "median, ms", "95th percentile, ms"),
    "not answered",
)


def load(*, people: int, sizes: Sequence[int], seconds: float) -> str:
    """Give the waits at each size of the diary as a Markdown table."""
    rows = [
        (f"{size:,}", *waits.row(name))
        for size in sizes
        for name, waits in measure(people=people, entries=size, seconds=seconds).items()
    ]
    lines = (HEAD, ["---"] * len(HEAD), *rows)
    said = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return (
        f"{people:,} members, one server process with four threads, {A_SECOND} requests a second "
        f"that do not wait for each other; server and asker share two cores.\n\n{said}"
    )


def main(arguments: Sequence[str]) -> None:
    """Measure at two sizes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--sizes", default="100000,5000000", help="rows of the diary")
    parser.add_argument("--people", type=int, default=200_000)
    asked = parser.parse_args(arguments)
    sizes = [int(size) for size in asked.sizes.split(",")]
    print(load(people=asked.people, sizes=sizes, seconds=asked.seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
