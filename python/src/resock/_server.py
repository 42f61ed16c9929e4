"""The accepting side for asyncio: serve()."""

from __future__ import annotations

import asyncio
import inspect
import json
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Set

from resock import _core, _hubs
from resock._arguments import milliseconds
from resock._errors import Closed, WrongState
from resock._link import Link
from resock._log import NO_LINK, logger
from resock._records import ListenerStats, RefusedOpening
from resock._requests import Handler, OnRequest, Reject, Request
from resock._settings import Settings

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type

# With what the link of a handler that raised is closed: the server failed, come back later.
_HANDLER_FAILED = 4500
# What handlers have at least to end in, also where close() cut their links at once.
_LEAST_PATIENCE_SECONDS = 1.0


class Server:
    """What serve() gives: listens, and runs the handler for each link."""

    def __init__(self, handler: Handler, settings: Settings, on_request: Optional[OnRequest]) -> None:
        self._loop = asyncio.get_running_loop()
        self._handler = handler
        self._settings = settings
        self._on_request = on_request
        self._hub = _hubs.of_loop(self._loop)
        self._links: Dict[int, Link] = {}
        self._tasks: Set[asyncio.Task[None]] = set()
        self._ended = self._loop.create_future()
        self._patience = 10.0
        self._is_closing = False
        self._hub.join(self)
        try:
            self._listener = _core.Listener(self._hub.pump, settings.texts, self)
        except BaseException:
            self._hub.leave(self)
            raise
        count = sum(name == "listen.url" for name, _ in settings.texts)
        self._addresses = [self._listener.address(index) for index in range(count)]

    @property
    def addresses(self) -> List[str]:
        """Where it listens, with the ports that the system chose: "ws://127.0.0.1:41234"."""
        return list(self._addresses)

    @property
    def port(self) -> int:
        """The port of the first address."""
        return int(self.addresses[0].rpartition(":")[2])

    @property
    def links(self) -> List[Link]:
        """Those that are there now; a session counts also while its client is away."""
        return list(self._links.values())

    def stats(self) -> ListenerStats:
        """Its numbers."""
        return ListenerStats.from_json(json.loads(self._listener.stats_json()))

    def history(self) -> List[RefusedOpening]:
        """The last 64 connections that did not become links, oldest first."""
        told = json.loads(self._listener.history_json())
        return [RefusedOpening.from_json(each) for each in told]

    def reload(self) -> None:
        """Reads tls_cert_file and tls_key_file again, for connections from now on."""
        self._listener.reload()

    async def serve_forever(self) -> None:
        """Until the task is cancelled, or the server was closed."""
        await asyncio.shield(self._ended)

    def close(
        self,
        *,
        timeout: float = 10.0,
        code: int = 1001,
        url: Optional[str] = None,
        finish: bool = False,
    ) -> None:
        """Accepts no more, and closes the links once what was sent to them is confirmed.

        timeout: seconds after which they are cut.
        code: 1001 (going away) or 1012 (restart: clients spread their return).
        url: where the clients of sessions are asked to go on.
        finish: True: sessions cannot move, their clients end them.

        Twice does nothing.
        """
        seconds = milliseconds(timeout, "timeout") / 1_000
        with suppress(Closed):
            if url is not None or finish:
                self._listener.drain_to(seconds, url, 1 if finish else 0, code)
            else:
                self._listener.drain(seconds, code)
        # Not before: what was refused is not under way.
        self._is_closing = True
        self._patience = max(seconds, _LEAST_PATIENCE_SECONDS)

    async def wait_closed(self) -> None:
        """Until the last link has ended and the handlers have returned.

        They have the timeout of close() for that once more, and are cancelled then.
        """
        await asyncio.shield(self._ended)
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=self._patience)
        if late:
            logger.warning(
                "%d of the handlers of %r still ran %g s after the last link had ended, and were "
                "cancelled: a handler is to end when recv() raises Closed",
                len(late), self, self._patience, extra=NO_LINK,
            )
            for task in late:
                task.cancel()
            await asyncio.wait(late, timeout=self._patience)

    async def __aenter__(self) -> Server:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if not self._is_closing:
            self.close()
        try:
            await self.wait_closed()
        except asyncio.CancelledError:
            self.abort()
            raise

    def abort(self) -> None:
        """Cuts everything at once: handlers are cancelled, links end."""
        if not self._loop.is_closed():
            for task in list(self._tasks):
                task.cancel()
        for link in self.links:
            link.abort()
        self._listener.free()
        self._listener_closed()

    def __del__(self) -> None:
        hub = self.__dict__.get("_hub")
        if hub is not None and "_listener" in self.__dict__:
            self._listener.free()
            hub.leave(self)
            if not self._ended.done() and not self._loop.is_closed():
                self._tell_unclosed()

    def _tell_unclosed(self) -> None:
        said = f"{self!r} was not closed, and listens no more because the program dropped it: keep "
        said += "what serve() gave, and close() it"
        logger.warning("%s", said, extra=NO_LINK)
        warnings.warn(said, ResourceWarning, source=self, stacklevel=2)

    def __repr__(self) -> str:
        return f"<resock.Server {' '.join(self._addresses)}>"

    # ---- called by the extension, in the loop ----

    def _listener_closed(self) -> None:
        if not self._ended.done() and not self._loop.is_closed():
            self._ended.set_result(None)
        if self._loop.is_closed():
            self._hub.leave(self)
        else:
            self._loop.call_soon(self._hub.leave, self)

    def _requested(self, told: _core.Request) -> None:
        link = self._links.get(told.link_id) if told.link_id else None
        request = Request.of(told, link)
        if self._on_request is None:
            self._accept(told, request, self._settings)
        else:
            self._begin(self._decide(told, request))

    def _accepted(self, incoming: _core.Incoming) -> None:
        # Asked for: the link is there already. Else a session that was kept in listen_sessions.
        if incoming.request_id == 0:
            link = Link(self._hub, self._loop)
            link._begin("", self._settings)
            settings = self._settings
            link._adopt(self._hub.pump, incoming, settings.final_level, settings.is_manual)
            self._run(link)

    # ---- links ----

    def _begin(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _decide(self, told: _core.Request, request: Request) -> None:
        decision: Any = None
        settings = self._settings
        try:
            assert self._on_request is not None
            decision = self._on_request(request)
            if inspect.isawaitable(decision):
                decision = await decision
            if not (decision is None or isinstance(decision, (Reject, Mapping))):
                raise TypeError(
                    f"on_request returns None, resock.Reject or a mapping of options, "
                    f"not {type(decision).__name__}"
                )
            if isinstance(decision, Mapping):
                settings = settings.of_one_link(dict(decision))
        except Exception:
            logger.exception(
                "on_request failed for %s: refused with 500", request.path, extra=NO_LINK
            )
            decision = Reject(500)
        if isinstance(decision, Reject):
            self._refuse(told, decision)
        else:
            self._accept(told, request, settings)

    def _refuse(self, told: _core.Request, decision: Reject) -> None:
        try:
            self._listener.refuse(told.id, decision.status, decision._fields(), decision.body)
        except (WrongState, Closed):
            pass  # the client has gone, or it took too long
        except Exception:
            logger.exception(
                "on_request gave a Reject that cannot be sent: refused with 500", extra=NO_LINK
            )
            self._refuse(told, Reject(500))

    def _accept(self, told: _core.Request, request: Request, settings: Settings) -> None:
        try:
            if told.link_id:
                self._listener.accept_token(told.id)
            else:
                self._accept_link(told, request, settings)
        except (WrongState, Closed):
            pass  # the client has gone, or it took too long
        except Exception:
            logger.exception(
                "on_request gave options that cannot be used: refused with 500", extra=NO_LINK
            )
            self._refuse(told, Reject(500))

    def _accept_link(self, told: _core.Request, request: Request, settings: Settings) -> None:
        link = Link(self._hub, self._loop)
        link._begin(request.target, settings)
        link.request = request
        options = None if settings is self._settings else settings.texts
        is_new = False
        try:
            is_new = self._listener.accept(
                told.id, link, options, settings.final_level, settings.is_manual
            )
        finally:
            if not is_new:
                self._hub.leave(link)
        if is_new:
            self._run(link)

    def _run(self, link: Link) -> None:
        self._links[link.id] = link
        self._begin(self._handle(link, link.id))

    async def _handle(self, link: Link, number: int) -> None:
        try:
            try:
                work = self._handler(link)
                if not inspect.isawaitable(work):
                    raise TypeError(
                        "the handler is to be a coroutine function (async def): it returned "
                        f"{type(work).__name__}"
                    )
                await work
            except Closed:
                pass  # the usual end of a handler whose client has gone
            except Exception:
                logger.exception("the handler of %r raised", link, extra=link._for_log())
                await link.close(_HANDLER_FAILED, "the handler failed")
            else:
                link._finish_taken()
            await link.close()
        finally:
            link.abort()
            self._links.pop(number, None)
