"""What the options of a link mean for this package itself."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, List, Mapping, Optional, Tuple

from resock._core import check_options
from resock._enums import Level
from resock._errors import NotSupported, OptionError
from resock._options import default_ca_file, texts

if TYPE_CHECKING:
    from resock._values import Text


class Settings:
    """The options of a link, checked: what goes to the library, and what this package minds."""

    def __init__(self, scope: str, keywords: Mapping[str, object]) -> None:
        self.is_of_listener = scope == "listener"
        self._mind(texts(scope, keywords))
        check_options(scope, self.texts)

    def _mind(self, given: List[Tuple[str, Text]]) -> None:
        self._given = given
        named = dict(given)
        self.delivery = named.get("delivery", "at-least-once")
        self.is_manual = named.get("session.done") == "manual"
        self.is_durable = "outbox.path" in named
        self.final_level = (
            Level.WRITTEN
            if self.delivery == "at-most-once" and named.get("confirm") == "off"
            else Level.RECEIVED
        )
        # The library would block the caller; waiting is this package's part.
        self.waits_for_room = named.get("queue.full", "wait") == "wait"
        self.send_seconds = seconds_of(str(named.get("send.timeout", "30s")))
        if self.waits_for_room:
            given = [each for each in given if each[0] != "queue.full"]
        self.texts: List[Tuple[str, Text]] = given

    def of_one_link(self, keywords: Mapping[str, object]) -> Settings:
        """A copy, of one link that a listener accepts; its texts are those of `keywords` alone."""
        own = texts("listener", keywords)
        names = {name for name, _ in own}
        made = copy(self)
        made._mind([each for each in self._given if each[0] not in names] + own)
        # Not left out: the listener's own queue_full would hold.
        waits = ("queue.full", "wait")
        made.texts = [("queue.full", "error") if each == waits else each for each in own]
        return made

    def default_to(self, name: str, value: str) -> None:
        """Sets an option that the caller has left alone."""
        if all(given != name for given, _ in self.texts):
            self.texts.append((name, value))

    def waiting_for_room(self, waits: bool) -> Settings:
        """A copy, of one link alone, with another queue_full."""
        made = copy(self)
        made.waits_for_room = waits
        return made

    def sending_for(self, seconds: Optional[float]) -> Settings:
        """Likewise with another send_timeout."""
        made = copy(self)
        made.send_seconds = seconds
        return made

    def check_level(self, level: Level) -> Level:
        """Refuses to wait for a level that messages of this link never reach."""
        if isinstance(level, bool) or not isinstance(level, int):
            raise TypeError(f"a level is one of resock.Level, not {type(level).__name__}")
        if level not in tuple(Level):
            raise ValueError(f"level={int(level)} is none of resock.Level: 1 (stored) to 4")
        if self.is_of_listener and level != self.final_level:
            return level  # the client chooses whether there is a session: the library knows
        if level == Level.STORED and not self.is_durable:
            raise NotSupported("the level stored needs delivery='exactly-once' with outbox_path")
        if level == Level.PROCESSED and self.delivery != "exactly-once":
            raise NotSupported("the level processed needs delivery='exactly-once'")
        if level == Level.RECEIVED and self.final_level == Level.WRITTEN:
            raise NotSupported("with confirm='off' nothing tells that a message was received")
        return level


_SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3_600.0}


def seconds_of(text: str) -> Optional[float]:
    """Of a duration that the library takes; None: unlimited."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = text[len(number) :]
    try:
        return float(number) * _SECONDS.get(unit, 1.0)
    except ValueError:
        return None


def settings_of(url: Any, keywords: Mapping[str, object], has_credentials: bool) -> Settings:
    """Of a link to `url`; with a callable that gives credentials, or without."""
    if not isinstance(url, str):
        raise OptionError(
            f"url: a text such as 'wss://host/path' is needed, not {type(url).__name__}"
        )
    if "url" in keywords:
        raise OptionError("url is the first argument; leave out the keyword")
    made = Settings("link", {"url": url, **keywords})
    if has_credentials:
        made.default_to("credentials.when", "always")
    elif ("credentials.when", "always") in made.texts:
        raise OptionError(
            "credentials_when='always' asks before each attempt, and nobody would answer: give "
            "credentials=, or leave it out"
        )
    if url[:4].lower() == "wss:":
        bundle = default_ca_file()
        if bundle is not None:
            made.default_to("tls.ca_file", bundle)
    return made
