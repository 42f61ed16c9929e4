"""Writes the types of the keywords: _keywords.py and _verdicts.py, from the library's table.

``PYTHONPATH=build/dev/python python3 python/tools/keywords.py`` writes them into the package.
"""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any, Dict, Iterable, List

from resock import _core
from resock._errors import OptionError
from resock._table import in_python_words, keyword_of

PACKAGE = Path(__file__).resolve().parents[1] / "src/resock"
WIDTH = 100

Row = Dict[str, Any]

# connect() has url as its first argument, serve() decides what listen.accept would.
NO_KEYWORDS = ("url", "listen.accept")
TYPES = {
    "duration": "Duration",
    "size": "Size",
    "count": "Count",
    "number": "Number",
    "bool": "Optional[bool]",
    "path": "File",
    "header": "Header",
    "tokens": "Several",
    "origins": "Several",
    "paths": "Several",
    "hosts": "Several",
    "bytes": "Optional[bytes]",
    "text": "Optional[str]",
    "address": "Several",
}

HEAD = '''"""The keywords of connect(), serve() and others, for editors and type checkers.

Written by python/tools/keywords.py from the table of the library: run `./dev docs --update`.
Nothing imports it when a program runs. None is as if a keyword were not given.
"""

from __future__ import annotations

import os
import ssl
from datetime import timedelta
from decimal import Decimal
from typing import Iterable, Literal, Mapping, Optional, Sequence, Tuple, TypedDict, Union

from resock._verdicts import Verdicts

Duration = Union[float, Decimal, timedelta, str, None]
"""Seconds, or a text with a unit: 10, 0.5, "500ms", "5min"."""
Size = Union[int, str, None]
"""Bytes, or a text with a unit: 65536, "64KiB"."""
Count = Union[int, str, None]
"""A whole number."""
Number = Union[float, Decimal, str, None]
"""A number."""
File = Union[str, "os.PathLike[str]", None]
"""The path of a file."""
Several = Union[str, Iterable[str], None]
"""One text, or several."""
Header = Union[
    Mapping[str, Union[str, Sequence[str]]], Iterable[Union[str, Tuple[str, str]]], str, None
]
"""{"Name": "value"}, [("Name", "value")] or "Name: value"."""
'''
VERDICTS_HEAD = '''"""The keywords verdict_…: what follows a close code, HTTP status or cause.

Written by python/tools/keywords.py: run `./dev docs --update`. Nothing imports it when a program
runs. The library takes every close code from 1000 to 4999 and every HTTP status; for those that do
not stand here type checkers want a ``Dict[str, Any]``: ``more = {"verdict_4711": "stop"}`` and
``connect(url, **more)``.
"""

from __future__ import annotations

from typing import Literal, Optional, TypedDict

Verdict = Optional[Literal[%s]]
"""Connect again at once, after a growing interval, slowly, or spread; ask for credentials; end."""


class Verdicts(TypedDict, total=False):
    """What follows instead of what `resock explain` says."""

'''
CODES = (*range(1000, 1016), *range(3000, 3016))
PRIVATE_CODES = range(4000, 4100)
STATUSES = (301, 302, 307, 308, 400, 401, 403, 404, 405, 407, 408, 410, 425, 426, 429,
            500, 501, 502, 503, 504, 505)

# Where this package does not do what the library does by itself.
DEFAULTS = {
    "queue.full": "wait",
    "log.level": "what the logger \"resock\" takes",
    "credentials.when": "always where there are credentials, else never",
}
RANGES = {"io.threads": "1 to 64"}
MEANINGS = {"io.threads": "How many threads of a hub do input and output."}  # nobody here polls


def options() -> List[Row]:
    """The table, as the library describes it."""
    told: List[Row] = json.loads(_core.describe_options())
    return told


def type_of(row: Row) -> str:
    if row["type"] != "enum":
        return TYPES[row["type"]]
    words = ", ".join(f'"{word}"' for word in row["allowed"])
    if row["name"] == "tls.min_version":
        return f"Union[Literal[{words}], float, ssl.TLSVersion, None]"
    return f"Optional[Literal[{words}]]"


def doc_of(row: Row) -> str:
    words = in_python_words(str(MEANINGS.get(row["name"], row["meaning"])))
    default = DEFAULTS.get(row["name"], row["default"])
    if default:
        words += f" Default: {default}."
    if row["range"]:
        words += " Allowed: " + RANGES.get(row["name"], "{min} to {max}".format(**row["range"]))
        words += ' or "unlimited".' if row["unlimited"] else "."
    return quoted(words)


