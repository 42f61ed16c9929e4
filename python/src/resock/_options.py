"""Keywords of connect() and serve() as options of the library.

The names come from the library's table, so that nothing here has to know them:
``heartbeat_interval=10`` is the option ``heartbeat.interval`` with the value "10s". Names and types
are checked here, before anything is opened; values and bounds by the library when they are set.
All functions may be called from any thread.
"""

from __future__ import annotations

import sys
from typing import List, Mapping, Tuple

from resock._errors import OptionError
from resock._roots import default_ca_file
from resock._table import Row, in_python_words, table
from resock._values import Text, refuse, texts_of

__all__ = ["belongs", "default_ca_file", "in_python_words", "texts"]

_GIVEN_TO = {
    "hub": "the hub, the I/O threads of the process",
    "link": "a link: give it to connect()",
    "listener": "a listener: give it to serve()",
}


def belongs(keyword: str, scope: str) -> bool:
    """Whether there is an option of that keyword in the scope "hub", "link" or "listener"."""
    found = table().find(keyword)
    return found is not None and scope in found[1].scopes


def texts(scope: str, keywords: Mapping[str, object]) -> List[Tuple[str, Text]]:
    """Names and values to set, in the order given; None is as if not given.

    `scope` is "hub", "link" or "listener". Durations are seconds (int, float, Decimal) or a
    timedelta, sizes are bytes (int), both also texts as in "500ms" and "8MiB"; lists stand for
    several values. A value is bytes where the option is set by resock_options_set_bytes.

    Raises OptionError for a name that there is not, or not in this scope, and for a type that does
    not fit. It says which name is nearest, and which one stands for a keyword of another library.
    """
    made: List[Tuple[str, Text]] = []
    given_as: dict[str, str] = {}
    for keyword, value in keywords.items():
        if value is None and _is_known(keyword):
            continue
        name, row = _find(scope, keyword, value)
        if given_as.setdefault(name, keyword) != keyword:
            raise refuse(keyword, f"is given twice, also as {given_as[name]}: leave one out")
        made.extend((name, text) for text in texts_of(keyword, value, row))
    return made


def _find(scope: str, keyword: str, value: object) -> Tuple[str, Row]:
    if _is_ssl_context(value):
        from resock._foreign import TLS_INSTEAD  # not before it is needed

        raise refuse(keyword, f"an ssl.SSLContext cannot be used. {TLS_INSTEAD}")
    found = table().find(keyword)
    if found is None:
        raise _unknown(scope, keyword)
    if scope not in found[1].scopes:
        owners = " or of ".join(_GIVEN_TO[each] for each in found[1].scopes)
        raise refuse(keyword, f"is an option of {owners}; here options of a {scope} are needed")
    return found


def _is_known(keyword: str) -> bool:
    from resock._foreign import INSTEAD  # not before it is needed

    return table().find(keyword) is not None or keyword.lower() in INSTEAD


def _is_ssl_context(value: object) -> bool:
    ssl = sys.modules.get("ssl")  # where nobody has imported it, nobody has a context
    return ssl is not None and isinstance(value, getattr(ssl, "SSLContext", ()))


def _unknown(scope: str, keyword: str) -> OptionError:
    from difflib import get_close_matches  # these two not before somebody mistyped

    from resock._foreign import INSTEAD

    instead = INSTEAD.get(keyword.lower())
    if instead is not None:
        return OptionError(f"{keyword} is an option of other libraries: {instead}")
    known = [name for name, row in table().rows.items() if scope in row.scopes]
    near = get_close_matches(keyword.lower(), known, n=1, cutoff=0.6)
    hint = (
        f"did you mean {near[0]}?" if near else "the page of options in the documentation has all"
    )
    return OptionError(f"there is no option {keyword}: {hint}")
