"""The launcher: what it says when something is in the way, and what it does only once."""

from __future__ import annotations

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from launcher import checks, commands, packages, places, running, site
from launcher.running import LauncherError

ROOT = Path(__file__).parent.parent.parent


def run_python(*argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *argv],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env},
        text=True,
        capture_output=True,
        timeout=60,
    )


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A data folder of its own, which every module of the launcher uses."""
    for module in (running, site, commands, checks):
        monkeypatch.setattr(module, "DATA", tmp_path)
    return tmp_path


# --- Python ---------------------------------------------------------------------------------------


def test_python_3_6_can_read_the_first_file():
    source = (ROOT / "bootstrap.py").read_text(encoding="utf-8")

    ast.parse(source, feature_version=(3, 6))


OLD_PYTHON = """
import sys
sys.version_info = (3, 8, 10)
import bootstrap
bootstrap.require_python()
"""


def test_an_old_python_alone_gets_a_sentence(tmp_path):
    done = run_python("-c", OLD_PYTHON, PATH=str(tmp_path))

    assert done.returncode == 1
    assert "needs Python 3.11 or newer, and this is Python 3.8" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_python_goes_over_to_a_newer_one_beside_it(tmp_path):
    newer = tmp_path / "python3.12"
    newer.write_text("#!/bin/sh\necho the newer one took over\n")
    newer.chmod(0o755)

    done = run_python("-c", OLD_PYTHON, PATH=str(tmp_path))

    assert done.stdout == "the newer one took over\n"


def test_the_launcher_needs_nothing_that_is_not_in_python():
    done = run_python("-S", "-E", "-s", "bootstrap.py", "help")

    assert done.returncode == 0, done.stderr
    assert "make COMMAND" in done.stdout


# --- commands -------------------------------------------------------------------------------------


def test_every_command_of_the_makefile_is_known_and_the_other_way_round():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.search(r"^COMMANDS = (.*)$", makefile, re.MULTILINE)

    assert named is not None
    assert named[1].split() == list(commands.COMMANDS)


def test_an_unknown_command_is_refused_with_a_list(capsys):
    assert commands.main(["srve"]) == 2

    printed = capsys.readouterr().out
    assert "There is no command 'srve'" in printed
    assert all(name in printed for name in commands.COMMANDS)


def test_arguments_that_would_be_ignored_are_refused(capsys):
    assert commands.main(["serve", "--port", "8001"]) == 1

    assert "serve takes no arguments; it was given --port 8001." in capsys.readouterr().err


def test_clean_leaves_what_people_wrote(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(commands, "ROOT", tmp_path / "project")
    (tmp_path / "project" / ".venv").mkdir(parents=True)
    (data / "static").mkdir()
    (data / "unclench.sqlite3").write_text("diary")
    (data / "secret-key").write_text("key")

    commands.main(["clean"])

    assert not (tmp_path / "project" / ".venv").exists()
    assert not (data / "static").exists()
    assert (data / "unclench.sqlite3").read_text() == "diary"
    assert (data / "secret-key").read_text() == "key"


# --- the address ----------------------------------------------------------------------------------


def test_a_taken_port_is_named_with_another_to_try(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(LauncherError, match=rf"Port {port} is taken .* PORT={port + 1} make"):
            site.chosen_address()


@pytest.mark.parametrize("word", ["http", "0", "65536", "-1", "80.5", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(monkeypatch, word):
    monkeypatch.setenv("PORT", word)

    with pytest.raises(LauncherError, match="Expected: a number from 1 to 65535"):
        site.chosen_address()


@pytest.mark.parametrize(
    ("host", "words"),
    [("no such host", "which is not an address"), ("192.0.2.1", "does not work here")],
)
def test_a_host_that_is_not_this_machine_is_refused(monkeypatch, host, words):
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", "54321")

    with pytest.raises(LauncherError, match=words):
        site.chosen_address()


def test_the_server_writes_no_access_log_for_an_address_can_carry_a_dose():
    assert "--no-access-log" in site.server_command("127.0.0.1", 8000)


SERVE_A_FOLDER = """
import os, sys
from launcher import site
site.server_command = lambda host, port: [
    sys.executable, "-m", "http.server", str(port), "--bind", host, "--directory", sys.argv[2]
]
site.MANAGE = sys.argv[3]
site.DATA = __import__("pathlib").Path(sys.argv[2])
sys.exit(site.run_server(dict(os.environ), host="127.0.0.1", port=int(sys.argv[1])))
"""


BESIDE = """
import os, pathlib, sys, time
folder = pathlib.Path(sys.argv[0]).parent / "pids"
(folder / "-".join([sys.argv[1], str(os.getpid())])).touch()
time.sleep(60)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_stops_the_server_and_leaves_no_process(tmp_path, name):
    (tmp_path / "pids").mkdir()
    (tmp_path / "log").mkdir()
    beside = tmp_path / "beside.py"
    beside.write_text(BESIDE, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    launcher = subprocess.Popen(
        [sys.executable, "-c", SERVE_A_FOLDER, str(port), str(tmp_path), str(beside)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert launcher.stdout is not None
    greeting = next(line for line in launcher.stdout if "Unclench" in line)
    commands = {*(words[0] for words in site.COMPANIONS.values()), "demonstrate"}
    wait_until(
        lambda: {one.name.split("-")[0] for one in (tmp_path / "pids").iterdir()} == commands
    )

    launcher.send_signal(getattr(signal, name))
    rest, _ = launcher.communicate(timeout=20)

    assert f"Unclench is at http://127.0.0.1:{port}/" in greeting
    assert rest.strip() == "Stopped."
    assert launcher.returncode == 0
    socket.create_server(("127.0.0.1", port)).close()  # nobody holds the port any more
    for one in (tmp_path / "pids").iterdir():
        assert not Path("/proc", one.name.rpartition("-")[2]).exists(), one.name


def wait_until(is_so) -> None:
    """Wait up to half a minute until something is so."""
    end = time.monotonic() + 30.0
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


# --- running programs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: failed to lookup address: dns error", "cannot be reached"),
        ("NewConnectionError: Failed to establish a new connection: [Errno 111]", "be reached"),
        ("invalid peer certificate: UnknownIssuer", "SSL_CERT_FILE"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS", "is not the one"),
        ("ERROR: No matching distribution found for numba==0.68.1", "Try another: make serve"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", "cannot be written"),
    ],
)
def test_a_known_failure_becomes_a_sentence(output, words):
    assert words in running.explain(output)


def test_an_unknown_failure_shows_its_last_lines():
    output = "\n".join(f"line {number}" for number in range(100))

    assert running.explain(output).splitlines()[-1] == "line 99"
    assert len(running.explain(output).splitlines()) == 16


def test_a_failing_program_is_a_sentence_and_its_whole_output_is_kept(data):
    argv = [
        sys.executable,
        "-c",
        "print('one'); raise SystemExit('[Errno 28] No space left on device')",
    ]

    with pytest.raises(LauncherError, match=r"disk is full.*\n.*try\.log"):
        running.run(argv, env={}, log="try")

    assert "one" in (data / "log" / "try.log").read_text()


def test_a_program_that_is_not_there_is_a_sentence(data):
    with pytest.raises(LauncherError, match="no-such-program"):
        running.run(["no-such-program"], env={}, log="try")


def test_a_second_launcher_waits_for_the_first(data, capsys):
    order = []

    def second() -> None:
        with running.alone():
            order.append("second")

    with running.alone():
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(timeout=0.3)
        order.append("first")
    waiting.join(timeout=10)

    assert order == ["first", "second"]
    assert "waiting" in capsys.readouterr().out


# --- packages -------------------------------------------------------------------------------------


def test_uv_is_told_what_pip_was_told():
    config = "\n".join(
        [
            "global.index-url='https://mirror.example/simple'",
            "global.extra-index-url='https://a.example/simple\\nhttps://b.example/simple'",
            ":env:.cert='/etc/company.pem'",
            "a line that is no setting",
        ]
    )

    assert packages.uv_settings(config) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_EXTRA_INDEX_URL": "https://a.example/simple https://b.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "SSL_CERT_FILE": "/etc/company.pem",
    }


def test_without_a_pip_configuration_uv_keeps_its_own_defaults():
    assert packages.uv_settings("") == {}


LOCK_NAMES = ["run", "test", "uv"]


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z0-9.-]+)==(\S+)", text))


