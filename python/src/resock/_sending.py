"""What a link of asyncio does to send, and to wait for what became of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Deque, Iterable, List, Optional, Union

from resock import _core
from resock._arguments import check_timeout
from resock._base import BaseLink
from resock._enums import Level
from resock._errors import Busy, Closed, QueueFull, Timeout

if TYPE_CHECKING:
    from resock._core import Receipt
    from resock._hubs import LoopHub


class _Turn:
    """A send that waits for room: the first of them is woken by it, and wakes the next one.

    asyncio.wait_for will not do: before Python 3.12 a cancelled one may have sent all the same.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.future = loop.create_future()
        self.is_late = False

    def expire(self) -> None:
        self.is_late = True
        self.wake()

    def wake(self) -> None:
        if not self.future.done():
            self.future.set_result(None)

    async def wait(self) -> None:
        await self.future
        self.future = self._loop.create_future()


class SendingLink(_core.AsyncLink, BaseLink):
    """The sending half of a Link."""

    _hub: LoopHub
    _loop: asyncio.AbstractEventLoop
    _turns: Deque[_Turn]

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
            ttl: seconds after which it fails as Expired if no byte of it was sent.
            kept: False: it is sent once, and not again after a break.
            flush: True: its confirmation is asked for at once, not after confirm_interval.

            Returns a receipt, to be awaited where that matters. Raises Closed, QueueFull (with
            queue_full="error"), Timeout, TooBig, Invalid (a str that is no Unicode), TypeError.
            """

    def _check_loop(self) -> None:
        if asyncio._get_running_loop() is not self._loop:
            with suppress(Closed):
                self._id()  # raises Forked in a forked child, where no loop runs
            raise Busy(
                "this link belongs to another event loop: open one in each loop, or have that loop "
                "do it by asyncio.run_coroutine_threadsafe()"
            )

    async def _send_slowly(self, data: Any, flags: int, ttl_ms: int) -> Receipt:
        self._check_loop()
        if not self._settings.waits_for_room:
            receipt = self._try_send(data, flags, ttl_ms)
            if receipt is None:
                raise self._queue_full()
            return receipt
        turn = _Turn(self._loop)
        limit = self._settings.send_seconds
        timer = None if limit is None else self._loop.call_later(limit, turn.expire)
        self._turns.append(turn)
        try:
            while not turn.is_late:
                if self._turns[0] is turn:
                    receipt = self._try_send(data, flags, ttl_ms)
                    if receipt is not None:
                        return receipt
                    self._set_sender(turn.future)
                    if not self._is_full():
                        continue  # there is room again meanwhile
                await turn.wait()
        finally:
            if timer is not None:
                timer.cancel()
            self._turns.remove(turn)
            if self._turns:
                self._turns[0].wake()
        raise Timeout(
            f"the queue of the link had no room within send_timeout={limit:g} s: queue_bytes "
            "or queue_messages allow more, queue_full chooses what else happens"
        )

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
        self._check_loop()
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
        self._check_loop()
        self._settings.check_level(level)
        check_timeout(timeout)
        last = self._accepted()
        # First without wait_for(): with the timeout 0 that does not even begin.
        if not self._has_come_to(level, last):
            try:
                await asyncio.wait_for(self._wait_flushed(level, last), timeout)
            except asyncio.TimeoutError:
                raise Timeout(f"not everything was {level} within {timeout:g} s") from None
        self._hub.pump.drain()  # receipts know of it, too, when this returns

    async def _wait_flushed(self, level: Level, last: int) -> None:
        while not self._has_come_to(level, last):
            if self._is_over():
                raise self._end_error()
            news = self._loop.create_future()
            self._add_news(news)
            try:
                await news
            finally:
                self._remove_news(news)

    async def _wait_confirmed(self, level: int, number: int) -> None:
        future = self._loop.create_future()
        self._add_waiter(level, number, future)
        try:
            await future
        finally:
            self._remove_waiter(level, number, future)

    async def _wait_level(self, receipt: Receipt, level: int) -> Level:
        """What awaiting a receipt does where the level was not reached yet."""
        self._check_loop()
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
