"""What a link of asyncio gives to `async for`, besides its messages."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, AsyncIterator, Deque, Optional

from resock import _event_types as events
from resock._errors import Busy

if TYPE_CHECKING:
    from resock._core import Message
    from resock._link import Link


class EventStream:
    """The events of a link from now on: ``async for event in link.events()``.

    Keeps up to 1,000 of them for a slow reader; then the oldest go, and `skipped` counts them.
    Ends after Closed.
    """

    most = 1_000

    def __init__(self, loop: asyncio.AbstractEventLoop, ended: bool) -> None:
        self._loop = loop
        self._waiting: Deque[events.Event] = deque()
        self._reader: Optional[asyncio.Future[None]] = None
        self._ended = ended
        self.skipped = 0
        """Events that were dropped."""

    def _put(self, event: events.Event) -> None:
        if len(self._waiting) == self.most:
            self._waiting.popleft()
            self.skipped += 1
        self._waiting.append(event)
        self._ended = isinstance(event, events.Closed)
        self._wake()

    def _end(self) -> None:
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def __aiter__(self) -> AsyncIterator[events.Event]:
        return self

    async def __anext__(self) -> events.Event:
        while not self._waiting:
            if self._ended:
                raise StopAsyncIteration
            if self._reader is not None:
                raise Busy("another task reads these events: call link.events() once for each")
            if asyncio.get_running_loop() is not self._loop:
                raise Busy("these are events of a link of another event loop: read them there")
            self._reader = self._loop.create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._waiting.popleft()


class MessageStream:
    """Messages with what is known of them: ``async for message in link.messages()``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def __aiter__(self) -> AsyncIterator[Message]:
        return self

    async def __anext__(self) -> Message:
        self._link._check_loop()
        while True:
            message = self._link._take_whole()
            if message is not None:
                return message
            if not await self._link._wait_for_message():
                self._link._stop_iteration()
