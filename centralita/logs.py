"""Structured logs: readable lines on a terminal, JSON lines elsewhere, one process name on each."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer

# Local variables stay out of the log: passwords and tokens pass through them.
FRAMES_ONLY = ExceptionDictTransformer(show_locals=False, max_frames=12)


def configure(process: str) -> None:
    """Send every log line of this process, also those of libraries, to standard error."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _named(process),
    ]
    renderer: list[structlog.types.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if sys.stderr.isatty()
        else [structlog.processors.ExceptionRenderer(FRAMES_ONLY), structlog.processors.JSONRenderer(_to_json)]
    )
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    bridge = logging.StreamHandler(sys.stderr)
    bridge.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    logging.basicConfig(handlers=[bridge], level=logging.WARNING, force=True)


def _to_json(line: Any, default: Callable[[Any], Any]) -> str:
    """Octets from outside that are no UTF-8 (surrogates) are escaped, which the slower encoder alone does."""
    try:
        return orjson.dumps(line, default).decode()
    except TypeError:
        return json.dumps(line, default=default)


def _named(process: str) -> structlog.types.Processor:
    def add(_: object, __: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
        line["process"] = process
        return line

    return add
