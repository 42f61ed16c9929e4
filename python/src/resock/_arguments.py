"""Checks of arguments, with errors that say what is allowed."""

from __future__ import annotations

import sys
from typing import Any, Optional, Union

from resock._errors import Invalid


def milliseconds(seconds: float, name: str) -> int:
    """Of an argument that is a time in seconds; a day at most."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"{name} is a number of seconds, not {type(seconds).__name__}")
    if not 0 <= seconds <= 86_400:
        raise ValueError(f"{name}={seconds!r} is out of range: 0 to 86,400 seconds")
    return int(seconds * 1_000)


def check_most(most: int) -> None:
    """Of recv_many(): how many messages it gives at most."""
    if isinstance(most, bool) or not isinstance(most, int):
        raise TypeError(f"most is a number of messages, not {type(most).__name__}")
    if not 1 <= most <= sys.maxsize:
        raise ValueError(f"most={most} is out of range: 1 or more")


def check_timeout(timeout: Optional[float]) -> None:
    """Of a call that waits: seconds, 0 for not at all, None for no end."""
    if timeout is None:
        return
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout is a number of seconds or None, not {type(timeout).__name__}")
    if not timeout >= 0:
        raise ValueError(f"timeout={timeout} is out of range: 0 or more seconds, or None")


def check_text(text: object, what: str) -> None:
    """Refuses a str that is no UTF-8."""
    try:
        if isinstance(text, str):
            text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(
            f"{what} must be UTF-8, and this str holds a lone surrogate at index {error.start}"
        ) from None


def greeting_key(key: Union[str, bytes]) -> bytes:
    """The bytes of a greeting's key."""
    if isinstance(key, str):
        check_text(key, "the key of a greeting")
        return key.encode()
    if isinstance(key, bytes):
        return key
    raise TypeError(f"the key of a greeting is str or bytes, not {type(key).__name__}")


def check_callable(name: str, given: Any) -> None:
    """Refuses anything else than a callable or None."""
    if given is not None and not callable(given):
        raise TypeError(f"{name} is a callable or None, not {type(given).__name__}")


def check_plain(name: str, given: Any) -> None:
    """Likewise of a callable that a thread calls, where nobody awaits."""
    check_callable(name, given)
    if given is not None:
        from inspect import iscoroutinefunction  # not before it is needed

        if iscoroutinefunction(given):
            raise TypeError(f"{name} is called, not awaited: give a function without async")
