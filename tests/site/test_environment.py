"""Settings: safe when nothing is said, loud when something cannot be understood."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from unclench_site.environment import (
    envbool,
    envdatabase,
    envint,
    envlist,
    envplace,
    envsecret,
    envurl,
)


@pytest.mark.parametrize("word", ["1", "yes", "TRUE", " on "])
def test_a_yes_is_a_yes(word):
    assert envbool("X", default=False, source={"X": word})


@pytest.mark.parametrize("word", ["0", "no", "FALSE", " off "])
def test_a_no_is_a_no(word):
    assert not envbool("X", default=True, source={"X": word})


@pytest.mark.parametrize("word", ["maybe", "2", "ja", "tru"])
def test_anything_else_stops_the_start(word):
    with pytest.raises(ImproperlyConfigured, match="X is"):
        envbool("X", default=False, source={"X": word})


@pytest.mark.parametrize("word", ["threads", " processes ", "dask://lab.example:8786"])
def test_a_place_to_compute_is_taken_as_it_is(word):
    assert envplace("X", default="processes", source={"X": word}) == word.strip()


@pytest.mark.parametrize(
    "word", ["here", "dask://", "dask://lab", "dask://lab:x", "dask://a@lab:1", "http://lab:8786"]
)
def test_a_place_that_is_none_stops_the_start(word):
    with pytest.raises(ImproperlyConfigured, match="dask://HOST:PORT"):
        envplace("X", default="processes", source={"X": word})


@pytest.mark.parametrize("word", ["-1", "101", "ten", "1.5", "1e1"])
def test_a_number_outside_its_limits_stops_the_start(word):
    with pytest.raises(ImproperlyConfigured, match="from 0 to 100"):
        envint("X", default=5, low=0, high=100, source={"X": word})


def test_a_list_drops_empty_parts():
    assert envlist("X", source={"X": "a.example, ,b.example,"}) == ["a.example", "b.example"]


@pytest.mark.parametrize(
    "text",
    ["ftp://a.example", "a.example", "https://", "https://a.example/path", "https://a.example:x",
     "https://a.example?x=1", "https://a.example:0"],
)  # fmt: skip
def test_an_address_with_more_or_less_than_a_host_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="Expected: an address"):
        envurl("X", default="http://localhost", source={"X": text})


@pytest.mark.parametrize(
    "text", ["mysql://a/b", "postgresql://ann", "just-words", "postgresql://a:x/b"]
)
def test_an_unknown_database_stops_the_start_and_is_not_repeated(text):
    with pytest.raises(ImproperlyConfigured) as fault:
        envdatabase("X", otherwise={}, source={"X": text})
    assert text not in str(fault.value)


def test_a_password_may_hold_any_character():
    url = "postgresql://ann:p%40ss%2Fword@db.example:5433/un"
    found = envdatabase("X", otherwise={}, source={"X": url})
    assert (found["USER"], found["PASSWORD"], found["PORT"]) == ("ann", "p@ss/word", "5433")


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "new" / "secret-key"
    first = envsecret("X", path=path, source={})
    assert envsecret("X", path=path, source={}) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(first) >= 50
    assert [file.name for file in path.parent.iterdir()] == ["secret-key"]


def test_a_secret_that_others_can_read_stops_the_start(tmp_path):
    path = tmp_path / "secret-key"
    envsecret("X", path=path, source={})
    path.chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="other people"):
        envsecret("X", path=path, source={})


def test_a_short_secret_stops_the_start_and_is_not_repeated(tmp_path):
    with pytest.raises(ImproperlyConfigured) as fault:
        envsecret("X", path=tmp_path / "unused", source={"X": "hunter2"})
    assert "hunter2" not in str(fault.value)


def test_a_secret_can_come_from_a_file_of_a_container(tmp_path):
    file = tmp_path / "mounted"
    file.write_text("k" * 60 + "\n")
    assert envsecret("X", path=tmp_path / "unused", source={"X_FILE": str(file)}) == "k" * 60


def test_a_missing_secret_file_stops_the_start(tmp_path):
    source = {"X_FILE": str(tmp_path / "nowhere")}
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        envsecret("X", path=tmp_path / "unused", source=source)


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    inherited["DJANGO_SETTINGS_MODULE"] = "unclench_site.settings"
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deployment_check(tmp_path):
    done = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        UNCLENCH_URL="https://unclench.example",
        UNCLENCH_DATA=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr


def test_a_bad_value_is_named_at_the_start(tmp_path):
    done = manage("check", UNCLENCH_DEBUG="perhaps", UNCLENCH_DATA=str(tmp_path))
    assert done.returncode != 0
    assert "UNCLENCH_DEBUG is 'perhaps'" in done.stderr


def test_no_model_is_without_its_migration():
    assert manage("makemigrations", "--check", "--dry-run").returncode == 0


def test_debug_is_off_unless_somebody_asks_for_it(settings):
    from django.conf import settings as site

    assert site.SECURE_CONTENT_TYPE_NOSNIFF
    assert "UNCLENCH_DEBUG" in os.environ or not settings.DEBUG