@pytest.mark.parametrize("name", LOCK_NAMES)
def test_a_lock_holds_hashes_and_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=\S)", text)[1:]

    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_the_tests_see_the_versions_that_the_site_runs():
    assert locked("run").items() <= locked("test").items()


# --- stamps ---------------------------------------------------------------------------------------


def test_a_fingerprint_follows_names_and_contents_but_not_compiled_files(tmp_path):
    (tmp_path / "a.py").write_text("one")
    first = places.fingerprint(tmp_path)

    (tmp_path / "a.pyc").write_text("compiled")
    assert places.fingerprint(tmp_path) == first
    (tmp_path / "a.py").write_text("two")
    second = places.fingerprint(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")

    assert len({first, second, places.fingerprint(tmp_path)}) == 3


def test_a_part_is_made_once_and_again_when_it_changed_or_is_gone(data):
    made = data / "made"
    argv: list[str | Path] = [sys.executable, "-c", f"open({str(made)!r}, 'a').write('x')"]
    part = site.Part("part", "a part", argv, "state 1", made)

    assert not part.is_ready()
    part.make({})
    assert part.is_ready()
    assert not part._replace(want="state 2").is_ready()
    made.unlink()
    assert not part.is_ready()


# --- the browser ----------------------------------------------------------------------------------


def test_a_named_browser_goes_before_all_others(monkeypatch):
    monkeypatch.setenv("UNCLENCH_CHROMIUM", sys.executable)

    assert checks.find_browser() == sys.executable


def test_a_named_browser_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setenv("UNCLENCH_CHROMIUM", "/no/such/browser")

    with pytest.raises(LauncherError, match="UNCLENCH_CHROMIUM names '/no/such/browser'"):
        checks.find_browser()


def test_without_a_browser_and_without_root_a_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.delenv("UNCLENCH_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(checks, "BROWSERS", ("chromium",))

    with pytest.raises(LauncherError, match="sudo apt install chromium"):
        checks.ensure_browser()
