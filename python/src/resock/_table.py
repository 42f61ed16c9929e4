"""The one table of options, as Python keywords: read from the library when first needed.

The table never changes while the process runs, so that everything here may be used from any thread.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, Match, NamedTuple, Optional, Tuple

__all__ = ["Row", "Table", "in_python_words", "keyword_of", "table"]

_VERDICTS = "verdict.*"
_VERDICT_PREFIX = "verdict_"


class Row(NamedTuple):
    """An option of the table."""

    name: str
    """As the library names it, "heartbeat.interval"; "verdict.*" for all of these."""
    type: str
    """"duration", "size", "count", "number", "bool", "enum", "text", "path", "header" ..."""
    scopes: Tuple[str, ...]
    """Of "hub", "link", "listener"."""
    allowed: str
    """The values that are allowed, in words; "" where the type says it all."""
    words: Tuple[str, ...]
    """Of an enum."""
    unlimited: bool
    """"unlimited" is allowed, too."""
    repeatable: bool
    """Several values may be given."""


def keyword_of(name: str) -> str:
    """The keyword of an option: heartbeat_interval of "heartbeat.interval"."""
    return name.replace(".", "_").replace("-", "_")


class Table:
    """All options by keyword."""

    def __init__(self, described: str) -> None:
        """From the JSON of resock_options_describe."""
        import json  # not before it is needed

        self.rows: Dict[str, Row] = {}
        for told in json.loads(described):
            row = _row_of(told)
            self.rows[keyword_of(row.name)] = row
        self._verdict = self.rows.pop(keyword_of(_VERDICTS))
        self._by_name = {row.name: row for row in self.rows.values()}

    def find(self, keyword: str) -> Optional[Tuple[str, Row]]:
        """The name for the library and the row of a keyword or a dotted name; None: no such one.

        verdict_1006 and verdict_dns_unknown stand for "verdict.1006" and "verdict.dns-unknown";
        whether there is such a code or cause is the library's to say.
        """
        row = self.rows.get(keyword) or self.rows.get(keyword_of(keyword))
        if row is not None:
            return row.name, row
        plain = keyword_of(keyword)
        if plain.startswith(_VERDICT_PREFIX) and len(plain) > len(_VERDICT_PREFIX):
            return "verdict." + plain[len(_VERDICT_PREFIX) :].replace("_", "-"), self._verdict
        return None

    def has_name(self, name: str) -> bool:
        """Whether the library has an option of that dotted name."""
        return name in self._by_name or name.startswith("verdict.")

    def words_of(self, name: str) -> Tuple[str, ...]:
        """The words of an enum by its dotted name, () for all others."""
        row = self._by_name.get(name)
        return self._verdict.words if row is None else row.words


def _row_of(told: Dict[str, object]) -> Row:
    words = told["allowed"]
    between = told["range"]
    allowed = ""
    if isinstance(words, list):
        allowed = " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    elif isinstance(between, dict) and told["type"] in ("duration", "size", "count", "number"):
        allowed = f"{between['min']} to {between['max']}"
        if told["unlimited"]:
            allowed += ' or "unlimited"'
    scopes = told["scope"]
    return Row(
        name=str(told["name"]),
        type=str(told["type"]),
        scopes=tuple(scopes) if isinstance(scopes, list) else (),
        allowed=allowed,
        words=tuple(words) if isinstance(words, list) else (),
        unlimited=bool(told["unlimited"]),
        repeatable=bool(told["repeatable"]),
    )


@lru_cache(maxsize=None)
def table() -> Table:
    """The table of the library that is loaded."""
    from resock import _core  # which a tool that only reads this module may not have

    return Table(_core.describe_options())


# What a sentence of the library may name: a quoted value, which stays as it is; an option, with or
# without a value behind it; a function of the C API.
_NAMED = (
    r"""(?P<value>"[^"]*")"""
    r"""|(?<![\w./])(?P<quote>'?)(?P<option>[a-z]+\.[a-z0-9_*]+(?:-[a-z]+)*|confirm|delivery)"""
    r"""(?P=quote)(?:=(?P<given>[\w-]+))?(?![\w/]|\.\w)"""
    r"""|\bresock_(?P<function>[a-z_]+)"""
)
_FUNCTIONS = {
    "link_credentials": "the callable of credentials=",
    "link_retry_now": "link.retry_now()",
    "link_confirm": "link.confirm()",
    "link_ready": "link.ready()",
    "link_done": "link.done()",
    "options_describe": "the page of options in the documentation",
    "options_set_bytes": "bytes",
    "event_position": "the position of a message",
}


def _in_python(found: Match[str]) -> str:
    whole = found.group(0)
    if found.group("value"):
        return whole
    if found.group("function"):
        return _FUNCTIONS.get(found.group("function"), whole)
    name, given = found.group("option"), found.group("given")
    known = table()
    is_word = "." not in name and given is None and not found.group("quote")  # "a delivery"
    if is_word or not known.has_name(name):
        return whole
    if given is None:
        return keyword_of(name)
    if given in ("true", "false"):
        return f"{keyword_of(name)}={given.title()}"
    return f'{keyword_of(name)}="{given}"' if given in known.words_of(name) else whole


def in_python_words(text: str) -> str:
    """A sentence of the library with options and functions named as Python has them.

    "option 'heartbeat.interval': value ..." becomes "heartbeat_interval: value ...", and
    "confirm=off" becomes 'confirm="off"'.
    """
    if text.startswith("option '"):
        text = text[len("option ") :]
    return re.sub(_NAMED, _in_python, text)  # which keeps the compiled pattern
