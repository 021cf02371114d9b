"""A log line says that something happened, never what somebody typed."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from unclench_site.logs import JsonLines

SECRETS = ["62.5", "10 mg", "10+mg", "kg=", "regimen"]


def written(caplog) -> list[str]:
    return [JsonLines().format(record) for record in caplog.records]


@pytest.mark.parametrize(
    "address",
    [
        "/explore/?regimen=10+mg+at+08:00&kg=62.5",
        "/explore/?regimen=10+mg&kg=62.5",
        "/explore/numbers.csv?regimen=10+mg+at+08:00&kg=62.5",
        "/library/?q=10+mg+kg=62.5+regimen",
        "/nothing/?regimen=10+mg&kg=62.5",
    ],
)
def test_no_line_repeats_an_address(client, caplog, address):
    with caplog.at_level(logging.DEBUG):
        client.get(address)
    lines = written(caplog)
    assert lines
    for line in lines:
        assert not [secret for secret in SECRETS if secret in line]


def test_a_request_is_one_line_with_route_status_and_time(client, caplog):
    with caplog.at_level(logging.INFO, logger="unclench_site.logs"):
        client.get("/help/")
    (line,) = (json.loads(text) for text in written(caplog))
    assert line["event"] == "request"
    assert (line["method"], line["route"], line["status"]) == ("GET", "help", 200)
    assert line["ms"] >= 0


def test_a_line_has_the_template_of_its_message_without_arguments():
    record = logging.LogRecord("a.b", logging.WARNING, "f.py", 1, "dose %s", ("62.5 mg",), None)
    line = json.loads(JsonLines().format(record))
    assert line["event"] == "dose %s"
    assert "62.5" not in json.dumps(line)


def test_an_exception_is_told_by_class_and_place_alone():
    try:
        raise ValueError("62.5 kg")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "f.py", 1, "broke", (), sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert line["exception"] == "ValueError"
    assert line["places"]
    assert "62.5" not in json.dumps(line)


def test_the_development_server_does_not_write_addresses(settings):
    assert settings.LOGGING["loggers"]["django.server"]["handlers"] == ["nothing"]
