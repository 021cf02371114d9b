"""How long a person waits for a slider: from the event of the input to the next painted frame.

It starts the site of this checkout with the server that people run, opens the explore page in
Chromium, moves the slider of the first dose, and waits for the frame after the new picture.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT / "var" / "bench" / "site"
PAGE: Final = "/explore/?regimen=10+mg+at+08:00,+14:00,+20:00&span=week"
MOVES: Final = 40
WARMING: Final = 5
PATIENCE_S: Final = 120.0
PROMISED_MS: Final = 50.0

MOVE: Final = """
value => new Promise(done => {
  const row = document.querySelector('#mg-1').closest('step-slider');
  const range = row.querySelector('[type=range]');
  let started = 0;
  const painted = event => {
    if (event.detail.target.id !== 'answer') return;
    document.removeEventListener('htmx:afterSwap', painted);
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();  // heard after the frame is painted
      port1.onmessage = () => done(performance.now() - started);
      port2.postMessage(0);
    });
  };
  document.addEventListener('htmx:afterSwap', painted);
  range.value = value;
  started = performance.now();
  range.dispatchEvent(new Event('input', { bubbles: true }));
})
"""


class Waits(NamedTuple):
    """What a person waits, in milliseconds."""

    median_ms: float
    high_ms: float


def frames(*, moves: int = MOVES) -> Waits:
    """Give the median and the 95th percentile of many moves of a slider.

    Args:
        moves: How many moves count; a few before them do not.
    """
    from playwright.sync_api import sync_playwright

    with site() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address + PAGE)
        taken = []
        for move in range(WARMING + moves):
            taken.append(float(page.evaluate(MOVE, str(2.5 * (1 + move % 16)))))
            page.wait_for_timeout(700)  # the charts below follow, and are not counted
        browser.close()
    counted = taken[WARMING:]
    return Waits(float(np.median(counted)), float(np.quantile(counted, 0.95)))


def chromium() -> str | None:
    """Where Chromium is; None for the one that Playwright brought."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("UNCLENCH_CHROMIUM", "")
    return found or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def site() -> Iterator[str]:
    """Run the site of this checkout on a free port; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    env = {**os.environ, "UNCLENCH_DATA": str(DATA), "UNCLENCH_URL": address}
    env.pop("UNCLENCH_DEBUG", None)
    manage = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    subprocess.run(manage, cwd=ROOT, env=env, check=True, capture_output=True)
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--log-level", "warning", "--no-access-log"),
            *("--static-path-route", "/static", "--static-path-mount", str(DATA / "static")),
            "unclench_site.wsgi:application",
        ],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(address + PAGE)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    """Wait until an address answers.

    Raises:
        TimeoutError: It does not, within two minutes.
    """
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_S):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer")


if __name__ == "__main__":
    waits = frames()
    print(f"next painted frame: median {waits.median_ms:.0f} ms, 95th {waits.high_ms:.0f} ms")
