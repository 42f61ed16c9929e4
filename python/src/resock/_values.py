"""Python values as the texts of the option table. Types are checked here, values by the library."""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Callable, Dict, List, Optional, SupportsFloat, SupportsIndex, Union

from resock._errors import OptionError
from resock._table import Row

__all__ = ["Text", "refuse", "texts_of"]

Text = Union[str, bytes]
"""bytes only for the type "bytes", which the library takes by resock_options_set_bytes."""

_Number = Union[int, float, Decimal]

_NANOSECONDS = 1_000_000_000
_UNITS = (("s", 9), ("ms", 6), ("us", 3), ("ns", 0))  # with their power of ten in nanoseconds
# Above every bound of the table, and short enough to be written out.
_MOST = 10**18


def refuse(keyword: str, why: str, row: Optional[Row] = None) -> OptionError:
    """An error to raise: 'heartbeat_interval: ...; allowed is 10ms to 24h'."""
    allowed = f"; allowed is {row.allowed}" if row is not None and row.allowed else ""
    return OptionError(f"{keyword}: {why}{allowed}")


def _mistyped(keyword: str, value: object, wanted: str, row: Row) -> OptionError:
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else kind.__module__ + "."
    return refuse(keyword, f"{wanted} is needed, not {module}{kind.__qualname__}", row)


def _is_bool(value: object) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")  # those of numpy


def _plain(keyword: str, value: str) -> str:
    """The text, where it can be told to the library: UTF-8 up to a zero byte."""
    text = str.__str__(value)  # of an Enum of texts the value, of any other subclass the bare text
    if "\0" in text:
        raise refuse(keyword, "the text has a zero byte, which no option may have: remove it")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as wrong:
        raise refuse(
            keyword,
            f"the text has a lone surrogate (U+{ord(text[wrong.start]):04X} at position "
            f"{wrong.start}), which UTF-8 cannot express: remove it",
        ) from None
    return text


def _number(value: object) -> Optional[_Number]:
    """The number that a value of any package is; None where it is none."""
    if _is_bool(value) or isinstance(value, (str, bytes, Enum)):
        return None
    if isinstance(value, (int, float, Decimal)):
        return value
    try:
        if isinstance(value, SupportsIndex):
            return operator.index(value)
    except TypeError:
        pass  # numpy.ndarray has the method whatever it holds
    try:
        return float(value) if isinstance(value, SupportsFloat) else None
    except TypeError:
        return None
    except OverflowError:
        return math.inf


def _finite(keyword: str, number: _Number, row: Row) -> _Number:
    endless = isinstance(number, float) and not math.isfinite(number)
    if endless or (isinstance(number, Decimal) and not number.is_finite()):
        raise refuse(keyword, f"{number} is not finite", row)
    if not -_MOST <= number <= _MOST:
        raise refuse(keyword, "the number is out of range", row)
    return number


def _duration_text(nanoseconds: int) -> str:
    """As the library reads it, without loss: "1.5s", "250ms", "20us", "0"."""
    for name, power in _UNITS:
        scale: int = 10**power
        if nanoseconds >= scale:
            whole, rest = divmod(nanoseconds, scale)
            decimals = f".{rest:0{power}d}".rstrip("0") if rest else ""
            return f"{whole}{decimals}{name}"
    return "0"


def _nanoseconds(keyword: str, value: object, row: Row) -> int:
    if type(value).__name__ == "timedelta64":  # of numpy, whose float() knows no unit
        value = value.item()  # type: ignore[attr-defined]
        if not isinstance(value, timedelta):
            raise refuse(keyword, "this numpy.timedelta64 is finer than 1 us or no time", row)
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1) * 1_000
    number = _number(value)
    if number is None:
        wanted = 'seconds (int or float), a timedelta or a text such as "10s" or "500ms"'
        raise _mistyped(keyword, value, wanted, row)
    number = _finite(keyword, number, row)
    if isinstance(number, float):
        number = Decimal(repr(float(number)))  # what was written, not its binary neighbour
    scaled = number * _NANOSECONDS
    made = int(scaled.to_integral_value() if isinstance(scaled, Decimal) else scaled)
    return max(made, 1) if number > 0 else made


def _duration(keyword: str, value: object, row: Row) -> str:
    if isinstance(value, str):
        return _plain(keyword, value)
    nanoseconds = _nanoseconds(keyword, value, row)
    if nanoseconds < 0:
        raise refuse(keyword, f"{value} is negative", row)
    return _duration_text(nanoseconds)


