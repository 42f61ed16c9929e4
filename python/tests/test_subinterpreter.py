"""A subinterpreter is refused with a sentence, whether or not the main one has the package."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
{first}
inner = '''
import sys
sys.path[:] = {path!r}
try:
    import resock
except ImportError as error:
    print(error)
'''
made = interpreters.create()
run = getattr(interpreters, "run_string", None) or interpreters.exec
run(made, inner)
interpreters.destroy(made)
{last}
"""


@pytest.mark.parametrize("first", ["", "import resock"], ids=["alone", "after the main one"])
def test_is_refused(first: str) -> None:
    code = PROGRAM.format(first=first, path=sys.path, last="import resock; print('main')")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    refusal, main = done.stdout.splitlines()
    assert "main interpreter only" in refusal
    assert main == "main"
