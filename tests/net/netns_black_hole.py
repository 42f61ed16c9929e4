"""A connection that turns into a black hole is given up and replaced, and nothing is lost.

    python3 netns_black_hole.py build/dev/cli/resock

Two network namespaces joined by a veth pair, 10 ms one way where `tc` can. The packets of the one
connection are dropped, so that no FIN and no RST tells anyone; other connections get through. Needs
root, `ip` and `iptables`; exits with 77 where these are missing. Waits on events; the time until the
new connection is printed, and only the order of events is asserted.
"""

import ipaddress
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEERS = Path(os.environ.get("RESOCK_TEST_PEERS", Path(__file__).parents[1] / "peers"))
SKIPPED = 77
PATIENCE_S = 60
DELAY = "10ms"
SERVER, CLIENT = "192.0.2.1", "192.0.2.2"  # RFC 5737: of documentation, so of no real network
BEFORE, BEHIND = 100, 1000  # messages before the black hole, and into it


class Skip(Exception):
    """Something that this test needs is not allowed here."""


def run(*command):
    subprocess.run(command, check=True, capture_output=True, text=True)


def required(*command):
    try:
        run(*command)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = (getattr(error, "stderr", None) or str(error)).strip()
        raise Skip(f"`{' '.join(command)}` does not work here: {reason}") from error


class Line:
    """A network of two namespaces; each end is `ip netns exec` of its name."""

    def __init__(self):
        self.server, self.client = (f"resock{os.getpid()}{end}" for end in "sc")

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _build(self):
        for end in (self.server, self.client):
            required("ip", "netns", "add", end)
        required("ip", "link", "add", "wire", "netns", self.server, "type", "veth",
                 "peer", "name", "wire", "netns", self.client)
        for end, address in ((self.server, SERVER), (self.client, CLIENT)):
            required("ip", "-n", end, "address", "add", f"{address}/24", "dev", "wire")
            required("ip", "-n", end, "link", "set", "wire", "up")
            required("ip", "-n", end, "link", "set", "lo", "up")
        # Now, not when the black hole is due: a kernel without the tables ends the test here.
        required(*self.inside(self.server), "iptables", "-L")
        self.delay = self._delay()

    def _delay(self):
        try:
            for end in (self.server, self.client):
                run(*self.inside(end), "tc", "qdisc", "add", "dev", "wire", "root",
                    "netem", "delay", DELAY)
        except (OSError, subprocess.CalledProcessError):
            return "no delay (tc netem does not work here)"
        return f"{DELAY} one way"

    def inside(self, end):
        return ["ip", "netns", "exec", end]

    def swallow(self, port):
        """Drops, both ways, what belongs to the client's connection from `port`."""
        for chain, side in (("INPUT", "--sport"), ("OUTPUT", "--dport")):
            run(*self.inside(self.server), "iptables", "-I", chain, "-p", "tcp", side, str(port),
                "-j", "DROP")

    def client_port(self, server_port):
        """The local port of the client's one connection to the server, from proc(5)."""
        table = subprocess.run([*self.inside(self.client), "cat", "/proc/net/tcp"], check=True,
                               capture_output=True, text=True).stdout
        here = int.from_bytes(ipaddress.ip_address(SERVER).packed, sys.byteorder)
        remote = f"{here:08X}:{server_port:04X}"
        established = "01"
        ports = [int(row[1].split(":")[1], 16) for row in map(str.split, table.splitlines())
                 if row[2] == remote and row[3] == established]
        assert len(ports) == 1, f"expected one connection to {remote}: {table}"
        return ports[0]

    def __exit__(self, *_):
        for end in (self.server, self.client):
            subprocess.run(["ip", "netns", "delete", end], check=False, capture_output=True)


class Child:
    """A process inside one end; what is not over when the block ends is killed."""

    def __init__(self, line, end, *command, **pipes):
        self.process = subprocess.Popen([*line.inside(end), *map(str, command)], text=True,
                                        stdin=subprocess.PIPE, bufsize=1, **pipes)

    def __enter__(self):
        return self

    def end(self):
        """Closes its input; returns its exit code."""
        self.process.stdin.close()
        return self.process.wait()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass


class Client(Child):
    """`resock connect`, with its events."""

    def __init__(self, line, resock, port):
        super().__init__(line, line.client, resock, "connect", f"ws://{SERVER}:{port}/",
                         "--events", "--json", "--set", "heartbeat.interval=1s",
                         "--set", "heartbeat.timeout=1s", "--set", "reconnect.min=0",
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def send(self, first, last):
        self.process.stdin.write("".join(f"{n}\n" for n in range(first, last + 1)))
        self.process.stdin.flush()

    def next_of(self, *kinds):
        """The next event of one of these kinds, others passed over."""
        for text in self.process.stderr:
            event = json.loads(text)
            if event["event"] in kinds:
                return event
        raise AssertionError(f"the client ended before {' or '.join(kinds)}")

    def until_confirmed(self, last):
        while True:
            event = self.next_of("CONFIRMED", "DOWN", "FAILED")
            assert event["event"] == "CONFIRMED", event
            if event["level"] == "received" and event["through"] >= last:
                return


def check_arrived(file):
    arrived = file.read_text(encoding="utf-8").split()
    first_arrivals = list(dict.fromkeys(arrived))
    assert first_arrivals == [str(n) for n in range(1, BEFORE + BEHIND + 1)], first_arrivals
    return len(arrived) - len(first_arrivals)


def black_hole(line, resock, record):
    with Child(line, line.server, sys.executable, PEERS / "raw_server.py", "--host", SERVER,
               "--record", record, stdout=subprocess.PIPE) as server:
        port = int(server.process.stdout.readline().removeprefix("listening "))
        with Client(line, resock, port) as client:
            client.next_of("OPEN")
            client.send(1, BEFORE)
            client.until_confirmed(BEFORE)
            line.swallow(line.client_port(port))
            begin = time.monotonic()
            client.send(BEFORE + 1, BEFORE + BEHIND)
            down = client.next_of("DOWN", "OPEN", "CLOSED")
            down_s = time.monotonic() - begin
            opened = client.next_of("OPEN", "DOWN", "CLOSED")
            open_s = time.monotonic() - begin
            client.until_confirmed(BEFORE + BEHIND)
            # The old connection still hangs at the server: only the client can be waited for.
            assert client.end() == 0
        assert down["event"] == "DOWN" and down["was_open"], down
        assert down["record"]["layer"] == "heartbeat", down
        assert down["record"]["cause"] == "silence", down
        assert opened["event"] == "OPEN" and opened["connection"] == 2, opened
        assert server.end() == 0
    twice = check_arrived(record)
    print(f"black hole, {line.delay}: down after {down_s:.3f} s, new connection after "
          f"{open_s:.3f} s, {BEFORE + BEHIND} messages, 0 lost, {twice} arrived twice")
    print(f"its record says: {down['record']['why']}")


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    if os.geteuid() != 0:
        raise Skip("network namespaces need root")
    missing = [name for name in ("ip", "iptables") if not shutil.which(name)]
    if missing:
        raise Skip(f"not installed: {', '.join(missing)}")

    def too_long(*_):
        raise TimeoutError(f"not over after {PATIENCE_S} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(PATIENCE_S)
    with tempfile.TemporaryDirectory() as folder, Line() as line:
        black_hole(line, Path(arguments[0]).resolve(), Path(folder, "arrived"))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
