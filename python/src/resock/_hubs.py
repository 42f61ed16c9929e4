"""The hubs of the process: one for each event loop that has links, one for all blocking links.

A hub has one I/O thread. It is made for the first link or listener of its loop and ends with the
last one; blocking links share theirs, which ends with the last of them, too.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Callable, Deque, Dict, List, Optional, Set, Tuple
from weakref import WeakKeyDictionary, WeakSet

from resock import _core
from resock._errors import Busy, Closed, OptionError
from resock._log import NO_LINK, log_level_text, logger
from resock._options import texts

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from typing_extensions import Unpack

    from resock._keywords import HubOptions
    from resock._values import Text

# How long the end of a hub waits for a callable of the program that runs.
_LAST_CALL_SECONDS = 5.0

_given: Dict[str, object] = {}


def configure(**options: Unpack[HubOptions]) -> None:
    """Sets options of the hubs that are made from now on: io_threads, log_level.

    By default a hub has one I/O thread, and makes the log lines that the logger "resock" takes at
    that time. Raises OptionError, also for io_threads=0: without a thread of its own a hub lives
    only while a program polls it.
    """
    checked = dict(texts("hub", options))
    if checked.get("io.threads") == "0":
        raise OptionError("io_threads: 0 is for programs that poll; allowed is 1 to 64")
    _core.check_options("hub", list(checked.items()))
    _given.update(options)


def _options() -> List[Tuple[str, Text]]:
    made = texts("hub", _given)
    if all(name != "log.level" for name, _ in made):
        made.append(("log.level", log_level_text()))
    return made


class Hub:
    """A pump, and the links and listeners that keep it alive."""

    def __init__(self) -> None:
        self.pump = _core.Pump(_options())
        self.process = os.getpid()
        self._users: Set[int] = set()
        _all.add(self)

    def join(self, user: object) -> None:
        """From now on it is needed by `user`, of which it keeps no reference."""
        self._users.add(id(user))

    def leave(self, user: object) -> None:
        """The last one to leave ends it. Twice does nothing."""
        self._users.discard(id(user))
        if not self._users:
            self.close()

    def close(self) -> None:
        """Ends the hub; its links answer Closed."""
        _all.discard(self)
        self._tell_last()
        self.pump.close()

    def _tell_last(self) -> None:
        # What the last link left unconfirmed is a log line that waits in the hub.
        if not self._users and self.process == os.getpid():
            with suppress(Busy, Closed):
                self.pump.drain()


class LoopHub(Hub):
    """The hub of one event loop, read by it."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop
        from asyncio import _get_running_loop  # not for blocking links

        self._running_loop = _get_running_loop  # as the process ends it cannot be imported
        self._thread = threading.get_ident()
        self._descriptor = self.pump.fd()
        loop.add_reader(self._descriptor, self.pump.drain)

    def leave(self, user: object) -> None:
        # The collector runs in any thread; the loop is not to be touched from another one.
        self._users.discard(id(user))
        if self._is_here() or self._loop.is_closed():
            return self._end()
        try:
            self._loop.call_soon_threadsafe(self._end)
        except RuntimeError:  # closed meanwhile
            self._end()

    def _is_here(self) -> bool:
        """This is the thread of the loop; or a forked child, which has none."""
        if self.process != os.getpid():
            return True
        if self._loop.is_running():
            return self._running_loop() is self._loop
        return self._thread == threading.get_ident()

    def _end(self) -> None:
        if not self._users:
            self.close()

    def close(self) -> None:
        # A forked child shares what its parent's loop waits with.
        mine = self.process == os.getpid()
        if self._descriptor >= 0 and mine and not self._loop.is_closed():
            self._loop.remove_reader(self._descriptor)
        self._descriptor = -1
        if _of_loops.get(self._loop) is self:
            del _of_loops[self._loop]
        super().close()


class ThreadHub(Hub):
    """The hub of all blocking links, read by those who wait."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: Deque[Callable[[], None]] = deque()
        self._thread: Optional[threading.Thread] = None

    def attend(self) -> None:
        """From now on a thread makes the calls of call_soon(), and reads where nobody else does."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="resock-events", daemon=True)
            self._thread.start()

    def call_soon(self, call: Callable[[], None]) -> None:
        """Has `call` made by the thread."""
        self._calls.append(call)

    def _run(self) -> None:
        while True:
            try:
                self.pump.wait_until(lambda: bool(self._calls))
            except Closed:
                return  # the hub has ended
            while self._calls:
                self._call(self._calls.popleft())

    def _call(self, call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException:  # the other links need this thread
            logger.exception("a callable of the program raised", extra=NO_LINK)

    def leave(self, user: object) -> None:
        # Another thread must not join it between the last one's leaving and its end.
        with _making:
            self._users.discard(id(user))
            if self._users:
                return
            self._retire()
        self.close()

    def _retire(self) -> None:
        global _of_threads  # noqa: PLW0603
        if _of_threads is self:
            _of_threads = None

    def close(self) -> None:
        self._retire()
        super().close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_LAST_CALL_SECONDS)


_all: WeakSet[Hub] = WeakSet()
_of_loops: WeakKeyDictionary[AbstractEventLoop, LoopHub] = WeakKeyDictionary()
_of_threads: Optional[ThreadHub] = None
_making = threading.RLock()


def of_loop(loop: AbstractEventLoop) -> LoopHub:
    """The hub of that loop, made now where there is none. To be called in the loop."""
    found = _of_loops.get(loop)
    if found is None or found.process != os.getpid():
        found = _of_loops[loop] = LoopHub(loop)
    return found


def of_threads(user: object) -> ThreadHub:
    """The hub of blocking links, joined by `user`."""
    global _of_threads  # noqa: PLW0603
    with _making:
        if _of_threads is None or _of_threads.process != os.getpid():
            _of_threads = ThreadHub()
        _of_threads.join(user)
        return _of_threads


@atexit.register
def _close_all() -> None:
    # While Python can still log: what was not confirmed is told. Links answer Closed afterwards.
    for hub in list(_all):
        if hub.process == os.getpid():
            hub.pump.close_at_exit()  # daemon threads that wait end without a traceback
            hub.close()


def _forget() -> None:
    # A forked child: its parent's hubs are not to be touched, and locks may be held for ever.
    global _of_threads, _making  # noqa: PLW0603
    _of_threads = None
    _making = threading.RLock()
    _all.clear()


os.register_at_fork(after_in_child=_forget)

__all__ = ["Hub", "LoopHub", "ThreadHub", "configure", "of_loop", "of_threads"]
