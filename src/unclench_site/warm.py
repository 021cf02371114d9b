"""Reads the evidence and compiles the model before the first person has to wait for them."""

from __future__ import annotations

import logging
import threading
from typing import Final

from unclench.errors import UnclenchError
from unclench_site.explore.answer import Stopwatch, answer
from unclench_site.explore.drawing import Room
from unclench_site.explore.question import Question

logger = logging.getLogger(__name__)

HEAD_START_S: Final = 0.5


def warm() -> None:
    """Answer the first question once, for nobody."""
    clock = Stopwatch()
    try:
        answer(Question(), room=Room(), clock=clock)
    except UnclenchError:
        logger.exception("warming up failed")  # the page will say the same to whoever opens it
    else:
        logger.info("warm", extra={"facts": {k: round(ms) for k, ms in clock.parts_ms.items()}})


def warm_in_background() -> threading.Thread:
    """Warm up beside the server, once it has had a moment to answer its first request."""
    thread = threading.Timer(HEAD_START_S, warm)
    thread.name, thread.daemon = "warm", True
    thread.start()
    return thread
