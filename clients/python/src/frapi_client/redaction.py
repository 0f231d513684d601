"""Keeps session tokens out of logs: they stand in addresses, and who reads one there can use it."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"\bsess_[A-Za-z0-9_-]+")
_REDACTED = "sess_[redacted]"


class _Filter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if _TOKEN.search(text):
            record.msg, record.args = _TOKEN.sub(_REDACTED, text), ()
        return True


_FILTER = _Filter()


def redacting(name: str) -> logging.Logger:
    """The logger of that name, which writes no session token any more."""
    logger = logging.getLogger(name)
    logger.addFilter(_FILTER)
    return logger
