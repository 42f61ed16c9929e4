"""The programs that take part: started, pinned, ended by their process ids."""

import json
import os
import re
import resource
import signal
import subprocess
import threading
from pathlib import Path

from pinning import SERVER_CORE, on_core

START_TIMEOUT_S = 10
STOP_TIMEOUT_S = 20
CLIENT_TIMEOUT_S = 180


def raise_descriptor_limit():
    """Servers and clients inherit it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Failed(Exception):
    """A program gave no result; the message is a sentence for a person."""


class Program:
    """A process that prints lines; one that hangs is ended after `timeout_s`."""

    def __init__(self, words, log, core=None, env=None, timeout_s=CLIENT_TIMEOUT_S):
        self.name = Path(str(words[0])).name
        self.timeout_s = timeout_s
        self.timed_out = False
        self.log = log
        self.log_from = log.tell()
        try:
            self.process = subprocess.Popen(
                on_core(core, words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                text=True, env={**os.environ, **(env or {})})
        except OSError as error:
            raise Failed(f"{self.name} does not start: {error.strerror}") from error
        self._timer = threading.Timer(timeout_s, self._time_out)
        self._timer.start()

    def _time_out(self):
        self.timed_out = True
        self.process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._timer.cancel()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def line(self):
        """The next line of its output; without one it has failed."""
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            if self.timed_out:
                raise Failed(f"{self.name} was ended after {self.timeout_s} s without a result")
            raise Failed(f"{self.name} ended with {code} and no result{self.last_error()}")
        return line.strip()

    def result(self):
        line = self.line()
        try:
            return json.loads(line)
        except ValueError as error:
            raise Failed(f"{self.name} printed no JSON but: {line[:100]}") from error

    def last_error(self):
        """What it said last; several programs share the log, so only from where it began."""
        with open(self.log.name, encoding="utf-8", errors="replace") as lines:
            lines.seek(self.log_from)
            said = [line.strip() for line in lines
                    if line.strip() and not line.startswith("Run with --help")]
        return f": {said[-1][:200]}" if said else ""

    def end_input(self):
        """Tells a program that waits for the end of its input."""
        self.process.stdin.close()

    def pss_bytes(self):
        """Resident bytes, shared pages divided among those who share them."""
        try:
            text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError as error:
            raise Failed(f"{self.name} has no memory to read: {error.strerror}") from error
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        if not found:
            raise Failed(f"{self.name} is ending: no Pss in /proc")
        return int(found.group(1)) * 1024


class EchoServer(Program):
    """bench_echo_server; `url` is where clients connect."""

    def __init__(self, program, log, scheme="ws", certificate=(), tally=False, core=SERVER_CORE):
        if not Path(program).exists():
            raise Failed(f"{program} is missing: `./dev bench --quick` builds it")
        words = [program, "--listen", f"{scheme}://127.0.0.1:0"]
        if scheme == "wss":
            words += ["--cert", certificate[0], "--key", certificate[1]]
        super().__init__([*words, *(["--tally"] if tally else [])], log, core,
                         timeout_s=10 * CLIENT_TIMEOUT_S)
        try:
            self.url = self._read_url(scheme)
        except BaseException:
            self.__exit__()
            raise

    def _read_url(self, scheme):
        timer = threading.Timer(START_TIMEOUT_S, self._time_out)
        timer.start()
        try:
            line = self.line()
        finally:
            timer.cancel()
        found = re.search(r"listening on \w+://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise Failed(f"{self.name} did not say where it listens, but: {line[:100]}")
        # The name is what the certificate is checked against.
        host = "localhost" if scheme == "wss" else "127.0.0.1"
        self.port = int(found.group(1))
        return f"{scheme}://{host}:{self.port}/"

    def counts(self):
        """Ends it; what it counted."""
        self.end_input()
        return self.result()


class Chaos(Program):
    """`resock chaos` in front of a server: cuts connections; `url` is its own."""

    def __init__(self, resock, server, log, *options):
        if not Path(resock).exists():
            raise Failed(f"{resock} is missing: `./dev build release` builds it")
        # It ends by itself even if nobody is left to end it.
        super().__init__([resock, "chaos", "--to", f"127.0.0.1:{server.port}", "--json", "--quiet",
                          "--for", f"{2 * CLIENT_TIMEOUT_S}s", *options], log, SERVER_CORE)
        try:
            self.url = f"ws://{self.result()['address']}/"
        except BaseException:
            self.__exit__()
            raise

    def counts(self):
        """Ends it; what it did."""
        self.process.send_signal(signal.SIGTERM)
        while True:
            event = self.result()
            if event.get("event") == "counts":
                return event


def result_of(words, log, core, env=None, timeout_s=CLIENT_TIMEOUT_S):
    """Runs a client to its end; its only line."""
    with Program(words, log, core, env, timeout_s) as client:
        found = client.result()
        client.end_input()
        try:
            code = client.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{client.name} did not end after its result") from error
        if code != 0:
            raise Failed(f"{client.name} ended with {code}{client.last_error()}")
        return found
