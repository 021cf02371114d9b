"""Reads the evidence and compiles the model before the first person has to wait for them."""

from __future__ import annotations

import logging
import threading

from unclench.errors import UnclenchError
from unclench_site.explore.answer import Stopwatch, answer
from unclench_site.explore.drawing import Room
from unclench_site.explore.question import Question

logger = logging.getLogger(__name__)


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
    """Warm up beside the server, which answers meanwhile."""
    thread = threading.Thread(target=warm, name="warm", daemon=True)
    thread.start()
    return thread
