"""Opening links for asyncio: connect()."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Generator, Mapping, Optional, Union

from resock import _event_types as events
from resock import _hubs
from resock._arguments import check_callable
from resock._link import Link
from resock._settings import settings_of

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from typing_extensions import Unpack

    from resock._keywords import LinkOptions

Credentials = Optional[Mapping[str, object]]
"""What a callable for credentials returns: url, http_header, session_token; None: there are none."""


class connect:  # noqa: N801  # as in other libraries, it is used as a function
    """Opens a link: ``async with resock.connect(url) as link:`` or ``link = await connect(url)``.

    url: ws://host[:port]/path or wss://…; "echo:" is a peer inside the library, for tests.
    wait: True: until the first connection is open, however many attempts that takes; what cannot
        get better by itself is raised (Refused, TLSError, NotWebSocket, Unreachable, Lost, Closed),
        as is the end of reconnect_attempts or reconnect_total. False: at once; messages that are
        sent meanwhile wait in the queue.
    credentials: a callable, also an async one, that is asked before each attempt, or with
        credentials_when="refused" only after a refusal. It gets the event Credentials and returns a
        mapping with url, http_header or session_token; None: there are none, and the link ends.
    on_event: a callable that is called in the loop with every event.
    options: those of the page of options, with "_" for "." and "-": heartbeat_interval=10 …

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
        **options: Unpack[LinkOptions],
    ) -> None:
        check_callable("credentials", credentials)
        check_callable("on_event", on_event)
        if inspect.iscoroutinefunction(on_event):
            raise TypeError("on_event is called, not awaited: use async for over link.events()")
        settings = settings_of(url, options, credentials is not None)
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
        except BaseException:
            link._hub.leave(link)
            raise
        try:
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
