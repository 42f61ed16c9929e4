"""What a blocking link does to send, and to wait for what became of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Iterable, List, Optional, Union

from resock import _core
from resock._arguments import check_timeout
from resock._base import BaseLink
from resock._enums import Level
from resock._errors import QueueFull, Timeout

if TYPE_CHECKING:
    from typing import TypedDict

    from typing_extensions import Unpack

    from resock._core import BlockingReceipt as Receipt

    class How(TypedDict, total=False):
        """Further arguments of send() and send_many()."""

        ttl: Optional[float]
        kept: bool
        flush: bool


class SendingLink(_core.BlockingLink, BaseLink):
    """The sending half of a Link."""

    def send(
        self,
        data: Union[str, bytes, bytearray, memoryview],
        *,
        timeout: Optional[float] = None,
        **how: Unpack[How],
    ) -> Receipt:
        """Accepts a message, also while there is no connection; str is text, else binary.

        Blocks only while queue_bytes or queue_messages are used up, `timeout` seconds at most
        (None: the option send_timeout). Further arguments: ttl, seconds after which it fails as
        Expired if no byte of it was sent; kept=False: it is sent once; flush=True: its
        confirmation is asked for at once.

        Returns a receipt with wait(). Raises Closed, QueueFull (with queue_full="error"), Timeout,
        TooBig, Invalid (a str that is no Unicode), TypeError.
        """
        data, flags, ttl_ms = self._parse_send(data, **how)
        self._drain()
        receipt = self._try_send(data, flags, ttl_ms)
        return receipt or self._send_slowly(data, flags, ttl_ms, timeout)

    def _send_slowly(self, data: Any, flags: int, ttl_ms: int, timeout: Optional[float]) -> Receipt:
        if not self._settings.waits_for_room:
            raise QueueFull(
                "the queue of the link is full (queue_bytes, queue_messages): wait for the events "
                "Confirmed or Writable, or leave out queue_full='error'",
                status="QUEUE_FULL",
            )
        check_timeout(timeout)
        limit = self._settings.send_seconds if timeout is None else timeout
        end = None if limit is None else time.monotonic() + limit
        while True:
            left = None if end is None else max(0.0, end - time.monotonic())
            has_room = self._wait_writable(left)
            receipt = self._try_send(data, flags, ttl_ms)
            if receipt is not None:
                return receipt
            if not has_room:
                raise Timeout(
                    f"the queue of the link had no room within {limit:g} s: queue_bytes or "
                    "queue_messages allow more, queue_full chooses what else happens"
                )

    def send_many(
        self,
        messages: Iterable[Union[str, bytes, bytearray, memoryview]],
        *,
        timeout: Optional[float] = None,
        **how: Unpack[How],
    ) -> List[Receipt]:
        """As send() for each, in order, with one call: the fast way for many small ones.

        timeout: seconds that each may wait for room. Returns their receipts.
        """
        all_of = messages if isinstance(messages, (list, tuple)) else list(messages)
        _, flags, ttl_ms = self._parse_send(b"", **how)
        receipts: List[Receipt] = []
        self._drain()
        while True:
            self._try_send_many(all_of, receipts, flags, ttl_ms)
            if len(receipts) == len(all_of):
                return receipts
            receipts.append(self._send_slowly(all_of[len(receipts)], flags, ttl_ms, timeout))

    def flush(self, level: Level = Level.RECEIVED, *, timeout: Optional[float] = None) -> None:
        """Waits until every message accepted so far has reached `level` or has failed.

        timeout: seconds; None: no end. Raises Timeout (nothing is lost by that), Closed,
        NotSupported for a level that messages of this link do not reach.
        """
        self._settings.check_level(level)
        check_timeout(timeout)
        last = self._accepted()
        if not self._wait_until(
            lambda: self._has_come_to(level, last) or self._is_over(), timeout
        ):
            raise Timeout(f"not everything was {level} within {timeout:g} s")
        if not self._has_come_to(level, last):
            raise self._end_error()
        self._drain()  # receipts know of it, too, when this returns

    def _wait_receipt(
        self, receipt: Receipt, level: Optional[int], timeout: Optional[float]
    ) -> Level:
        """What receipt.wait() does."""
        wanted = receipt._final if level is None else self._settings.check_level(Level(level))
        check_timeout(timeout)
        if wanted != receipt._final:
            self._settings.check_level(wanted)
        self._drain()
        reached = receipt._check(wanted)
        if reached is not None:
            return reached
        self._flushed(wanted)  # asks the peer at once
        if not self._wait_until(
            lambda: receipt.failure is not None
            or self._through(wanted) >= receipt.id
            or self._is_over(),
            timeout,
        ):
            raise Timeout(f"message {receipt.id} was not {wanted} within {timeout:g} s")
        reached = receipt._check(wanted)
        if reached is None:
            raise self._end_error()
        return reached
