"""The programs that bench_listener builds, run against a server; each prints lines of JSON."""

import json
import subprocess
import threading

from pinning import CLIENT_CORE, on_core


class ClientFailed(Exception):
    """A program of ours gave no result; the message is a sentence for a person."""


class Client:
    """A program that runs; a hung one is ended after `timeout_s`."""

    def __init__(self, program, *arguments, timeout_s, nice=0):
        self.name = program.name
        self.process = subprocess.Popen(
            on_core(CLIENT_CORE, [program, *arguments], nice), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self._timer = threading.Timer(timeout_s, self.process.kill)
        self._timer.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._timer.cancel()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def next_line(self):
        """The next line of its report."""
        line = self.process.stdout.readline()
        if not line:
            raise ClientFailed(f"{self.name} ended with {self.process.wait()} without a result")
        return json.loads(line)

    def stop(self):
        """Tells a program that waits for its input to go on."""
        self.process.stdin.close()


def result_of(program, *arguments, timeout_s, nice=0):
    """Runs the program to its end; its only line."""
    with Client(program, *arguments, timeout_s=timeout_s, nice=nice) as client:
        return client.next_line()
