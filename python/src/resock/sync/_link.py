"""A link whose calls block."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Optional, Union

from resock._core import BlockingLink
from resock._arguments import check_most, check_timeout
from resock._errors import Busy, NotSupported, Timeout
from resock._event_types import Closed, Credentials, Event, Lost, Opened
from resock._events import from_json
from resock._options import texts
from resock._weak import WeakList
from resock.sync._sending import SendingLink
from resock.sync._streams import EventStream, MessageStream

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from resock._hubs import ThreadHub

logger = logging.getLogger("resock")

# Kinds of events in resock.h that are made only where somebody asks for events.
_ON_DEMAND = (3, 4, 6)  # CONFIRMED, FAILED, WRITABLE


class Link(SendingLink):
    """A WebSocket that stays up, for programs without asyncio: what resock.sync.connect() gives.

    Any thread may call any method, also close(); one at a time receives. A handler of a signal
    that raises, such as Ctrl-C, ends a blocked call at once: a message is never lost by that.
    """

    _hub: ThreadHub

    def __new__(cls, *_: Any) -> Link:
        # Not in __init__: a method of one that was made without it would find no memory.
        made = super().__new__(cls)
        BlockingLink.__init__(made)
        return made

    def __init__(self) -> None:
        self._streams: WeakList[EventStream] = WeakList()
        self._on_event: Optional[Callable[[Event], object]] = None
        self._credentials_of: Optional[Callable[[Credentials], Any]] = None
        self._receives = False

    def _join(self, hub: ThreadHub) -> None:
        self._hub = hub
        if self._on_event is not None or self._credentials_of is not None:
            self._tell_confirmed(self._on_event is not None)
            hub.attend()

    def __del__(self) -> None:
        hub = self.__dict__.get("_hub")
        if hub is not None:
            self._abort()
            hub.leave(self)

    # ---- receiving ----

    def _next(self, take: Callable[[], Any], timeout: Optional[float]) -> Any:
        """What `take` gives once it gives something; None where nothing comes any more."""
        check_timeout(timeout)
        if self._receives:
            self._drain()  # raises Forked in a child, whose parent's thread receives
            raise Busy(
                "another thread receives from this link: let one thread receive, and hand messages "
                "on by a queue.Queue"
            )
        self._receives = True
        try:
            while True:
                taken = take()
                if taken:
                    return taken
                if taken is not None and not isinstance(taken, list):
                    return taken  # an empty message
                if self._is_over() and not self._has_messages():
                    return None
                if not self._wait_message(timeout):
                    raise Timeout(f"no message within {timeout:g} s")
        finally:
            self._receives = False

    def _refuse_manual(self) -> None:
        if self._is_manual():
            raise NotSupported(
                "with session_done='manual' use link.messages(): its messages have done()"
            )

    def recv(self, timeout: Optional[float] = None) -> Union[str, bytes]:
        """The next message: str of a text, bytes of a binary one.

        timeout: seconds; None: no end. In a session the message before it is done with by that.
        Raises Timeout, Closed once the link was closed, or what ended it; Busy where another
        thread receives.
        """
        self._refuse_manual()
        message: Union[None, str, bytes] = self._next(self._take, timeout)
        if message is None:
            raise self._end_error()
        return message

    def recv_many(
        self, most: int = 1_000, timeout: Optional[float] = None
    ) -> List[Union[str, bytes]]:
        """All messages that wait, at least one and up to `most`: the fast way for many small ones.

        In a session those of the call before are done with by that. Raises as recv() does.
        """
        check_most(most)
        self._refuse_manual()
        taken: Optional[List[Union[str, bytes]]] = self._next(
            lambda: self._take_many(most), timeout
        )
        if taken is None:
            raise self._end_error()
        return taken

    def _stop_iteration(self) -> None:
        if self._is_ended_well():
            raise StopIteration
        raise self._end_error()

    def __iter__(self) -> Iterator[Union[str, bytes]]:
        """Messages until the link is closed; raises what ended it otherwise."""
        return self

    def __next__(self) -> Union[str, bytes]:
        self._refuse_manual()
        message: Union[None, str, bytes] = self._next(self._take, None)
        if message is None:
            self._stop_iteration()
            raise AssertionError
        return message

    def messages(self) -> MessageStream:
        """Messages as objects with data, number, redelivered, expired, position() and done().

        Needed with session_done="manual", possible always. In a session with session_done="auto"
        a message is done with when the next one is asked for.
        """
        return MessageStream(self)

    def events(self) -> EventStream:
        """What happens to the link from now on; each call gives a stream of its own."""
        stream = EventStream(self)
        self._streams.add(stream)
        self._tell_confirmed(True)
        return stream

    # ---- the end ----

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Accepts no more, waits for what was sent to be confirmed, and closes.

        code: 1000, 1001 or 3000 to 4999.
        reason: up to 123 bytes.

        At most close_timeout for the confirmation and close_handshake for the handshake; what is
        unconfirmed then fails. Ends the session, if there is one. A second call waits for the same
        end.
        """
        if not self._is_over():
            self._begin_close(code, reason)
        self._wait_until(self._is_over, None)
        self._leave()

    def abort(self) -> None:
        """Cuts the link at once. What was not confirmed is logged; a session on disk stays."""
        if not self._is_over():
            self._closes = True
        self._leave()

    def _leave(self) -> None:
        self._keep_numbers()
        self._abort()
        self._hub.leave(self)

    def __enter__(self) -> Link:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if kind is None:
            self._finish_taken()
        elif not issubclass(kind, Exception):
            return self.abort()  # Ctrl-C or sys.exit(): now
        try:
            self.close()
        except BaseException:
            self.abort()
            raise

    def __repr__(self) -> str:
        return self._show("resock.sync.Link")

    # ---- what happens ----

    def _wait_open(self, timeout: Optional[float]) -> None:
        if not self._wait_until(lambda: self.opened is not None or self._is_over(), timeout):
            raise Timeout(f"no connection to {self.url} within {timeout:g} s")
        if self.opened is None:
            raise self._end_error()

    def _event(self, kind: int, text: str, request: int) -> None:
        """Called by the extension, in the thread that reads for all."""
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
        elif isinstance(event, Credentials):
            self._hub.call_soon(lambda: self._answer(event, request))
        for stream in self._streams:
            stream._put(event)
        if self._on_event is not None:
            self._hub.call_soon(lambda: self._call_back(event))

    def _call_back(self, event: Event) -> None:
        try:
            if self._on_event is not None:
                self._on_event(event)
        except BaseException:  # sys.exit() here is not to end the thread of all links
            logger.exception("on_event of %r raised for %s", self, event, extra=self._for_log())

    def _answer(self, event: Credentials, request: int) -> None:
        try:
            assert self._credentials_of is not None
            given = self._credentials_of(event)
            self._credentials(request, None if given is None else texts("link", dict(given)))
        except BaseException:
            logger.exception(
                "credentials of %r raised, which counts as None: there are none", self,
                extra=self._for_log(),
            )
            self._answer_none(request)
