"""The library's own log lines, as records of the logger "resock".

A record has the extra attributes `link_id` (the number of the link, 0: of no link), `url` (of the
link, where there still is one, else None) and `dropped` (lines lost before this one, because nobody
took them). Nothing is printed by the package itself; without any handler Python writes warnings and
errors to standard error.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Optional, Union

from resock._table import in_python_words

if TYPE_CHECKING:
    from resock._event_types import Log

__all__ = ["NO_LINK", "emit", "emit_event", "log_level_text", "logger"]

logger = logging.getLogger("resock")

NO_LINK = {"link_id": 0, "url": None, "dropped": 0}
"""What the package's own records have as extra attributes where no link is meant."""

_LEVELS = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
}
# resock_log_level in resock.h.
_OF_NUMBER = {1: logging.ERROR, 2: logging.WARNING, 3: logging.INFO, 4: logging.DEBUG}


def log_level_text(of: logging.Logger = logger) -> str:
    """The value for the option log.level: the finest that the logger would not throw away.

    That is "error" at least. It is asked once, when the hub is made; lines of a finer level that
    the logger is set to later do not come.
    """
    for word in ("debug", "info", "warning"):
        if of.isEnabledFor(_LEVELS[word]):
            return word
    return "error"


def emit(
    level: Union[int, str],
    text: str,
    *,
    link_id: int = 0,
    url: Optional[str] = None,
    dropped: int = 0,
    to: logging.Logger = logger,
) -> None:
    """Hands one line to the logger, from any thread.

    `level` is a number of resock_log_level or its word; one that is not known counts as a warning.
    Never raises an Exception: where a filter or handler of the program does, its traceback goes to
    standard error if logging.raiseExceptions is set, as handlers do it themselves.
    """
    known = _LEVELS.get(level) if isinstance(level, str) else _OF_NUMBER.get(level)
    try:
        extra = {"link_id": link_id, "url": url, "dropped": dropped}
        if dropped:
            text = f"{text} ({dropped} lines before this one were dropped)"
        text = in_python_words(text)
        to.log(known or logging.WARNING, "%s", text, extra=extra)
    except Exception:  # whatever a program's filter may raise
        _complain()


def emit_event(event: Log, url: Optional[str] = None) -> None:
    """Likewise, of a LOG event."""
    emit(event.level, event.text, link_id=event.link_id, url=url, dropped=event.dropped)


def _complain() -> None:
    # None while the interpreter shuts down.
    if logging.raiseExceptions and sys.stderr is not None:
        import traceback  # not before it is needed

        try:
            traceback.print_exc(file=sys.stderr)
        except (OSError, ValueError):
            pass  # closed: there is nowhere to say so
