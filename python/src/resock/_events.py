"""Events: their dataclasses, and how they are made of the JSON that the library gives."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any, Callable, Dict, Mapping, Union

from resock._enums import Level, LostReason, Reason
from resock._errors import InternalError
from resock._event_types import (
    Accepted,
    Closed,
    Confirmed,
    Credentials,
    Down,
    Event,
    Failed,
    Log,
    Lost,
    Message,
    Opened,
    Request,
    Writable,
)
from resock._records import Disconnect
from resock._table import in_python_words

__all__ = ["from_json"]


def _opened(link: int, told: Mapping[str, Any]) -> Event:
    same = ("address", "tls", "subprotocol", "connection", "attempt", "resumed", "skipped")
    downtime = told["downtime_ms"] / 1_000
    return Opened(link, downtime=downtime, **{name: told[name] for name in same})


def _message(link: int, told: Mapping[str, Any]) -> Event:
    data = told["text"] if "text" in told else b64decode(told["base64"])
    flags = (told.get("redelivered", False), told.get("expired", False))
    return Message(link, data, told.get("number"), *flags)


def _request(link: int, told: Mapping[str, Any]) -> Event:
    return Request(
        link,
        listener_id=told["listener"],
        request_id=told["request_id"],
        method=told["method"],
        target=told["target"],
        fields=tuple((name, value) for name, value in told["fields"]),
        address=told["address"],
        tls=told["tls"],
        has_token=told["token"] is not None,
    )


def _credentials(link: int, told: Mapping[str, Any]) -> Event:
    same = ("request_id", "attempt", "http_status", "close_code")
    return Credentials(link, **{name: told[name] for name in same})


def _down(link: int, told: Mapping[str, Any]) -> Event:
    return Down(link, told["was_open"], told["skipped"], Disconnect.from_json(told["record"]))


def _lost(link: int, told: Mapping[str, Any]) -> Event:
    reason = LostReason.of_word(told["reason"])
    text = in_python_words(told["text"])
    return Lost(link, reason, text, told["begun_anew"], told["skipped"])


_MAKERS: Dict[str, Callable[[int, Mapping[str, Any]], Event]] = {
    "OPEN": _opened,
    "MESSAGE": _message,
    "CONFIRMED": lambda link, told: Confirmed(link, Level[told["level"].upper()], told["through"]),
    "FAILED": lambda link, told: Failed(
        link, told["first"], told["last"], Reason[told["reason"].upper()]
    ),
    "DOWN": _down,
    "WRITABLE": lambda link, told: Writable(link),
    "CREDENTIALS": _credentials,
    "REQUEST": _request,
    "ACCEPTED": lambda link, told: Accepted(link, told["listener"], told["request_id"]),
    "LOST": _lost,
    "CLOSED": lambda link, told: Closed(
        link, Disconnect.from_json(told["record"]), told.get("listener")
    ),
    "LOG": lambda link, told: Log(link, told["level"], told["text"], told["dropped"]),
}


def from_json(text: Union[str, bytes]) -> Event:
    """The event of a line of resock_event_json; further fields are ignored.

    Raises InternalError where the library tells a kind or a word that this module does not know.
    """
    told = json.loads(text)
    try:
        return _MAKERS[told["event"]](told["link"], told)
    except (KeyError, ValueError) as unknown:
        raise InternalError(
            f"an event {told['event']} that this version of the package cannot read ({unknown}): "
            "please report it"
        ) from unknown
