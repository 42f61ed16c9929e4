"""Links for asyncio: connect() and Link."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    Deque,
    Generator,
    Iterable,
    List,
    Mapping,
    Optional,
    Set,
    Union,
)

from resock import _core, _hubs
from resock import _event_types as events
from resock._base import BaseLink, Settings, settings_of
from resock._enums import Level
from resock._errors import Busy, NotSupported, QueueFull, Timeout
from resock._events import from_json
from resock._options import texts

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from resock._core import Message, Receipt

logger = logging.getLogger("resock")

# Kinds of events in resock.h.
_CONFIRMED, _FAILED = 3, 4

Credentials = Optional[Mapping[str, object]]
"""What a callable for credentials returns: url, http_header, session_token; None: there are none."""


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
        while True:
            message = self._link._take_whole()
            if message is not None:
                return message
            if not await self._link._wait_for_message():
                self._link._stop_iteration()


class Link(_core.AsyncLink, BaseLink):  # type: ignore[misc]  # both have the calls of BaseLink
    """A WebSocket that stays up: what connect() gives, and what serve() hands to its handler.

    To be used in the event loop that it was made in. Every await may be cancelled: a message that
    was taken is never lost by that, and one that was accepted is sent.
    """

    def __init__(self, hub: _hubs.LoopHub, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._hub = hub
        self._loop = loop
        self._changed: Set[asyncio.Future[None]] = set()
        self._streams: List[EventStream] = []
        self._on_event: Optional[Callable[[events.Event], object]] = None
        self._credentials_of: Optional[Callable[[events.Credentials], Any]] = None
        self._tasks: Set[asyncio.Task[None]] = set()
        self._senders: Optional[asyncio.Lock] = None
        hub.join(self)

    def __del__(self) -> None:
        hub = self.__dict__.get("_hub")
        if hub is not None:
            self._abort()
            hub.leave(self)

    # ---- sending ----

    if TYPE_CHECKING:

        async def send(
            self,
            data: Union[str, bytes, bytearray, memoryview],
            *,
            ttl: Optional[float] = None,
            kept: bool = True,
            flush: bool = False,
        ) -> Receipt:
            """Accepts a message, also while there is no connection; str is text, else binary.

            Waits only while queue_bytes or queue_messages are used up, send_timeout at most.
            ttl: seconds after which it fails as Expired if no byte of it was sent. kept=False: it
            is sent once. flush=True: its confirmation is asked for at once.

            Returns a receipt, to be awaited where that matters. Raises Closed, QueueFull (with
            queue_full="error"), Timeout, TooBig, Invalid (a str that is no Unicode), TypeError.
            """

        async def recv(self) -> Union[str, bytes]:
            """The next message: str of a text, bytes of a binary one.

            In a session the message before it is done with by that. Raises Closed once the link
            was closed, or what ended it; Busy where another task waits for messages.
            """

        def __aiter__(self) -> AsyncIterator[Union[str, bytes]]:
            """Messages until the link is closed; raises what ended it otherwise."""

        async def __anext__(self) -> Union[str, bytes]: ...

    async def _send_slowly(self, data: Any, flags: int, ttl_ms: int) -> Receipt:
        if not self._settings.waits_for_room:
            receipt = self._try_send(data, flags, ttl_ms)
            if receipt is None:
                raise self._queue_full()
            return receipt
        if self._senders is None:
            self._senders = asyncio.Lock()
        limit = self._settings.send_seconds
        try:
            return await asyncio.wait_for(self._send_in_turn(data, flags, ttl_ms), limit)
        except asyncio.TimeoutError:
            raise Timeout(
                f"the queue of the link had no room within send_timeout={limit:g} s: queue_bytes "
                "or queue_messages allow more, queue_full chooses what else happens"
            ) from None

    async def _send_in_turn(self, data: Any, flags: int, ttl_ms: int) -> Receipt:
        assert self._senders is not None
        async with self._senders:
            while True:
                receipt = self._try_send(data, flags, ttl_ms)
                if receipt is not None:
                    return receipt
                await self._wait_for_room()

    async def _wait_for_room(self) -> None:
        if self._is_full():
            room = self._loop.create_future()
            self._set_sender(room)
            await room

    def _queue_full(self) -> QueueFull:
        return QueueFull(
            "the queue of the link is full (queue_bytes, queue_messages): wait for the events "
            "Confirmed or Writable, or leave out queue_full='error'",
            status="QUEUE_FULL",
        )

    async def send_many(
        self,
        messages: Iterable[Union[str, bytes, bytearray, memoryview]],
        *,
        ttl: Optional[float] = None,
        kept: bool = True,
        flush: bool = False,
    ) -> List[Receipt]:
        """As send() for each, in order, with one call: the fast way for many small ones.

        Returns their receipts; the last one's speaks for the order, not for failures of others.
        """
        all_of = messages if isinstance(messages, (list, tuple)) else list(messages)
        _, flags, ttl_ms = self._parse_send(b"", ttl=ttl, kept=kept, flush=flush)
        receipts: List[Receipt] = []
        while True:
            self._try_send_many(all_of, receipts, flags, ttl_ms)
            if len(receipts) == len(all_of):
                return receipts
            receipts.append(await self._send_slowly(all_of[len(receipts)], flags, ttl_ms))

    async def flush(
        self, level: Level = Level.RECEIVED, *, timeout: Optional[float] = None
    ) -> None:
        """Waits until every message accepted so far has reached `level` or has failed.

        timeout: seconds; None: no end. Raises Timeout (nothing is lost by that), Closed,
        NotSupported for a level that messages of this link do not reach.
        """
        self._settings.check_level(level)
        try:
            await asyncio.wait_for(self._wait_flushed(level), timeout)
        except asyncio.TimeoutError:
            raise Timeout(f"not everything was {level} within {timeout:g} s") from None

    async def _wait_flushed(self, level: Level) -> None:
        last = self._accepted()
        while not self._has_come_to(level, last):
            if self._is_over():
                raise self._end_error()
            news = self._loop.create_future()
            self._add_news(news)
            await news
        self._hub.pump.drain()  # receipts know of it, too, when this returns

    async def _wait_confirmed(self, level: int, number: int) -> None:
        future = self._loop.create_future()
        self._add_waiter(level, number, future)
        await future

    async def _wait_level(self, receipt: Receipt, level: int) -> Level:
        """What awaiting a receipt does where the level was not reached yet."""
        if level != receipt._final:
            self._settings.check_level(Level(level))
        while True:
            reached = receipt._check(level)
            if reached is not None:
                return reached
            if self._is_over():
                raise self._end_error()
            self._flushed(level)  # asks the peer at once
            await self._wait_confirmed(level, receipt.id)

    # ---- receiving ----

    async def _wait_for_message(self) -> bool:
        """False where none comes any more."""
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
            self._clear_receiver()
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
        if most < 1:
            raise ValueError(f"most={most} is out of range: 1 or more")
        self._refuse_manual()
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
        self._streams.append(stream)
        self._tell_confirmed(True)
        return stream

    # ---- the end ----

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Accepts no more, waits for what was sent to be confirmed, and closes.

        At most close_timeout for the confirmation and close_handshake for the handshake; what is
        unconfirmed then fails. Ends the session, if there is one. code: 1000, 1001 or 3000 to
        4999; reason: up to 123 bytes. A second call waits for the same end. Where it is cancelled
        the link goes on closing.
        """
        if not self._is_over():
            self._closes = True
            self._close(code, reason)
            self._closing()
        while not self._is_over():
            await self._wait_for_change()
        self._leave()

    def abort(self) -> None:
        """Cuts the link at once. What was not confirmed is logged; a session on disk stays."""
        if not self._is_over():
            self._closes = True
        self._leave()
        for stream in self._streams:
            stream._end()

    def _leave(self) -> None:
        self._keep_numbers()
        for task in self._tasks:
            task.cancel()
        self._abort()
        self._wake_changed()
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
        if kind in (_CONFIRMED, _FAILED) and not self._streams and self._on_event is None:
            return
        event = from_json(text)
        if isinstance(event, events.Opened):
            self.opened = event
        elif isinstance(event, events.Lost):
            self.lost = event
        elif isinstance(event, events.Closed):
            self.record = event.record
            self._keep_numbers()
            self._loop.call_soon(self._hub.leave, self)
        elif isinstance(event, events.Credentials):
            self._begin_task(self._answer(event, request))
        for stream in self._streams:
            stream._put(event)
        if self._on_event is not None:
            self._loop.call_soon(self._call_back, event)
        self._wake_changed()

    def _call_back(self, event: events.Event) -> None:
        try:
            if self._on_event is not None:
                self._on_event(event)
        except Exception:
            logger.exception("on_event of %r raised for %s", self, event)

    def _begin_task(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, event: events.Credentials, request: int) -> None:
        given: Any = None
        try:
            assert self._credentials_of is not None
            given = self._credentials_of(event)
            if inspect.isawaitable(given):
                given = await given
            answer = None if given is None else texts("link", dict(given))
            self._credentials(request, answer)
        except Exception:
            logger.exception("credentials of %r failed; the attempt goes on without any", self)
            if not self._is_over():
                self._credentials(request, None)


