"""The real server, killed in the middle of writes: what it said is kept is kept, and once."""

from __future__ import annotations

import http.cookiejar
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SETUP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
person = get_user_model().objects.create_user("alice")
session = SessionStore()
session["_auth_user_id"] = str(person.pk)
session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
session["_auth_user_hash"] = person.get_session_auth_hash()
session.save()
print(session.session_key)
"""
WRITERS = 4


class Site:
    """A site with a folder of its own and one member, served by the server that people use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "UNCLENCH_DATA": str(folder),
            "UNCLENCH_URL": self.url,
            "UNCLENCH_DEBUG": "yes",  # static files as they stand: nothing has to be collected
            "DJANGO_SETTINGS_MODULE": "unclench_site.settings",
            "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", str(ROOT / "var" / "numba")),
        }
        self.env.pop("UNCLENCH_DATABASE_URL", None)  # the embedded database is the one to kill
        made = subprocess.run(
            [sys.executable, "-c", SETUP],
            env=self.env,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        self.session = made.stdout.split()[-1]

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port"]
        self.server = subprocess.Popen(
            [
                str(Path(sys.executable).parent / command[0]),
                *command[1:],
                str(self.port),
                "--blocking-threads",
                "4",
                "unclench_site.wsgi:application",
            ],
            env=self.env,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(400):
            try:
                urllib.request.urlopen(f"{self.url}/manifest.webmanifest", timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """Kill the server and its workers, without a word."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def rows(self) -> list[tuple[str, str, int | None]]:
        """Each entry's key, kind and which one it was the same as, from the file itself."""
        with sqlite3.connect(self.folder / "unclench.sqlite3") as database:
            return list(database.execute("select key, kind, same_as_id from diary_entry"))

    def device(self) -> Device:
        """A signed-in device."""
        return Device(self)


class Device:
    """A browser without a page: it has the session and the token of its forms."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )
        self.opener.addheaders = [
            ("Cookie", f"sessionid={site.session}"),
            ("Accept", "application/json"),
        ]
        with self.opener.open(f"{site.url}/diary/token/", timeout=5) as answer:
            self.token = json.load(answer)["token"]
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.jar)
        self.headers = {
            "Cookie": f"sessionid={site.session}; {cookies}",
            "Accept": "application/json",
            "X-CSRFToken": self.token,
            "Referer": f"{site.url}/diary/",
        }

    def tap(self, **fields: str) -> dict[str, str]:
        """Log one thing; gives the site's answer."""
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(
            f"{self.site.url}/diary/log/", data=body, headers=self.headers, method="POST"
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            found: dict[str, str] = json.load(answer)
        return found


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    found = Site(tmp_path_factory.mktemp("site"))
    found.start()
    yield found
    found.kill()


def test_every_entry_that_was_acknowledged_survives_a_kill_and_none_is_there_twice(site):
    devices = [site.device() for _ in range(WRITERS)]
    acknowledged: set[str] = set()
    tried: list[str] = []
    alive = threading.Event()

    def write(device: Device) -> None:
        while True:
            key = str(uuid.uuid4())
            tried.append(key)
            try:
                device.tap(key=key, kind="spasm")
            except (OSError, urllib.error.URLError, ValueError):
                return
            acknowledged.add(key)
            if len(acknowledged) >= 24:
                alive.set()

    writers = [threading.Thread(target=write, args=(device,)) for device in devices]
    for writer in writers:
        writer.start()
    assert alive.wait(timeout=15)
    site.kill()
    for writer in writers:
        writer.join()
    site.start()
    kept = [key for key, kind, _ in site.rows() if kind == "spasm"]
    assert acknowledged <= set(kept)
    # Whatever was under way is sent again, as a device does that got no answer.
    device = site.device()
    for key in set(tried) - acknowledged:
        device.tap(key=key, kind="spasm")
    kept = [key for key, kind, _ in site.rows() if kind == "spasm"]
    assert sorted(kept) == sorted(set(tried))


def test_two_devices_that_log_the_same_intake_at_once_have_one_clear_outcome(site):
    devices = [site.device() for _ in range(WRITERS)]
    gate, words = threading.Barrier(WRITERS), []
    dose = {"due_key": "oral:2026-11-20T08:00", "amount_mg": "10"}

    def log(number: int, device: Device) -> None:
        gate.wait()
        kind = "dose-skipped" if number % 2 else "dose-taken"
        words.append(device.tap(key=f"device-number-{number}", kind=kind, **dose)["words"])

    threads = [threading.Thread(target=log, args=one) for one in enumerate(devices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    doses = [same_as for _, kind, same_as in site.rows() if kind.startswith("dose")]
    assert len(doses) == WRITERS
    assert doses.count(None) == 1
    assert sum(one.startswith("Logged: ") for one in words) == 1
    assert sum("already logged at" in one and "on another device" in one for one in words) == 3
