"""docs/python/reference.md is what python/tools/reference.py makes of the docstrings now, and every
public name has its words."""

from __future__ import annotations

import re
import sys

import pytest

from loaded import ROOT

sys.path.insert(0, str(ROOT / "python/tools"))
import reference  # noqa: E402
from sources import Class, Function, Module, markdown  # noqa: E402

SOURCE = '''
class Kind(Error):
    """What it is."""

    field: int
    """A number."""
    bare: int

    def __init__(self) -> None:
        self.made = 0
        """Made later."""

    async def method(self, url: str, *, wait: bool = True, **options: Unpack[Options]) -> None:
        """Does it.

        url: where to,
            over two lines.
        wait: or not. Raises
        Error.

        More.
        """

    def _hidden(self) -> None:
        """Not shown."""
'''


def test_the_committed_page_is_the_written_one() -> None:
    committed = reference.PAGE.read_text(encoding="utf-8")
    assert committed == reference.page(), "run ./dev docs --update and commit the page"


def test_every_public_name_is_there() -> None:
    assert reference.missing() == []


def test_every_entry_says_something() -> None:
    entries = re.split(r"\n### ", reference.page())[1:]
    assert len(entries) > 60
    for entry in entries:
        name, _, words = entry.partition("\n")
        assert re.search(r"[a-z]{2,}.*\.", words), name
    silent = re.findall(r"^\*\*`[^*]+`\*\*\n+(?=\*\*|#|- )", reference.page(), re.MULTILINE)
    assert silent == []
    assert re.findall(r"^- \*\*`\w+`\*\*: `[^`]+`$", reference.page(), re.MULTILINE) == []


def test_sources() -> None:
    kind = Module(SOURCE).find("Kind")
    assert isinstance(kind, Class)
    assert (kind.doc, kind.bases) == ("What it is.", ["Error"])
    assert [member.name for member in kind.members] == ["field", "made", "method"]
    method = kind.members[-1]
    assert isinstance(method, Function)
    assert "\n".join(method.lines()).split("\n") == [
        "", "**`await method(url: str, *, wait: bool = True, **options: Options) -> None`**", "",
        "Does it.", "", "- `url`: where to,", "  over two lines.", "- `wait`: or not. Raises",
        "  Error.", "", "More.", "",
    ]
    with pytest.raises(KeyError):
        Module(SOURCE).find("Other")


def test_markdown_lists_what_is_an_argument_only() -> None:
    assert markdown("Note: so.\na: b", ["a"]) == "Note: so.\n\n- `a`: b\n"
