"""What a blocking link gives to `for`, besides its messages."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Deque, Iterator, Optional

from resock import _event_types as events
from resock._arguments import check_timeout
from resock._errors import Timeout

if TYPE_CHECKING:
    from resock._core import Message
    from resock.sync._link import Link


class EventStream:
    """The events of a link from now on: ``for event in link.events()``.

    Keeps up to 1,000 of them for a slow reader; then the oldest go, and `skipped` counts them.
    Ends after Closed. One thread at a time reads it.
    """

    most = 1_000

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: Deque[events.Event] = deque()
        self.skipped = 0
        """Events that were dropped."""

    def _put(self, event: events.Event) -> None:
        if len(self._waiting) == self.most:
            self._waiting.popleft()
            self.skipped += 1
        self._waiting.append(event)

    def get(self, timeout: Optional[float] = None) -> events.Event:
        """The next event. timeout: seconds; None: no end. Raises Timeout, and Closed at the end."""
        check_timeout(timeout)
        link = self._link
        if not link._wait_until(lambda: bool(self._waiting) or link._is_over(), timeout):
            raise Timeout(f"no event within {timeout:g} s")
        if not self._waiting:
            raise link._closed_error()
        return self._waiting.popleft()

    def __iter__(self) -> Iterator[events.Event]:
        return self

    def __next__(self) -> events.Event:
        link = self._link
        link._wait_until(lambda: bool(self._waiting) or link._is_over(), None)
        if not self._waiting:
            raise StopIteration
        return self._waiting.popleft()


class MessageStream:
    """Messages with what is known of them: ``for message in link.messages()``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def __iter__(self) -> Iterator[Message]:
        return self

    def __next__(self) -> Message:
        message: Optional[Message] = self._link._next(self._link._take_whole, None)
        if message is None:
            self._link._stop_iteration()
            raise AssertionError
        return message
