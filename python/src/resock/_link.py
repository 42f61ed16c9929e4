"""A link for asyncio."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from typing import TYPE_CHECKING, Any, AsyncIterator, Callable, List, Optional, Set, Union

from resock._arguments import check_most
from resock._core import AsyncLink
from resock._errors import Busy, NotSupported
from resock._event_types import Closed, Credentials, Event, Lost, Opened
from resock._events import from_json
from resock._options import texts
from resock._sending import SendingLink
from resock._streams import EventStream, MessageStream
from resock._weak import WeakList

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from resock._hubs import LoopHub
    from resock._requests import Request

logger = logging.getLogger("resock")

# Kinds of events in resock.h that are made only where somebody asks for events.
_ON_DEMAND = (3, 4, 6)  # CONFIRMED, FAILED, WRITABLE


class Link(SendingLink):
    """A WebSocket that stays up: what connect() gives, and what serve() hands to its handler.

    To be used in the event loop that it was made in. Every await may be cancelled: a message that
    was taken is never lost by that, and one that was accepted is sent.
    """

    def __new__(cls, *_: Any) -> Link:
        # Not in __init__: a method of one that was made without it would find no memory.
        made = super().__new__(cls)
        AsyncLink.__init__(made)
        return made

    def __init__(self, hub: LoopHub, loop: asyncio.AbstractEventLoop) -> None:
        self._hub = hub
        self._loop = loop
        self._turns = deque()
        self._changed: Set[asyncio.Future[None]] = set()
        self._streams: WeakList[EventStream] = WeakList()
        self._on_event: Optional[Callable[[Event], object]] = None
        self._credentials_of: Optional[Callable[[Credentials], Any]] = None
        self._tasks: Set[asyncio.Task[None]] = set()
        self.request: Optional[Request] = None
        """Of a link that serve() gave: the opening of its first connection."""
        self._set_loop(loop)
        hub.join(self)

    def __del__(self) -> None:
        hub = self.__dict__.get("_hub")
        if hub is not None:
            self._abort()
            hub.leave(self)

    # ---- receiving ----

    if TYPE_CHECKING:

        async def recv(self) -> Union[str, bytes]:
            """The next message: str of a text, bytes of a binary one.

            In a session the message before it is done with by that. Raises Closed once the link
            was closed, or what ended it; Busy where another task waits for messages.
            """

        def __aiter__(self) -> AsyncIterator[Union[str, bytes]]:
            """Messages until the link is closed; raises what ended it otherwise."""

        async def __anext__(self) -> Union[str, bytes]: ...

    async def _wait_for_message(self) -> bool:
        """False where none comes any more."""
        self._check_loop()
        if self._has_messages():
            return True
        if self._is_over():
            return False
        if self._has_receiver():
            raise Busy(
                "another task waits for messages of this link: let one task receive, and hand "
                "messages on by an asyncio.Queue"
            )
        future = self._loop.create_future()
        self._set_receiver(future)
        try:
            await future
        finally:
            self._unset_receiver(future)
        return True

    def _refuse_manual(self) -> None:
        if self._is_manual():
            raise NotSupported(
                "with session_done='manual' use link.messages(): its messages have done()"
            )

    async def _recv_slowly(self) -> Union[str, bytes]:
        self._refuse_manual()
        while await self._wait_for_message():
            message = self._take()
            if message is not None:
                return message
        raise self._end_error()

    def _stop_iteration(self) -> None:
        if self._is_ended_well():
            raise StopAsyncIteration
        raise self._end_error()

    async def _next_slowly(self) -> Union[str, bytes]:
        self._refuse_manual()
        while await self._wait_for_message():
            message = self._take()
            if message is not None:
                return message
        self._stop_iteration()
        raise AssertionError

    async def recv_many(self, most: int = 1_000) -> List[Union[str, bytes]]:
        """All messages that wait, at least one and up to `most`: the fast way for many small ones.

        In a session those of the call before are done with by that. Raises as recv() does.
        """
        check_most(most)
        self._refuse_manual()
        self._check_loop()
        self._finish_taken()
        while await self._wait_for_message():
            taken = self._take_many(most)
            if taken:
                return taken
        raise self._end_error()

    def messages(self) -> MessageStream:
        """Messages as objects with data, number, redelivered, expired, position() and done().

        Needed with session_done="manual", possible always. In a session with session_done="auto"
        a message is done with when the next one is asked for.
        """
        return MessageStream(self)

    def events(self) -> EventStream:
        """What happens to the link from now on; each call gives a stream of its own."""
        stream = EventStream(self._loop, self._is_over())
        self._streams.add(stream)
        self._tell_confirmed(True)
        return stream

    # ---- the end ----

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Accepts no more, waits for what was sent to be confirmed, and closes.

        code: 1000, 1001 or 3000 to 4999.
        reason: up to 123 bytes.

        At most close_timeout for the confirmation and close_handshake for the handshake; what is
        unconfirmed then fails. Ends the session, if there is one. A second call waits for the same
        end. Where it is cancelled the link goes on closing.
        """
        self._check_loop()
        if not self._is_over():
            self._begin_close(code, reason)
        while not self._is_over():
            await self._wait_for_change()
        self._leave()

    def abort(self) -> None:
        """Cuts the link at once. What was not confirmed is logged; a session on disk stays."""
        if not self._is_over():
            self._closes = True
        self._leave()
        if not self._loop.is_closed():
            for stream in self._streams:
                stream._end()

    def _leave(self) -> None:
        self._keep_numbers()
        if not self._loop.is_closed():
            for task in self._tasks:
                task.cancel()
            self._wake_changed()
        self._abort()
        self._hub.leave(self)

    async def __aenter__(self) -> Link:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if kind is None:
            self._finish_taken()
        try:
            await self.close()
        except asyncio.CancelledError:
            self.abort()
            raise

    def __repr__(self) -> str:
        return self._show("resock.Link")

    # ---- what happens ----

    async def _wait_for_change(self) -> None:
        future = self._loop.create_future()
        self._changed.add(future)
        try:
            await future
        finally:
            self._changed.discard(future)

    def _wake_changed(self) -> None:
        for future in self._changed:
            if not future.done():
                future.set_result(None)

    async def _wait_open(self) -> None:
        while self.opened is None:
            if self._is_over():
                raise self._end_error()
            await self._wait_for_change()

    def _event(self, kind: int, text: str, request: int) -> None:
        """Called by the extension, in the loop."""
        if kind in _ON_DEMAND and not self._streams and self._on_event is None:
            return
        event = from_json(text)
        if isinstance(event, Opened):
            self.opened = event
        elif isinstance(event, Lost):
            self.lost = event
        elif isinstance(event, Closed):
            self.record = event.record
            self._keep_numbers()
            self._loop.call_soon(self._hub.leave, self)
        elif isinstance(event, Credentials):
            self._begin_task(self._answer(event, request))
        for stream in self._streams:
            stream._put(event)
        if self._on_event is not None:
            self._loop.call_soon(self._call_back, event)
        self._wake_changed()

    def _call_back(self, event: Event) -> None:
        try:
            if self._on_event is not None:
                self._on_event(event)
        except Exception:
            logger.exception("on_event of %r raised for %s", self, event, extra=self._for_log())

    def _begin_task(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, event: Credentials, request: int) -> None:
        given: Any = None
        try:
            assert self._credentials_of is not None
            given = self._credentials_of(event)
            if inspect.isawaitable(given):
                given = await given
            answer = None if given is None else texts("link", dict(given))
            self._credentials(request, answer)
        except Exception:
            logger.exception(
                "credentials of %r raised, which counts as None: there are none", self,
                extra=self._for_log(),
            )
            self._answer_none(request)
