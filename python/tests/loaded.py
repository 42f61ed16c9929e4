"""The library that the extension has loaded, by ctypes: what the modules are compared with."""

from __future__ import annotations

import ctypes
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, List, NamedTuple, Tuple

import resock  # noqa: F401 # loads it

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 60_000
SCOPES = {"hub": 1, "link": 2, "listener": 4}

_POINTER = ctypes.c_void_p


def header() -> str:
    return (ROOT / "capi/include/resock/resock.h").read_text(encoding="utf-8")


def enumeration(name: str) -> Dict[str, int]:
    """Names, without what they have in common, and numbers of an enum of resock.h."""
    found = re.search(rf"enum resock_{name} {{(.*?)\n}};", header(), re.DOTALL)
    assert found, name
    values = re.findall(r"\bRESOCK_([A-Z_]+) = (-?\d+)", found.group(1))
    return {text: int(number) for text, number in values}


@lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    paths = {line.split(maxsplit=5)[5] for line in maps.splitlines() if "libresock" in line}
    assert len(paths) == 1, paths
    loaded = ctypes.CDLL(paths.pop())
    loaded.resock_last_error.restype = ctypes.c_char_p
    return loaded


def last_error() -> str:
    return library().resock_last_error().decode("utf-8")


def text_of(function: str, handle: _POINTER) -> str:
    made = ctypes.c_char_p()
    status = getattr(library(), function)(handle, ctypes.byref(made))
    assert status == 0, last_error()
    assert made.value is not None
    text = made.value.decode("utf-8")
    library().resock_string_free(made)
    return text


def set_all(scope: str, texts: Iterable[Tuple[str, Any]]) -> Tuple[_POINTER, int]:
    """Options with these texts, and the status of the first that was refused, or 0."""
    options = _POINTER()
    assert library().resock_options_create(SCOPES[scope], ctypes.byref(options)) == 0
    for name, text in texts:
        if isinstance(text, bytes):
            status = library().resock_options_set_bytes(
                options, name.encode(), text, ctypes.c_size_t(len(text)), None
            )
        else:
            status = library().resock_options_set(options, name.encode(), text.encode(), None)
        if status != 0:
            return options, status
    return options, 0


def free_options(options: _POINTER) -> None:
    library().resock_options_free(options)


class Run(NamedTuple):
    """What a link told until it was closed."""

    events: List[str]
    stats: str

    def of(self, kind: str) -> Dict[str, Any]:
        """The last event of a kind."""
        told = [json.loads(event) for event in self.events]
        return next(event for event in reversed(told) if event["event"] == kind)


def _take(hub: _POINTER) -> str:
    event, count = _POINTER(), ctypes.c_size_t()
    status = library().resock_hub_poll(
        hub, PATIENCE_MS, ctypes.c_size_t(1), ctypes.byref(event), ctypes.byref(count)
    )
    assert status == 0, last_error()
    assert count.value == 1
    made = text_of("resock_event_json", event)
    library().resock_event_free(event)
    return made


def run(
    texts: Iterable[Tuple[str, Any]],
    messages: Iterable[bytes] = (),
    text: int = 1,
    hub_texts: Iterable[Tuple[str, Any]] = (),
) -> Run:
    """Opens a link, sends messages, closes it once they are confirmed; all that it told."""
    options, status = set_all("link", texts)
    assert status == 0, last_error()
    of_hub, status = set_all("hub", hub_texts)
    assert status == 0, last_error()
    hub, link = _POINTER(), _POINTER()
    assert library().resock_hub_create(of_hub, ctypes.byref(hub), None) == 0
    try:
        opened = library().resock_link_open(
            hub, options, ctypes.c_uint64(7), ctypes.byref(link), None
        )
        assert opened == 0, last_error()
        for message in messages:
            size = ctypes.c_size_t(len(message))
            assert library().resock_link_send(link, message, size, text, 0, None) == 0
        events: List[str] = []
        closing = False
        while not events or json.loads(events[-1])["event"] != "CLOSED":
            events.append(_take(hub))
            if not closing and json.loads(events[-1])["event"] == "OPEN":
                closing = True
                library().resock_link_close(link, 1000, None, ctypes.c_size_t(0))
        return Run(events, text_of("resock_link_stats_json", link))
    finally:
        library().resock_hub_free(hub)
        library().resock_link_free(link)
        free_options(options)
        free_options(of_hub)


def page_examples() -> List[Tuple[str, str, str]]:
    """Kind, line and JSON of the examples in docs/events.md."""
    page = (ROOT / "docs/events.md").read_text(encoding="utf-8")
    return re.findall(
        r"^## ([A-Z]+)\n.*?```\n(.*?)\n```\n```json\n(.*?)\n```", page, re.DOTALL | re.MULTILINE
    )


def page_example(section: str) -> str:
    """The first JSON of a section of docs/events.md."""
    page = (ROOT / "docs/events.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {section}\n.*?```json\n(.*?)\n```", page, re.DOTALL | re.MULTILINE)
    assert found, section
    return found.group(1)
