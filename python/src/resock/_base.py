"""What links of asyncio and blocking links have in common: everything that does not wait."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Union

from resock._arguments import check_text, greeting_key, milliseconds
from resock._enums import Level, State
from resock._errors import Closed, Error, Forked, Invalid, of_record
from resock._options import texts
from resock._records import Disconnect, Stats
from resock._settings import Settings, seconds_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from resock import _event_types as events
    from resock._core import BaseLink as _Core
    from resock._keywords import ChangeableOptions, Header

    Data = Union[str, bytes, bytearray, memoryview]
else:
    _Core = object


# resock_stat in resock.h.
_MESSAGES_ACCEPTED = 1
_THROUGH = {Level.WRITTEN: 13, Level.RECEIVED: 12}


class BaseLink(_Core):
    """One logical connection that outlives its sockets."""

    url: str
    """Where it was opened to; of an accepted link the path that was asked for."""
    opened: Optional[events.Opened]
    """The OPEN of the current or last connection; None before the first."""
    lost: Optional[events.Lost]
    """How the session was lost, if it was."""
    record: Optional[Disconnect]
    """Why the link has ended; None while it has not."""
    _settings: Settings
    _final: Optional[Tuple[str, str]] = None
    _number = 0  # the id of a link that has ended

    def _begin(self, url: str, settings: Settings) -> None:
        self.url = url
        self.opened = None
        self.lost = None
        self.record = None
        self._settings = settings
        self._closes = False

    @property
    def id(self) -> int:
        """Its number in the hub, never used again; it stands in events and log lines."""
        return self._number or self._id()

    @property
    def state(self) -> State:
        """Where it stands."""
        return State.of(self._state())

    def stats(self) -> Stats:
        """Its numbers since it was opened."""
        if self._final is None:
            return Stats.from_json(json.loads(self._stats_json()))
        return Stats.from_json({**json.loads(self._final[0]), "state": str(self.state)})

    def history(self) -> List[Disconnect]:
        """The records of the last 64 disconnects and failed attempts, oldest first."""
        told = json.loads(self._final[1] if self._final else self._history_json())
        return [Disconnect.from_json(each) for each in told]

    def retry_now(self) -> None:
        """Ends the wait for the next attempt, or revives a stopped link; else does nothing."""
        self._retry_now()

    def ready(self) -> None:
        """With greeting_hold: the greeting was answered, kept messages may go."""
        self._ready()

    def confirm(self, message: Any, *, through: bool = False) -> None:
        """The application has learnt that the peer has a message: it is not sent again.

        message: a receipt, or its id. through: all messages up to it as well.
        """
        number = message if isinstance(message, int) else getattr(message, "id", None)
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise TypeError(f"a receipt or its id is needed, not {message!r}")
        if number >= 1 << 64:
            raise ValueError(f"no message has the id {number}")
        self._confirm(number, bool(through))

    def set_options(self, **options: Unpack[ChangeableOptions]) -> None:
        """Changes options of the open link; the page of options says which are changeable."""
        for name, value in texts("link", options):
            if name == "queue.full":
                self._set(name, "error" if value == "wait" else value)  # checks it, too
                self._settings = self._settings.waiting_for_room(value == "wait")
            else:
                self._set(name, value)
            if name == "send.timeout":
                self._settings = self._settings.sending_for(seconds_of(str(value)))

    def set_greeting(self, key: Union[str, bytes], data: Data) -> None:
        """Sets a message that is sent first on every connection (a login, a subscription).

        In the order of first setting, without a receipt; now as well, where there is a
        connection. The same key replaces it. At most 1 MiB each. Not in a session.
        """
        if not isinstance(data, (str, bytes, bytearray, memoryview)):
            raise TypeError(f"a greeting is str or bytes-like, not {type(data).__name__}")
        text = data if isinstance(data, str) else bytes(data)
        check_text(data, "a greeting")
        self._greeting_set(greeting_key(key), text)

    def remove_greeting(self, key: Union[str, bytes]) -> None:
        """Removes one: it is not sent on later connections."""
        self._greeting_remove(greeting_key(key))

    def ask_token(self, timeout: float) -> None:
        """Asks the client of a session for a fresh token, on a link that serve() gave.

        timeout: seconds that it has, at most 600.
        """
        self._ask_token(milliseconds(timeout, "timeout"))

    def set_credentials(
        self,
        *,
        url: Optional[str] = None,
        http_header: Header = None,
        session_token: Optional[str] = None,
    ) -> None:
        """Replaces url, headers or token from the next attempt on; a stopped link goes on.

        A token goes to the server of a running session at once.
        """
        given = {"url": url, "http_header": http_header, "session_token": session_token}
        self._credentials(0, texts("link", given))

    # ---- for the rest of the package ----

    def _for_log(self) -> Dict[str, object]:
        """The extra attributes of a record of the logger."""
        try:
            number = self.id
        except (Closed, Forked):
            number = 0
        return {"link_id": number, "url": self.url, "dropped": 0}

    def _accepted(self) -> int:
        """The id of the last message accepted, 0 before the first."""
        return self._stat(_MESSAGES_ACCEPTED)

    def _has_come_to(self, level: Level, last: int) -> bool:
        """Whether messages up to `last` have reached it or failed; the peer is asked at once."""
        if self._flushed(level) or self._through(level) >= last:
            return True
        return level in _THROUGH and self._stat(_THROUGH[level]) >= last

    def _begin_close(self, code: int, reason: str) -> None:
        if isinstance(code, bool) or not isinstance(code, int):
            raise TypeError(f"a close code is an int, not {type(code).__name__}")
        if not isinstance(reason, str):
            raise TypeError(f"the reason of a close is str, not {type(reason).__name__}")
        check_text(reason, "the reason of a close")
        if not 1_000 <= code < 5_000:
            raise Invalid(f"close code {code} may not be sent: use 1000, 1001 or 3000 to 4999")
        before, self._closes = self._closes, True
        try:
            self._close(code, reason)
        except BaseException:
            self._closes = before
            raise
        self._closing()

    def _answer_none(self, request: int) -> None:
        try:
            self._credentials(request, None)
        except Error:
            pass  # the link has ended, or it took too long

    def _is_ended_well(self) -> bool:
        record = self.record
        return (
            self._closes
            or record is None
            or (self.lost is None and record.close_code in (1000, 1001))
        )

    def _closed_error(self) -> Error:
        """For a call that comes too late."""
        if self.record is None or self._closes:
            return Closed("the link was closed; open another one", record=self.record)
        return Closed(f"the link has ended: {self.record.why}", record=self.record)

    def _end_error(self) -> Error:
        """Why nothing arrives any more."""
        if self.record is None or self._is_ended_well():
            return self._closed_error()
        return of_record(self.record, self.lost)

    def _keep_numbers(self) -> None:
        if self._final is None:
            try:
                self._number = self._id()
                self._final = (self._stats_json(), self._history_json())
            except (Closed, Forked):
                pass  # opening it failed, or it is another process's: there are none

    def _show(self, kind: str) -> str:
        return f"<{kind} {self.url} {self.state}>"