def quoted(words: str) -> str:
    """As a docstring below a field."""
    words = words.replace("\\", "\\\\")
    end = ' """' if words.endswith('"') else '"""'
    return "\n".join(
        textwrap.wrap(f'"""{words}{end}', WIDTH, initial_indent="    ", subsequent_indent="    ",
                      break_long_words=False, break_on_hyphens=False)
    )


def dictionary(head: str, doc: str, rows: Iterable[Row]) -> str:
    fields = "".join(
        f"    {keyword_of(row['name'])}: {type_of(row)}\n{doc_of(row)}\n" for row in rows
    )
    return f'\n\nclass {head}:\n    """{doc}"""\n\n{fields}'


def keywords() -> str:
    """The text of _keywords.py."""
    rows = [row for row in options()
            if row["name"] not in NO_KEYWORDS and row["name"] != "verdict.*"]

    written: List[Row] = []

    def of(*scopes: str, changeable: bool) -> List[Row]:
        found = [row for row in rows
                 if row["scope"] == list(scopes) and row["changeable"] == changeable]
        written.extend(found)
        return found

    parts = [
        dictionary("HubOptions(TypedDict, total=False)", "Of configure().",
                   of("hub", changeable=False)),
        dictionary("_BothChangeable(TypedDict, total=False)",
                   "Of links and listeners; also of set_options().",
                   of("link", "listener", changeable=True)),
        dictionary("_Both(TypedDict, total=False)", "Of links and listeners, fixed once open.",
                   of("link", "listener", changeable=False)),
        dictionary("ChangeableOptions(_BothChangeable, Verdicts, total=False)",
                   "Of set_options().", of("link", changeable=True)),
        dictionary("LinkOptions(ChangeableOptions, _Both, total=False)", "Of connect().",
                   of("link", changeable=False)),
        dictionary("ListenerOptions(_BothChangeable, _Both, total=False)", "Of serve().",
                   of("listener", changeable=False)),
    ]
    missing = [row["name"] for row in rows if row not in written]
    assert not missing, f"in none of the classes: {missing}"
    return HEAD + "".join(parts)


def causes() -> List[str]:
    """What a connection can fail by, as the library lists it."""
    try:
        _core.check_options("link", [("url", "echo:"), ("verdict.nonsense", "stop")])
    except OptionError as error:
        found = re.search(r"or cause \((.*)\)", str(error))
        assert found, error
        return re.split(r", | or ", found.group(1))
    raise AssertionError("verdict.nonsense is an option")


def meaning(kind: str, name: str) -> str:
    """The first one of that kind, which is what an ordinary link makes of it."""
    told = json.loads(_core.explain(name))
    return next(str(each["meaning"]) for each in told if each["kind"] == kind)


def meanings(kind: str, names: Iterable[str], unknown: Iterable[str]) -> Dict[str, str]:
    """Of those names that have one of their own; `unknown` have that of their range."""
    of_ranges = {meaning(kind, name) for name in unknown}
    told = {name: meaning(kind, name) for name in names}
    return {name: words for name, words in told.items() if words not in of_ranges}


def verdicts() -> str:
    """The text of _verdicts.py."""
    words = next(row["allowed"] for row in options() if row["name"] == "verdict.*")
    known = {
        **meanings("close-code", map(str, CODES), ("2999", "3999")),
        **meanings("http-status", map(str, STATUSES), ()),
        **meanings("cause", causes(), ()),
    }
    fields = "".join(
        f"    {keyword_of(f'verdict.{name}')}: Verdict\n{quoted(meaning)}\n"
        for name, meaning in known.items()
    )
    private = "".join(f"    verdict_{code}: Verdict\n" for code in PRIVATE_CODES)
    head = VERDICTS_HEAD % ", ".join(f'"{word}"' for word in words)
    return f"{head}{fields}    # Private codes of applications.\n{private}"


def modules() -> Dict[str, str]:
    """The texts by the name of their file in the package."""
    return {"_keywords.py": keywords(), "_verdicts.py": verdicts()}


if __name__ == "__main__":
    for name, text in modules().items():
        (PACKAGE / name).write_text(text, encoding="utf-8")
