"""One handler for every log record of the process, and nothing secret behind it.

Redaction works on the finished line, so it holds for our own events, uvicorn's access log, Django's, a library's and
any traceback alike.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

REDACTED = "[redacted]"

_SECRETS = re.compile(
    r"data:image/[^\s\"'\\]*"  # a frame
    r"|(?:frapi|sess)_[A-Za-z0-9_-]{16,}"  # an API key, a session token
    r"|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # an access token
    r"|(?:/9j/|iVBOR|UklGR)[A-Za-z0-9+/=]{32,}"  # base64 of a JPEG, PNG or WebP
)
_SECRET_NAMES = frozenset(
    {
        "access_token",
        "api_key",
        "api_secret",
        "authorization",
        "embedding",
        "image",
        "image_bytes",
        "password",
        "secret",
        "session_token",
        "template",
        "vector_l2",
    }
)
_QUIET = {
    # At DEBUG these print what goes over the wire.
    "uvicorn": logging.INFO,
    "websockets": logging.INFO,
    "asyncio": logging.INFO,
    "urllib3": logging.INFO,
    "django.db.backends": logging.INFO,
}


def redact(line: str) -> str:
    """Replace every token, key and image in a finished log line."""
    return _SECRETS.sub(REDACTED, line)


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record, then redacts the whole of it."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure(options: Mapping[str, str]) -> None:
    """Set up logging for the process. Django calls it with its ``LOGGING`` setting.

    Args:
        options: ``level`` (a logging level) and ``format`` (``json`` or ``console``).
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=["status_code"]),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _redact_names,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        RedactingFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(options["format"]),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [each for each in root.handlers if not isinstance(each.formatter, RedactingFormatter)]
    root.addHandler(handler)
    root.setLevel(options["level"])
    for name in ("django", "django.server"):  # Django's defaults would print every record a second time
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, root.level))


def log_to_stderr() -> None:
    """For commands whose standard output is their result; people at a terminal read that, and see only warnings."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and isinstance(handler.formatter, RedactingFormatter):
            handler.setStream(sys.stderr)
            if sys.stderr.isatty():
                handler.setLevel(logging.WARNING)


def _redact_names(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Values that are secret by their name, whatever they look like."""
    for name in event.keys() & _SECRET_NAMES:
        event[name] = REDACTED
    return event


def _renderers(form: str) -> list[Processor]:
    if form == "console":
        return [
            structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(serializer=_to_json),
    ]


def _to_json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=repr).decode()