class connect:  # noqa: N801  # as in other libraries, it is used as a function
    """Opens a link: ``async with resock.connect(url) as link:`` or ``link = await connect(url)``.

    url: ws://host[:port]/path or wss://…; "echo:" is a peer inside the library, for tests.
    wait: True: until the first connection is open, however many attempts that takes; what cannot
        get better by itself is raised (Refused, TLSError, NotWebSocket, Unreachable, Lost, Closed),
        as is the end of reconnect_attempts or reconnect_total. False: at once; messages that are
        sent meanwhile wait in the queue.
    credentials: a callable, also an async one, that is asked before each attempt
        (credentials_when="always") or only after a refusal ("refused"). It gets the event
        Credentials and returns a mapping with url, http_header or session_token, or None.
    on_event: a callable that is called in the loop with every event.
    options: see the page of options, with "_" for ".": heartbeat_interval=10, delivery=…

    Raises OptionError before anything is opened. Leaving the block closes the link, after waiting
    for what was sent to be confirmed, close_timeout at most.
    """

    def __init__(
        self,
        url: str,
        *,
        wait: bool = True,
        credentials: Optional[Callable[[events.Credentials], Union[Credentials, Awaitable[Credentials]]]] = None,
        on_event: Optional[Callable[[events.Event], object]] = None,
        **options: Any,
    ) -> None:
        _check_callable("credentials", credentials)
        _check_callable("on_event", on_event)
        if inspect.iscoroutinefunction(on_event):
            raise TypeError("on_event is called, not awaited: use async for over link.events()")
        settings = settings_of(url, options)
        if credentials is not None:
            settings.default_to("credentials.when", "always")
        self._url = url
        self._wait = wait
        self._on_event = on_event
        self._credentials = credentials
        self._settings = settings
        self._link: Optional[Link] = None

    async def _open(self) -> Link:
        loop = asyncio.get_running_loop()
        link = Link(_hubs.of_loop(loop), loop)
        link._begin(self._url, self._settings)
        link._on_event = self._on_event
        link._credentials_of = self._credentials
        if self._on_event is not None:
            link._tell_confirmed(True)
        try:
            link._open(link._hub.pump, self._settings.texts, self._settings.final_level)
            if self._wait:
                await link._wait_open()
        except BaseException:
            link.abort()
            raise
        return link

    def __await__(self) -> Generator[Any, None, Link]:
        return self._open().__await__()

    async def __aenter__(self) -> Link:
        self._link = await self._open()
        return self._link

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        assert self._link is not None
        await self._link.__aexit__(kind, error, trace)

    def __aiter__(self) -> Any:
        raise TypeError(
            "a link reconnects by itself: use 'async with resock.connect(...) as link' once, "
            "not 'async for'"
        )


def _check_callable(name: str, given: Any) -> None:
    if given is not None and not callable(given):
        raise TypeError(f"{name} is a callable or None, not {type(given).__name__}")
