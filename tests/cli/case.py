"""What the tests of the command line have in common. Their first argument is the program; they
wait for lines and exits, never for a time."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import program
from program import Process

RESOCK = sys.argv[1] if len(sys.argv) > 1 else None
FAST = ["--set", "reconnect.min=0", "--set", "reconnect.max=50ms"]


def start(*arguments, **streams):
    return Process(RESOCK, *arguments, **streams)


def run(*arguments, stdin=b""):
    """Runs to the end; returns (exit code, standard output, standard error as text)."""
    done = subprocess.run([RESOCK, *map(str, arguments)], input=stdin, capture_output=True,
                          timeout=program.PATIENCE_S, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def expect_one_line(self, text, *parts):
        self.assertEqual(text.count("\n"), 1, text)
        for part in parts:
            self.assertIn(part, text)


def main():
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[2:]])
