"""The programs of this harness: the server of ours, and the client."""

import os
import re
from pathlib import Path

from paths import BUILT  # noqa: I001: makes the others importable
from pinning import CLIENT_CORE, SERVER_CORE
from processes import Failed, Program, result_of

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
CLIENT = BUILT / "link/bench_resock"
SERVER = BUILT / "sessions/bench_session_server"
STORE = BUILT / "store/bench_store"

LINKS = {"plain": [], "session": ["delivery=exactly-once"]}
FAULTS = ("lost", "twice", "out_of_order", "wrong")


def settings(values):
    return [word for value in values for word in ("--set", value)]


class Server(Program):
    """bench_session_server: `url` is where clients connect."""

    def __init__(self, log, *options, timeout_s=600):
        super().__init__([SERVER, *options], log, SERVER_CORE, timeout_s=timeout_s)
        try:
            self.url = self._read_url()
        except BaseException:
            self.__exit__()
            raise

    def _read_url(self):
        line = self.line()
        found = re.search(r"listening on ws://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise Failed(f"{self.name} did not say where it listens, but: {line[:100]}")
        self.port = int(found.group(1))
        return f"ws://127.0.0.1:{self.port}/"

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def counts(self):
        """Ends it; what it counted. A sink that missed a message has failed."""
        self.end_input()
        found = self.result()
        if found["wrong"]:
            raise Failed(f"{self.name}: {found['wrong']:,} messages were not the next one")
        return found


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def client(job, server_url, log, *options, timeout_s=180):
    """Runs bench_resock to its end; a run that lost or doubled a message has failed."""
    found = result_of([CLIENT, job, "--url", server_url, *options], log, CLIENT_CORE,
                      timeout_s=timeout_s)
    faults = [f"{found[name]:,} {name.replace('_', ' ')}" for name in FAULTS if found.get(name)]
    if faults:
        raise Failed(f"{job}: {', '.join(faults)}")
    return found
