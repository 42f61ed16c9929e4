"""A server under measurement: started, pinned to a core, its memory and CPU time read."""

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

from pinning import SERVER_CORE, on_core

START_TIMEOUT_S = 10
STOP_TIMEOUT_S = 10
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def session_nice(nice):
    """Where the kernel shares cores out among sessions first (autogroup), the niceness of a
    process does not reach beyond its own: that of the session does."""
    group = Path("/proc/self/autogroup")
    try:
        before = group.read_text(encoding="ascii").rpartition("nice ")[2]
        if nice != 0:
            group.write_text(str(nice), encoding="ascii")
    except OSError as error:
        if nice != 0:
            print(f"NOTE: --nice {nice} does not reach beyond this session: {error.strerror}")
        before = None
    try:
        yield
    finally:
        if nice != 0 and before:
            group.write_text(before, encoding="ascii")


class ServerFailed(Exception):
    """The server has ended; the message is a sentence for a person."""


class ServerNotStarted(ServerFailed):
    """It never said where it listens."""


class Server:
    """`with Server(command) as server:` runs it; server.url is what its first line names."""

    def __init__(self, command, log, nice=0):
        self.nice = nice
        self.words = shlex.split(command)
        self.log = log
        self.process = None
        self.url = None

    def __enter__(self):
        if not shutil.which(self.words[0]):
            raise ServerNotStarted(f"{self.words[0]} is no program: build it, or name another "
                                   "server with --server")
        self.process = subprocess.Popen(
            on_core(SERVER_CORE, self.words, self.nice), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.log, text=True)
        try:
            self.url = self._read_url()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_):
        self._end()

    def _read_url(self):
        timer = threading.Timer(START_TIMEOUT_S, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        found = re.search(r"listening on (ws://\S+)", line)
        if not found:
            self._end()
            said = line.strip() or self._last_error() or "nothing"
            raise ServerNotStarted(f"`{shlex.join(self.words)}` did not say 'listening on "
                                   f"ws://...' within {START_TIMEOUT_S} s, but: {said}")
        # What it prints later must not fill the pipe and stop it.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return found.group(1)

    def _last_error(self):
        lines = Path(self.log.name).read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else ""

    def _end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()

    def check_alive(self):
        if self.process.poll() is not None:
            raise ServerFailed(f"`{shlex.join(self.words)}` ended with {self.process.returncode} "
                               f"during the run; its errors: {self.log.name}")

    def _proc(self, name):
        return Path(f"/proc/{self.process.pid}/{name}").read_text(encoding="ascii")

    def _kib(self, file, field):
        self.check_alive()
        found = re.search(rf"^{field}:\s+(\d+) kB", self._proc(file), re.MULTILINE)
        if not found:
            raise ServerFailed(f"the server has no {field} in /proc: it is ending")
        return int(found.group(1)) * 1024

    def rss(self):
        """Bytes that are resident."""
        return self._kib("status", "VmRSS")

    def peak_rss(self):
        """The most bytes that were ever resident."""
        return self._kib("status", "VmHWM")

    def pss(self):
        """Bytes that are resident, shared pages divided among those who share them."""
        return self._kib("smaps_rollup", "Pss")

    def cpu_seconds(self):
        self.check_alive()
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


class CpuUse:
    """`with CpuUse(server) as use:`; then use.percent of one core, use.seconds."""

    def __init__(self, server):
        self.server = server
        self.seconds = self.percent = 0.0

    def __enter__(self):
        self.began = time.monotonic()
        self.before = self.server.cpu_seconds()
        return self

    def __exit__(self, *failure):
        if failure[0] is None:
            self.seconds = self.server.cpu_seconds() - self.before
            self.percent = 100 * self.seconds / (time.monotonic() - self.began)
