"""Logs as JSON lines: which event, which route, how long; never what a person typed.

A line holds the message's template without its arguments, an exception's class and places without
its text, and a request's route without its query. What is not on this list does not get out.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import final

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


@final
class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, event, and facts that the caller chose to give."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record without any argument of its message."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(record.msg),
        }
        line.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            line["exception"] = kind.__name__
            line["places"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(trace)
            ]
        return json.dumps(line)


def request_log(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: one line for each request, with its route and its time."""

    def answer(request: HttpRequest) -> HttpResponse:
        started_s = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        facts = {
            "method": request.method,
            "route": match.view_name if match else None,
            "status": response.status_code,
            "ms": round(1000 * (time.perf_counter() - started_s), 1),
        }
        logger.info("request", extra={"facts": facts})
        return response

    return answer
