"""Opening blocking links: connect()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Mapping, Optional

from resock import _event_types as events
from resock import _hubs
from resock._arguments import check_plain, check_timeout
from resock._settings import settings_of
from resock.sync._link import Link

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from resock._keywords import LinkOptions


def connect(
    url: str,
    *,
    wait: bool = True,
    timeout: Optional[float] = None,
    credentials: Optional[Callable[[events.Credentials], Optional[Mapping[str, object]]]] = None,
    on_event: Optional[Callable[[events.Event], object]] = None,
    **options: Unpack[LinkOptions],
) -> Link:
    """Opens a link: ``with resock.sync.connect(url) as link:``.

    url: ws://host[:port]/path or wss://…; "echo:" is a peer inside the library, for tests.
    wait: True: until the first connection is open, however many attempts that takes; what cannot
        get better by itself is raised (Refused, TLSError, NotWebSocket, Unreachable, Lost, Closed),
        as is the end of reconnect_attempts or reconnect_total. False: at once; messages that are
        sent meanwhile wait in the queue.
    timeout: seconds that wait=True takes at most, else Timeout; None: no end.
    credentials: a callable that is asked before each attempt, or with credentials_when="refused"
        only after a refusal. It gets the event Credentials and returns a mapping with url,
        http_header or session_token; None: there are none, and the link ends.
    on_event: a callable that is called with every event.
    options: those of the page of options, with "_" for "." and "-": heartbeat_interval=10 …

    The two callables are called by one thread of this package, for all links one after the other.
    Raises OptionError before anything is opened. Leaving the block closes the link, after waiting
    for what was sent to be confirmed, close_timeout at most.
    """
    check_plain("credentials", credentials)
    check_plain("on_event", on_event)
    check_timeout(timeout)
    settings = settings_of(url, options, credentials is not None)
    link = Link()
    link._begin(url, settings)
    link._on_event = on_event
    link._credentials_of = credentials
    link._join(_hubs.of_threads(link))
    try:
        link._open(link._hub.pump, settings.texts, settings.final_level)
    except BaseException:
        link._hub.leave(link)
        raise
    try:
        if wait:
            link._wait_open(timeout)
    except BaseException:
        link.abort()
        raise
    return link
