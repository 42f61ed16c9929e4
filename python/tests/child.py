"""Programs in processes of their own: what they print and how they end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 30
_HERE = str(Path(__file__).parent)


def run(program, *options, code=0, errors=""):
    """Standard output of the program; its standard error must be `errors`, "" by default."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", program],
        capture_output=True, text=True, timeout=PATIENCE_S, cwd=_HERE,
    )
    assert (done.returncode, done.stderr) == (code, errors), done
    return done.stdout


def interrupted(program, with_signal=signal.SIGINT):
    """Runs it until it prints "blocks", signals it, and waits for its end: code, stdout, stderr."""
    child = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=_HERE,
    )
    with child:
        try:
            assert child.stdout.readline() == "blocks\n"
            child.send_signal(with_signal)
            out, errors = child.communicate(timeout=PATIENCE_S)
        finally:
            child.kill()
    return child.returncode, out, errors
