"""What type checkers and editors are told: the keywords are those of the library's table, and the
sample program in typed/ uses every public name and runs. `python_types` has mypy look at it."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from typing import Dict, List, Set

import pytest

import resock
from loaded import ROOT
from resock import _keywords, _table, _verdicts, events, sync

sys.path.insert(0, str(ROOT / "python/tools"))
import keywords  # noqa: E402

PROGRAM = ROOT / "python/tests/typed/program.py"
SAID_ELSEWHERE = {"url", "listen_accept"}  # an argument of connect(), decided by serve()


def scoped(scope: str, only_changeable: bool = False) -> Set[str]:
    rows = [row for row in keywords.options() if row["name"] != "verdict.*"]
    return {
        _table.keyword_of(row["name"])
        for row in rows
        if scope in row["scope"] and (row["changeable"] or not only_changeable)
    } - SAID_ELSEWHERE


def fields(kind: type) -> Set[str]:
    return set(kind.__annotations__)


@pytest.mark.parametrize("name", ["_keywords.py", "_verdicts.py"])
def test_what_is_committed_is_what_is_written_now(name: str) -> None:
    committed = (ROOT / "python/src/resock" / name).read_text(encoding="utf-8")
    assert committed == keywords.modules()[name], "run ./dev docs --update and commit the file"


def test_each_scope_has_its_options_and_no_others() -> None:
    verdicts = fields(_verdicts.Verdicts)
    assert fields(_keywords.HubOptions) == scoped("hub")
    assert fields(_keywords.ListenerOptions) == scoped("listener")
    assert fields(_keywords.LinkOptions) == scoped("link") | verdicts
    assert fields(_keywords.ChangeableOptions) == scoped("link", only_changeable=True) | verdicts


def test_every_verdict_is_one_of_the_library() -> None:
    texts = [("url", "echo:")]
    for keyword in fields(_verdicts.Verdicts):
        found = _table.table().find(keyword)
        assert found is not None
        texts.append((found[0], "stop"))
    assert len(texts) > 150
    keywords._core.check_options("link", texts)


def test_the_functions_say_so() -> None:
    annotated = {
        resock.connect.__init__: "LinkOptions",
        sync.connect: "LinkOptions",
        resock.serve.__init__: "ListenerOptions",
        resock.configure: "HubOptions",
        resock.Link.set_options: "ChangeableOptions",
    }
    for function, name in annotated.items():
        told = inspect.signature(function).parameters["options"].annotation
        assert told == f"Unpack[{name}]", function


def test_no_program_loads_them() -> None:
    code = "import sys, resock; resock.connect, resock.serve, resock.sync; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "resock._connect" in loaded
    assert not {"resock._keywords", "typing_extensions"} & set(loaded)


def test_the_sample_program_uses_every_public_name() -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    names: Dict[str, List[str]] = {
        "resock": resock.__all__, "events": events.__all__, "sync": sync.__all__,
    }
    unused = [
        f"{module}.{name}" for module, all_of in names.items() for name in all_of
        if name not in names and not re.search(rf"\b{module}\.{name}\b", text)
    ]
    assert unused == []


def test_the_sample_program_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAM)], capture_output=True, text=True, timeout=100
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    assert "hello text b'binary' b'array' b'x'" in done.stdout
