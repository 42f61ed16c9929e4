"""How the tests of examples/ run them: `test_X.py FOLDER_OF_THE_EXAMPLES RESOCK`. They wait for
lines and exits, never for a time."""

import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))
from program import PATIENCE_S, Process  # noqa: E402

EXAMPLES = Path(sys.argv[1])
RESOCK = sys.argv[2]


def start(name, *arguments):
    return Process(EXAMPLES / f"example_{name}", *arguments)


def run(name, *arguments):
    """Runs an example to its end."""
    return subprocess.run([EXAMPLES / f"example_{name}", *map(str, arguments)], text=True,
                          capture_output=True, timeout=PATIENCE_S, check=False)


class Listening(Process):
    """A server whose first line says where it listens: `url`."""

    def __enter__(self):
        self.url = self.line().removeprefix("listening on ")
        return self

    def ends_in_order(self):
        """SIGTERM; the exit code, which a server gives once its clients have been told."""
        self.send_signal(signal.SIGTERM)
        return self.status()


def topics_server(url="ws://127.0.0.1:0", *token):
    return Listening(EXAMPLES / "example_topics_server", url, *token)


class Line(Process):
    """`resock chaos` in front of `server`: `url` is its own."""

    def __init__(self, server, *options):
        super().__init__(RESOCK, "chaos", "--to", server.url.removeprefix("ws://"), *options)

    def __enter__(self):
        self.url = f"ws://{self.line()}"
        return self


class Resock(Process):
    """`resock` with these arguments."""

    def __init__(self, *arguments):
        super().__init__(RESOCK, *arguments)


def send(url, *lines, options=()):
    """Sends each line as a message and returns when all are confirmed."""
    text = "".join(f"{line}\n" for line in lines)
    done = subprocess.run([RESOCK, "connect", url, *options], input=text, text=True,
                          capture_output=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done


class DeadPort:
    """A port that is taken and where nobody listens: connecting to it is refused."""

    def __enter__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.socket.getsockname()[1]}"
        return self

    def __exit__(self, *_):
        self.socket.close()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def check_usage(self, name, *arguments):
        """Without its arguments it says how it is used; a bad URL is named."""
        done = run(name)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertIn("usage: ", done.stderr)
        done = run(name, *arguments)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("nonsense", done.stderr)


def main():
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[3:]])