def _whole(keyword: str, value: object, row: Row) -> str:
    if isinstance(value, str):
        return _plain(keyword, value)
    number = _number(value)
    if number is None:
        size = row.type == "size"
        wanted = 'bytes (int) or a text such as "8MiB"' if size else "a whole number (int)"
        raise _mistyped(keyword, value, wanted, row)
    if _finite(keyword, number, row) != int(number):
        raise refuse(keyword, f"{number} is no whole number", row)
    return str(int(number))


def _decimal(keyword: str, value: object, row: Row) -> str:
    if isinstance(value, str):
        return _plain(keyword, value)
    number = _number(value)
    if number is None:
        raise _mistyped(keyword, value, "a number (int or float)", row)
    number = _finite(keyword, number, row)
    return str(float(number) if isinstance(number, float) else number)  # numpy's say more


def _boolean(keyword: str, value: object, row: Row) -> str:
    if _is_bool(value):
        return "true" if value else "false"
    if isinstance(value, str) and value in ("true", "false"):
        return _plain(keyword, value)
    raise _mistyped(keyword, value, 'True or False (or "true" or "false")', row)


def _word(keyword: str, value: object, row: Row) -> str:
    if isinstance(value, str):
        return _plain(keyword, value)
    if isinstance(value, Enum):
        text = value.name.replace("TLSv", "").replace("_", ".")  # ssl.TLSVersion.TLSv1_2
    else:
        text = str(_number(value))  # tls_min_version=1.3
    if text in row.words:
        return text
    raise _mistyped(keyword, value, "a text", row)


def _text(keyword: str, value: object, row: Row) -> str:
    if isinstance(value, str):
        return _plain(keyword, value)
    raise _mistyped(keyword, value, "a text (str)", row)


def _path(keyword: str, value: object, row: Row) -> str:
    if isinstance(value, (str, bytes, os.PathLike)):
        return _plain(keyword, os.fsdecode(value))
    raise _mistyped(keyword, value, "a path (str or os.PathLike)", row)


def _several(keyword: str, value: object, row: Row) -> str:
    if isinstance(value, str):
        return _plain(keyword, value)
    if not isinstance(value, Iterable) or isinstance(value, (bytes, bytearray, Mapping)):
        raise _mistyped(keyword, value, "a text, or a list of texts,", row)
    return ", ".join(_one_of_several(keyword, each, row) for each in value)


def _one_of_several(keyword: str, value: object, row: Row) -> str:
    if not isinstance(value, str):
        raise _mistyped(keyword, value, "a text for each value of the list", row)
    if not value or any(separator in value for separator in ", \t"):
        why = "is empty or has a blank or a comma, which separates values: make it several"
        raise refuse(keyword, f"{value!r} in a list {why}")
    return _plain(keyword, value)


def _binary(keyword: str, value: object, row: Row) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise _mistyped(keyword, value, "bytes", row)


def _field(keyword: str, value: object, row: Row) -> str:
    """A field of HTTP, of "Name: value" or (name, value)."""
    if isinstance(value, str):
        return _plain(keyword, value)
    wanted = 'a dict of names and values, or a list of "Name: value" or (name, value),'
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise _mistyped(keyword, value, wanted, row)
    for part in value:
        if not isinstance(part, str):
            raise _mistyped(keyword, part, "a text (str) for name and value of a field", row)
    name, content = value
    if ":" in name:
        raise refuse(
            keyword, f"the name of the field {name.partition(':')[0]!r} has a colon: leave it out"
        )
    return _plain(keyword, f"{name}: {content}")


_Reader = Callable[[str, object, Row], Text]
_OF_TYPE: Dict[str, _Reader] = {
    "duration": _duration,
    "size": _whole,
    "count": _whole,
    "number": _decimal,
    "bool": _boolean,
    "enum": _word,
    "path": _path,
    "header": _field,
    "tokens": _several,
    "origins": _several,
    "paths": _several,
    "hosts": _several,
    "bytes": _binary,
}


def _fields_of(value: Mapping[object, object]) -> List[object]:
    """The pairs of a dict; a list as value makes a field of each."""
    made: List[object] = []
    for name, content in value.items():
        each = content if isinstance(content, (list, tuple)) else [content]
        made.extend((name, one) for one in each)
    return made


def texts_of(keyword: str, value: object, row: Row) -> List[Text]:
    """The texts to set, one behind the other. Raises OptionError for a type that does not fit."""
    read = _OF_TYPE.get(row.type, _text)
    if not row.repeatable:
        return [read(keyword, value, row)]
    if isinstance(value, Mapping) and row.type == "header":
        value = _fields_of(value)
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, Mapping)):
        return [read(keyword, each, row) for each in value]
    return [read(keyword, value, row)]
