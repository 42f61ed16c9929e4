"""Accepting links for asyncio: serve()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Generator, List, Optional, Sequence, Union

from resock._errors import OptionError
from resock._requests import Handler, OnRequest
from resock._server import Server
from resock._settings import Settings

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

    from typing_extensions import Unpack

    from resock._keywords import ListenerOptions


def _urls(host: Union[None, str, Sequence[str]], port: int, secure: bool) -> List[str]:
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65_535:
        raise OptionError(f"port={port!r} is out of range: 0 (any) to 65535")
    if host is None or host == "":
        hosts: Sequence[str] = ("0.0.0.0", "::")  # noqa: S104
    else:
        hosts = (host,) if isinstance(host, str) else tuple(host)
    scheme = "wss" if secure else "ws"
    return [f"{scheme}://[{one}]:{port}" if ":" in one else f"{scheme}://{one}:{port}"
            for one in hosts]


class serve:  # noqa: N801  # as in other libraries, it is used as a function
    """Accepts links: ``async with resock.serve(handler, "127.0.0.1", 8765) as server:``.

    handler: a coroutine function that is run for each link; its end closes the link. What it
        raises is logged and closes with 4500; Closed is its usual end.
    host: an address, several, or None for all; port: 0 lets the system choose. With tls_cert_file
        (and tls_key_file) it is wss. listen_url replaces both.
    on_request: a callable, also an async one, that gets each Request and returns None (accept),
        resock.Reject(403, …), or a mapping of options of this link, such as session_principal.
    options: of listeners and links, see the page of options; listen_paths, listen_token,
        delivery="exactly-once" (then clients of resock.v1 alone) …

    Clients that speak resock.v1 get a session by themselves: their link stays while they are away.
    Raises OptionError before anything is opened, IOFailed where the address is taken. Leaving the
    block closes the links as Server.close() does and waits for the handlers. Without a block keep the
    Server: one that nobody holds stops listening, with a ResourceWarning and a line of the logger.
    """

    def __init__(
        self,
        handler: Handler,
        host: Union[None, str, Sequence[str]] = None,
        port: int = 0,
        *,
        on_request: Optional[OnRequest] = None,
        **options: Unpack[ListenerOptions],
    ) -> None:
        if not callable(handler):
            raise TypeError(f"the handler is a coroutine function, not {type(handler).__name__}")
        if on_request is not None and not callable(on_request):
            raise TypeError(f"on_request is a callable, not {type(on_request).__name__}")
        if options.get("listen_accept") is not None:
            raise OptionError("listen_accept: leave it out; on_request decides")
        given: Dict[str, Any] = {**options}
        if given.get("listen_url") is None:
            given["listen_url"] = _urls(host, port, given.get("tls_cert_file") is not None)
        given["listen_accept"] = "ask"  # so that links have their request
        self._handler = handler
        self._on_request = on_request
        self._settings = Settings("listener", given)
        self._server: Optional[Server] = None

    async def _open(self) -> Server:
        return Server(self._handler, self._settings, self._on_request)

    def __await__(self) -> Generator[Any, None, Server]:
        return self._open().__await__()

    async def __aenter__(self) -> Server:
        self._server = await self._open()
        return self._server

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        assert self._server is not None
        await self._server.__aexit__(kind, error, trace)
