"""Writes docs/python/reference.md from the signatures and docstrings of the package.

``PYTHONPATH=build/dev/python python3 python/tools/reference.py``. What Python keeps of a docstring
is not enough, since fields have theirs below them: so it reads the sources, and asks the extension
alone by inspect.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

import resock
from resock import _core, events, sync
from sources import Class, Function, Member, Module, markdown

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python/src/resock"
PAGE = ROOT / "docs/python/reference.md"

HEAD = """# Reference of the Python package

<!-- Written by python/tools/reference.py from the docstrings: change those and run
     `./dev docs --update`. -->

Every public name. How they are used: [the guide](guide.md). The keywords `**options` are those of
[options.md](../options.md).
"""

# Classes whose public members stand in several classes of the sources.
PARTS = {
    "Link": [("_link", "Link"), ("_sending", "SendingLink"), ("_base", "BaseLink")],
    "sync.Link": [
        ("sync/_link", "Link"), ("sync/_sending", "SendingLink"), ("_base", "BaseLink"),
    ],
}
OF_THE_EXTENSION = {
    "Receipt": "Receipt", "Message": "Message", "sync.Receipt": "BlockingReceipt",
}
SECTIONS: Sequence[Tuple[str, Sequence[str]]] = (
    ("To open and to accept", ("connect", "serve", "configure")),
    ("Links", ("Link", "Receipt", "Message", "MessageStream", "EventStream")),
    ("Servers", ("Server", "Request", "Reject", "ListenerStats", "RefusedOpening")),
    ("Without asyncio", tuple(f"sync.{name}" for name in sorted(sync.__all__, key=str.lower))),
    ("What is told", ("Disconnect", "Stats", "State", "Level", "Reason", "LostReason")),
    ("The library itself", ("library_path", "include_path")),
)
INTRODUCTIONS = {
    "Events: resock.events": (
        "Frozen dataclasses. Each has `link_id: int`, the number of the link; 0: about the hub or "
        "a server.\n`Event` is the union of all. `str(event)` is one line."
    ),
    "Errors": "All are importable from `resock`.",
    "Links": "What `connect()` gives and what `serve()` hands to its handler.",
}


def errors() -> List[str]:
    """All exceptions, each behind its base."""
    found = [name for name in resock.__all__ if inspect.isclass(getattr(resock, name))]
    kinds = [getattr(resock, name) for name in found]
    kinds = [kind for kind in kinds if issubclass(kind, resock.Error)]
    return [kind.__name__ for kind in sorted(kinds, key=lambda kind: (
        [each.__name__ for each in reversed(kind.__mro__) if issubclass(each, resock.Error)]
    ))]


_modules: Dict[str, Module] = {}


def module(name: str) -> Module:
    if name not in _modules:
        suffix = ".pyi" if name == "_core" else ".py"
        _modules[name] = Module((PACKAGE / f"{name}{suffix}").read_text(encoding="utf-8"))
    return _modules[name]


def place_of(name: str) -> Tuple[str, str]:
    """Module and name in it of a public name."""
    if name.startswith("events."):
        return "_event_types", name.partition(".")[2]
    if name.startswith("sync."):
        short = name.partition(".")[2]
        return f"sync/{getattr(sync, short).__module__.rpartition('.')[2]}", short
    return getattr(resock, name).__module__.rpartition(".")[2], name


def entry(name: str) -> Iterator[str]:
    """The lines about one public name."""
    yield f"\n### {name}\n"
    if name in OF_THE_EXTENSION:
        yield from of_the_extension(name)
        return
    parts = PARTS.get(name) or [place_of(name)]
    first = module(parts[0][0]).find(parts[0][1])
    if isinstance(first, Function):
        yield from told(first, f"resock.{name}")
        return
    if first.call is not None and place_of(name)[0] in ("_connect", "_serve"):
        yield f"`resock.{name}({first.call.arguments})`\n"
        yield markdown(first.doc, first.call.names)
        return
    if name in errors():
        yield f"Base: {', '.join(f'`{base}`' for base in first.bases)}.\n"
    yield markdown(first.doc, ())
    seen = set()
    members: List[Member] = []
    for place, kind in parts:
        found = module(place).find(kind)
        assert isinstance(found, Class)
        members += found.members
    for member in sorted(members, key=lambda each: isinstance(each, Function)):
        if member.name not in seen:
            seen.add(member.name)
            yield from member.lines()


def told(function: Function, name: str) -> Iterator[str]:
    yield f"`{name}({function.arguments}){function.returned}`\n"
    yield markdown(function.doc, function.names)


def of_the_extension(name: str) -> Iterator[str]:
    kind = getattr(_core, OF_THE_EXTENSION[name])
    described = module("_core").find(OF_THE_EXTENSION[name])
    assert isinstance(described, Class)
    yield markdown(described.doc, ())
    for member in described.members:
        member.doc = inspect.getdoc(getattr(kind, member.name)) or ""
        # pybind11 and the C API of Python put the signature in front.
        head, _, rest = member.doc.partition("\n\n")
        if head.startswith(f"{member.name}(self"):
            member.doc = rest
        elif head.startswith(f"{member.name}("):
            words = member.doc.partition(": ")[2]
            member.doc = words[:1].upper() + words[1:]
        yield from member.lines()


def page() -> str:
    """The text of reference.md."""
    lines = [HEAD]
    sections = [
        *SECTIONS[:5],
        ("Events: resock.events", tuple(f"events.{name}" for name in events.__all__
                                        if name != "Event")),
        ("Errors", tuple(errors())),
        *SECTIONS[5:],
    ]
    for title, names in sections:
        lines.append(f"\n## {title}\n")
        if title in INTRODUCTIONS:
            lines.append(f"{INTRODUCTIONS[title]}\n")
        for name in names:
            lines.extend(entry(name))
    text = "\n".join(line.rstrip() for line in "\n".join(lines).splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def missing() -> List[str]:
    """Public names that no section has."""
    text = page()
    names = [
        *(name for name in resock.__all__ if name not in ("__version__", "events", "sync")),
        *(f"sync.{name}" for name in sync.__all__),
        *(f"events.{name}" for name in events.__all__ if name != "Event"),
    ]
    return [name for name in names if f"\n### {name}\n" not in text]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
