"""A server under measurement: started, pinned to a core, its memory and CPU time read."""

import os
import re
import shlex
import signal
import subprocess
import threading
import time
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1
START_TIMEOUT_S = 10
STOP_TIMEOUT_S = 10
SAMPLE_INTERVAL_S = 0.2
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class ServerFailed(Exception):
    """The server did not start or has ended; the message is a sentence for a person."""


def prepare(core, nice=0):
    """What a child does before it runs its program: goes to its core where there are two."""
    allowed = os.sched_getaffinity(0)

    def in_child():
        if {SERVER_CORE, CLIENT_CORE} <= allowed:
            os.sched_setaffinity(0, {core})
        os.nice(nice)
    return in_child


class Server:
    """`with Server(command) as server:` runs it; server.url is what its first line names."""

    def __init__(self, command, log):
        self.words = shlex.split(command)
        self.log = log
        self.process = None
        self.url = None
        self.peak_rss = 0
        self._sampler = None
        self._stop_sampling = threading.Event()

    def __enter__(self):
        try:
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
                text=True, preexec_fn=prepare(SERVER_CORE))
        except OSError as error:
            raise ServerFailed(f"{self.words[0]} cannot be started: {error.strerror}") from error
        try:
            self.url = self._read_url()
        except BaseException:
            self._end()
            raise
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._sampler.start()
        return self

    def __exit__(self, *_):
        self._stop_sampling.set()
        self._sampler.join()
        self._end()

    def _read_url(self):
        timer = threading.Timer(START_TIMEOUT_S, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        found = re.search(r"listening on (ws://\S+)", line)
        if not found:
            raise ServerFailed(f"`{shlex.join(self.words)}` did not say 'listening on ws://...' "
                               f"within {START_TIMEOUT_S} s, but: {line.strip() or 'nothing'}")
        # What it prints later must not fill the pipe and stop it.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return found.group(1)

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
                               f"during the run; what it said: {self.log.name}")

    def _sample(self):
        while not self._stop_sampling.wait(SAMPLE_INTERVAL_S):
            try:
                self.peak_rss = max(self.peak_rss, self.rss())
            except (OSError, ServerFailed):
                return

    def _proc(self, name):
        return Path(f"/proc/{self.process.pid}/{name}").read_text(encoding="ascii")

    def rss(self):
        """Bytes that are resident."""
        self.check_alive()
        found = re.search(r"VmRSS:\s+(\d+) kB", self._proc("status"))
        return int(found.group(1)) * 1024 if found else 0

    def pss(self):
        """Bytes that are resident, shared pages divided among those who share them."""
        self.check_alive()
        return int(re.search(r"^Pss:\s+(\d+) kB", self._proc("smaps_rollup"),
                             re.MULTILINE).group(1)) * 1024

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
